"""Reports of mail servers: read from whatever they send, each once, suppressing only who is really gone."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from newsletter import pipeline
from newsletter.deliver.bounces import kind_of, read_report
from newsletter.model import DeliveryState, IssueStatus, SubscriberStatus
from newsletter.newsroom import Newsroom
from tests.builders import NOW
from tests.mailroom import KEY, delivered, reader, rows

S = DeliveryState


def bounce(
    headers: str, *, status: str = "5.1.1", action: str = "failed", said: str = "smtp; 550 5.1.1 no such user",
    whole: bool = False,
) -> bytes:  # fmt: skip
    """A report as Postfix writes it (RFC 3464), with the letter's headers or the whole letter."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@relay.example\r\nTo: weekly@news.example\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <20260313.ABC@relay.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you ...\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example\r\nArrival-Date: Fri, 13 Mar 2026 08:00:00 +0000\r\n\r\n"
        f"Final-Recipient: rfc822; x@mail.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{headers}\r\n\r\n--b--\r\n"
    ).encode()


def complaint(headers: str, kind: str = "abuse") -> bytes:
    """RFC 5965."""
    return (
        "From: feedback@provider.example\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {kind}\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{headers}\r\n\r\nHello\r\n\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def sent(room: Newsroom) -> Newsroom:
    delivered(room, 3)
    return room


def _headers(room: Newsroom, number: int = 0, *, own: bool = False) -> str:
    row = rows(room)[reader(number).email]
    message_id = "<0100.rewritten@relay.example>" if own else row.message_id
    return f"Message-ID: {message_id}\r\nSubject: weekly" + (f"\r\nX-Delivery: {row.id}" if own else "")


def _status_of(room: Newsroom, number: int = 0) -> SubscriberStatus:
    with room.store.read() as tx:
        found = tx.subscribers.get(reader(number).id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_a_hard_bounce_is_found_by_message_id_or_by_our_own_header_and_suppresses(
    sent: Newsroom, whole: bool, own: bool
) -> None:
    message = bounce(_headers(sent, own=own), whole=whole)
    (found,) = pipeline.take_report(sent, message, now=NOW)
    assert (found.issue, found.kind, found.new) == (KEY, "bounce", True)
    assert rows(sent)[reader(0).email].state is S.BOUNCED
    assert _status_of(sent) is SubscriberStatus.BOUNCED
    with sent.store.read() as tx:
        assert tx.subscribers.suppressed([sent.signer.suppression_hash(reader(0).email)])
    assert pipeline.status(sent, KEY).balanced


def test_the_same_report_again_changes_nothing(sent: Newsroom) -> None:
    message = bounce(_headers(sent))
    assert [one.new for one in pipeline.take_report(sent, message, now=NOW)] == [True]
    for _ in range(3):
        assert [one.new for one in pipeline.take_report(sent, message, now=NOW)] == [False]
    with sent.store.read() as tx:
        assert tx.events.counts(KEY) == {"bounce": 1}


def test_a_complaint_ends_the_subscription_for_good(sent: Newsroom) -> None:
    (found,) = pipeline.take_report(sent, complaint(_headers(sent, 1)), now=NOW)
    assert found.kind == "spamreport"
    assert rows(sent)[reader(1).email].state is S.COMPLAINED
    assert _status_of(sent, 1) is SubscriberStatus.COMPLAINED


def test_a_complaint_after_a_bounce_and_a_bounce_after_a_complaint_end_alike(sent: Newsroom) -> None:
    for number, order in ((0, (bounce, complaint)), (1, (complaint, bounce))):
        for make in order:
            pipeline.take_report(sent, make(_headers(sent, number)), now=NOW)
        assert rows(sent)[reader(number).email].state is S.COMPLAINED


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda headers: bounce(headers, status="5.2.2", said="smtp; 552 5.2.2 mailbox full"), S.BLOCKED),
        (lambda headers: bounce(headers, status="5.7.1", said="smtp; 554 5.7.1 blocked by policy"), S.BLOCKED),
        (lambda headers: bounce(headers, status="4.4.7", said="smtp; 451 4.4.1 expired"), S.BLOCKED),
        (lambda headers: bounce(headers, status="4.2.0", action="delayed"), S.DEFERRED),
        (lambda headers: bounce(headers, status="2.0.0", action="relayed"), S.DELIVERED),
        (lambda headers: complaint(headers, "not-spam"), S.ACCEPTED),
    ],
)
def test_what_is_no_hard_bounce_suppresses_nobody(
    sent: Newsroom, make: Callable[[str], bytes], state: DeliveryState
) -> None:
    assert len(pipeline.take_report(sent, make(_headers(sent)), now=NOW)) == 1
    assert rows(sent)[reader(0).email].state is state
    assert _status_of(sent) is SubscriberStatus.ACTIVE


@pytest.mark.parametrize(
    ("action", "status", "said", "kind"),
    [
        ("failed", "5.0.0", "smtp; 550 5.1.1 user unknown", "bounce"),
        ("failed", "5.0.0", "smtp; 550 5.7.26 unauthenticated", "blocked"),
        ("failed", "5.0.0", "smtp; 550 no such user", "bounce"),
        ("failed", "5.1.10", "", "bounce"),
        ("failed", "5.2.1", "", "bounce"),
        ("failed", "5.4.4", "no route", "blocked"),
        ("failed", "", "", "bounce"),
        ("failed", "4.3.0", "", "blocked"),
        ("expanded", "2.0.0", "", "delivered"),
        ("failed?", "5.1.1", "", ""),
    ],
)
def test_the_kind_of_a_report_follows_its_codes(action: str, status: str, said: str, kind: str) -> None:
    assert kind_of(action, status, said) == kind


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe\x00 nothing",
        b"Subject: Out of office\r\n\r\nI am away until Monday.",
        bounce("Message-ID: <somebody.else@their.example>\r\nSubject: x"),
        bounce("Subject: without an id"),
        bounce("Message-ID: \x00\xe9<<>@>\r\nX-Delivery: ' OR 1=1"),
        complaint("Message-ID: <" + "a" * 5000 + "@x.example>"),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--",
    ],
)
def test_what_is_no_report_on_a_letter_of_ours_changes_nothing(sent: Newsroom, message: bytes) -> None:
    before = rows(sent)
    assert pipeline.take_report(sent, message, now=NOW) == ()
    assert rows(sent) == before


def test_an_answer_of_a_reader_who_quotes_the_letters_id_is_no_report(sent: Newsroom) -> None:
    answer = EmailMessage(policy=SMTP)
    answer["In-Reply-To"] = rows(sent)[reader(0).email].message_id
    answer["Subject"] = "Re: weekly"
    answer.set_content("failed 5.1.1")
    assert read_report(answer.as_bytes(), now=NOW) == ()


def test_a_bounce_of_an_erased_reader_is_taken_and_the_sum_stays(sent: Newsroom) -> None:
    message = bounce(_headers(sent))
    pipeline.erase(sent, reader(0).email, now=NOW)
    (found,) = pipeline.take_report(sent, message, now=NOW)
    assert found.new
    assert pipeline.status(sent, KEY).states == {S.ACCEPTED: 2, S.BOUNCED: 1}
    assert pipeline.status(sent, KEY).status is IssueStatus.SENT
