"""A spliced letter reads exactly as one that the standard library builds, whoever its reader is."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.deliver.encoding import Base64, Quoted, best_body
from newsletter.deliver.headers import free, mailbox, parted
from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.errors import NewsletterError
from newsletter.model import DeliveryId, IssueKey, Letter
from newsletter.slots import Slot
from tests.builders import letter

_AT = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
_ENGLISH = "Nvidia invests $2 billion in Nebius, and Meta plans 5 GW by 2030."
_CHINESE = "英伟达向 Nebius 投资 20 亿美元；Meta 计划到 2030 年建成 5 吉瓦数据中心。"
_WORDS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\ue0f0\ue0f1"), max_size=120)
_NAMES = _WORDS.filter(lambda name: len(name.encode()) <= 45)
_BODIES = st.lists(
    st.one_of(
        _WORDS, st.sampled_from([slot.marker for slot in Slot] + ["\n", ".", "\n.", "=", " \n", _CHINESE, _ENGLISH])
    ),
    max_size=30,
).map("".join)


def _mailing(body: Letter) -> Mailing:
    return Mailing(issue=IssueKey("weekly-en/2026-W11"), letter=body, sender="news@news.example", date=_AT)


def _parcel(name: str = "Ann Reader", email: str = "ann@reader.example", **more: str) -> Parcel:
    values = {
        Slot.ADDRESS: email,
        Slot.NAME: name,
        Slot.UNSUBSCRIBE: "https://news.example/unsubscribe/u.abc.weekly-en.k3j4",
        Slot.PREFERENCES: "https://news.example/preferences/p.abc.weekly-en.k3j4",
    }
    found = {slot: more.get(slot.value, value) for slot, value in values.items()}
    return Parcel(delivery=DeliveryId("d1"), email=email, name=name, message_id="<d1@news.example>", values=found)


def _parsed(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _content(part: object) -> str:
    assert isinstance(part, EmailMessage)
    content: str = part.get_content()
    return content.replace("\r\n", "\n").removesuffix("\n")


def _filled(body: str, parcel: Parcel, *, html: bool) -> str:
    for slot, value in parcel.values.items():
        escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        shown = escaped.replace('"', "&quot;").replace("'", "&#x27;") if html else value
        body = body.replace(slot.marker, shown)
    return body


def _reference(body: Letter, parcel: Parcel) -> EmailMessage:
    """The same letter by the standard library, which takes a hundred times as long."""
    built = EmailMessage(policy=policy.SMTP)
    built["Subject"] = body.subject.strip()
    user, _, domain = parcel.email.partition("@")
    built["To"] = Address(" ".join(parcel.name.split()), user, domain)
    built.set_content(_filled(body.text, parcel, html=False))
    built.add_alternative(_filled(body.html, parcel, html=True), subtype="html")
    return _parsed(built.as_bytes())


@given(text=_BODIES, html=_BODIES, name=_NAMES, subject=_WORDS)
@settings(max_examples=60, deadline=None)
def test_a_spliced_letter_equals_the_one_of_the_standard_library_part_by_part(
    text: str, html: str, name: str, subject: str
) -> None:
    body, parcel = letter(text=text, html=html, subject=subject), _parcel(name=name)
    found, reference = _parsed(splice(_mailing(body), parcel)), _reference(body, parcel)
    assert not found.defects
    assert [part.get_content_type() for part in found.walk()] == [part.get_content_type() for part in reference.walk()]
    for kind in ("plain", "html"):
        assert _content(found.get_body((kind,))) == _content(reference.get_body((kind,)))
    assert found["Subject"] == subject.strip()
    assert [(one.display_name, one.addr_spec) for one in found["To"].addresses] == [
        (" ".join(name.split()), parcel.email)
    ]


@given(text=_BODIES, html=_BODIES, name=_WORDS, subject=_WORDS)
@settings(max_examples=60, deadline=None)
def test_every_line_on_the_wire_is_short_ascii_ended_by_crlf_and_begins_with_no_dot(
    text: str, html: str, name: str, subject: str
) -> None:
    data = splice(_mailing(letter(text=text, html=html, subject=subject)), _parcel(name=name))
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    lines = data.split(b"\r\n")
    head = lines[: lines.index(b"")]
    assert max(map(len, head)) <= 998
    assert max(map(len, lines[len(head) :])) <= 76
    assert not any(line.startswith(b".") for line in lines)
    assert all(len(word) <= 75 for word in re.findall(rb"=\?.*?\?=", data))


@pytest.mark.parametrize("values", [("", ""), ("a", "b"), ("ab", "李"), ("abc" * 40, "https://news.example/u/1")])
@pytest.mark.parametrize("pieces", [("", "", ""), ("x", "y", "z"), (_ENGLISH, ".", ""), (_CHINESE * 9, "好", _CHINESE)])
def test_both_encodings_carry_any_value_between_any_pieces(pieces: tuple[str, ...], values: tuple[str, ...]) -> None:
    whole = (pieces[0] + values[0] + pieces[1] + values[1] + pieces[2]).encode()
    for body in (Quoted([piece.encode() for piece in pieces]), Base64([piece.encode() for piece in pieces])):
        wire = b"".join(body.spliced([value.encode() for value in values]))
        part = message_from_bytes(f"Content-Transfer-Encoding: {body.encoding}\r\n\r\n".encode() + wire)
        payload = part.get_payload(decode=True)
        assert payload == whole


def test_english_goes_as_quoted_printable_and_chinese_as_base64() -> None:
    assert best_body([_ENGLISH * 20]).encoding == "quoted-printable"
    assert best_body([_CHINESE * 20]).encoding == "base64"


def test_the_unsubscribe_headers_stand_unencoded_on_one_line() -> None:
    token = "u." + "a" * 300
    parcel = _parcel(unsubscribe=f"https://news.example/unsubscribe/{token}")
    data = splice(_mailing(letter()), parcel)
    assert f"\r\nList-Unsubscribe: <https://news.example/unsubscribe/{token}>\r\n".encode() in data
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data


def test_the_same_parcel_gives_the_same_bytes_with_date_and_message_id() -> None:
    one, again = (splice(_mailing(letter()), _parcel()) for _ in range(2))
    assert one == again
    found = _parsed(one)
    assert (found["Message-ID"], found["MIME-Version"]) == ("<d1@news.example>", "1.0")
    assert found["Date"].datetime == _AT
    assert found["From"] == "AI Infrastructure Weekly <newsletter@news.example>"


@pytest.mark.parametrize("forged", ["Ann\r\nBcc: all@reader.example", "Ann\nX: y", "Ann\x00", "Ann\u2028X: y"])
def test_a_name_or_address_that_would_forge_a_header_is_refused(forged: str) -> None:
    with pytest.raises(ValueError, match="control"):
        splice(_mailing(letter()), _parcel(name=forged))
    with pytest.raises(ValueError):
        splice(_mailing(letter()), _parcel(email=f"{forged}@reader.example"))


@pytest.mark.parametrize("where", ["subject", "header", "from"])
def test_a_letter_that_would_forge_a_header_is_refused_for_all(where: str) -> None:
    forged = "Hello\r\nBcc: all@reader.example"
    headers = {"header": (("X-House", forged),), "from": (("From", forged),)}
    body = letter(subject=forged) if where == "subject" else letter(headers=headers[where])
    with pytest.raises(NewsletterError, match="compose it again"):
        splice(_mailing(body), _parcel())


def test_a_letter_cannot_bring_its_own_to_or_content_type() -> None:
    headers = (("To", "all@reader.example"), ("Content-Type", "text/plain"), ("BCC", "all@reader.example"))
    found = _parsed(splice(_mailing(letter(headers=headers)), _parcel()))
    assert found.get_all("To") == ["Ann Reader <ann@reader.example>"]
    assert found.get_all("Content-Type") is not None
    assert found.get_content_type() == "multipart/alternative"
    assert found["Bcc"] is None


def test_a_readers_name_in_html_is_text_and_not_markup() -> None:
    body = letter(html=f"<p>Dear {Slot.NAME.marker}</p>", text=f"Dear {Slot.NAME.marker}")
    found = _parsed(splice(_mailing(body), _parcel(name="<b>李 & 王</b>")))
    assert _content(found.get_body(("html",))) == "<p>Dear &lt;b&gt;李 &amp; 王&lt;/b&gt;</p>"
    assert _content(found.get_body(("plain",))) == "Dear <b>李 & 王</b>"


@pytest.mark.parametrize(
    "text", ["AI 基建周报 第 11 期：英伟达投资 Nebius", "A week of  two spaces", "=?utf-8?q?no?=", "x" * 300]
)
def test_a_subject_comes_back_as_it_was_written(text: str) -> None:
    line = free("Subject", text)
    assert all(len(part) <= 78 for part in line.split("\r\n"))
    assert message_from_bytes(line.encode() + b"\r\n\r\n", policy=policy.default)["Subject"] == text


def test_a_long_name_goes_in_several_encoded_words_that_join_without_a_gap() -> None:
    name = "人工智能基础设施周报编辑部读者来信组的李雷与韩梅梅"
    line = f"To: {mailbox(name, 'li@reader.example')}"
    assert line.count("=?utf-8?b?") == 2
    raw = message_from_bytes(line.encode() + b"\r\n\r\n")["To"]
    assert str(make_header(decode_header(raw))) == f"{name} <li@reader.example>"


def test_an_address_beyond_ascii_before_its_at_is_refused_and_a_domain_is_put_in_ascii() -> None:
    assert mailbox("", "li@例子.中国") == "li@xn--fsqu00a.xn--fiqs8s"
    with pytest.raises(ValueError, match="beyond ASCII"):
        mailbox("", "李@reader.example")


def test_a_sender_is_parted_in_name_and_address() -> None:
    assert parted("AI 基建周报 <zh@news.example>") == ("AI 基建周报", "zh@news.example")
    assert parted('"Weekly, the" <en@news.example>') == ("Weekly, the", "en@news.example")
    assert parted("en@news.example") == ("", "en@news.example")
