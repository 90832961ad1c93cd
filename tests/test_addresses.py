"""Addresses: which are usable, when two are one, what outlives an erased one."""

import pytest

from newsletter.addresses import address_of, email_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann@EXAMPLE.org", "Ann@example.org"),
        (" ann+news@example.org ", "ann+news@example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("李雷@例子.中国", "李雷@xn--fsqu00a.xn--fiqs8s"),
        ("ann@localhost", "ann@localhost"),
        ("o'neil@example.org.", "o'neil@example.org"),
    ],
)
def test_an_address_is_kept_as_an_envelope_wants_it(typed: str, kept: str) -> None:
    assert address_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@example",
        "ann@@example.org",
        "ann@example.org\r\nBcc: eve@example.org",
        "ann@example.org\n",
        "ann\0@example.org",
        "an n@example.org",
        "ann@exam\u200bple.org",
        "Ann <ann@example.org>",
        "ann@example.org,eve@example.org",
        '"ann"@example.org',
        ".ann@example.org",
        "an..n@example.org",
        "ann@-example.org",
        "{{7*7}}@example.org",
        "a" * 65 + "@example.org",
        "ann@" + "a" * 64 + ".org",
        "ann@" + "a.b" * 90 + ".org",
        "ann@127.0.0.1",
        "ann@１２７.0.0.1",
    ],
)
def test_what_could_not_be_one_address_on_one_header_line_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^an address|^dots|domain"):
        address_of(typed)


def test_two_spellings_of_one_mailbox_have_one_key() -> None:
    assert email_key("Ann@Example.ORG") == email_key("ann@example.org")
    assert email_key("ann+a@example.org") != email_key("ann@example.org")
    assert email_key("e\u0301@example.org") == email_key("\u00e9@example.org")
