"""The rules of joining: how often an address is asked, what a name may be, which editions exist."""

from datetime import timedelta

import pytest

from newsletter.audience.subscribing import agreement, clean_name, known_editions, may_invite, neighbourhood
from tests.builders import NOW


def test_an_address_is_asked_once_a_day_and_three_times_ever() -> None:
    day = timedelta(hours=24)
    assert may_invite(None, 0, now=NOW)
    assert not may_invite(NOW, 1, now=NOW + day - timedelta(seconds=1))
    assert may_invite(NOW, 1, now=NOW + day)
    assert may_invite(NOW, 2, now=NOW + day)
    assert not may_invite(NOW, 3, now=NOW + 1000 * day)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann \t Lee ", "Ann Lee"),
        ("Ann\r\nBcc: eve@example.org", "Ann Bcc: eve@example.org"),
        ("李\u200b雷", "李 雷"),
        ("韩梅梅", "韩梅梅"),
        ('=HYPERLINK("https://evil.example")', 'HYPERLINK("https://evil.example")'),
        ("a" * 300, "a" * 100),
        ("\ue0f0address\ue0f1", "address"),
    ],
)
def test_a_name_is_one_line_that_nothing_takes_for_an_order(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


def test_neighbours_share_a_network() -> None:
    assert neighbourhood("203.0.113.9") == neighbourhood("203.0.113.200") == "203.0.113.0/24"
    assert neighbourhood("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert neighbourhood("testclient") == ""


def test_an_unknown_edition_is_named_with_the_known_ones() -> None:
    assert known_editions(["b", "a", "b"], ["a", "b"]) == ("b", "a")
    with pytest.raises(ValueError, match=r"no edition weekly-fr; known: weekly-en, weekly-zh"):
        known_editions(["weekly-fr"], ["weekly-en", "weekly-zh"])
    with pytest.raises(ValueError, match="no edition is named"):
        known_editions([], ["weekly-en"])


def test_what_was_agreed_to_is_said_in_the_editions_language() -> None:
    assert "AI Infrastructure Weekly" in agreement("AI Infrastructure Weekly", "en", how="confirm")
    assert agreement("AI 基建周报", "zh", how="confirm").startswith("确认订阅《AI 基建周报》")
