"""Every reason for a pause that we give ourselves is told in Chinese too, whatever stands in it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import newsletter
from newsletter.deliver.ledger import alarms
from newsletter.deliver.reasons import in_chinese
from newsletter.model import DeliveryState

S = DeliveryState
_HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("paused by hand", "已手动暂停"),
        ("10 letters in a row failed alike: 550 spam; go", "连续 10 封信以相同原因失败：550 spam; go"),
        ("relay.example:25 cannot be used: no answer in time; see [deliver.smtp] host, port, tls",
         "relay.example:25 无法使用：no answer in time；请检查 [deliver.smtp] host, port, tls"),
        ("SendGrid refuses our key: 401 no {grant}; see [deliver.sendgrid] api_key_env",
         "SendGrid 不接受我们的密钥：401 no {grant}；请检查 [deliver.sendgrid] api_key_env"),
        ("the editor saw a mistake", "the editor saw a mistake"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_of_ours_is_said_in_chinese_and_anybody_elses_stays(reason: str, chinese: str) -> None:
    assert in_chinese(reason) == chinese


def test_the_alarms_are_known_in_chinese() -> None:
    for states in ({S.ACCEPTED: 400, S.BOUNCED: 100}, {S.ACCEPTED: 990, S.COMPLAINED: 10}):
        ((_, reason),) = alarms(states)
        assert _HAN.search(in_chinese(reason))


def test_whatever_a_transport_refuses_with_is_known_in_chinese() -> None:
    """Read from the source, so that a new refusal does not come without its Chinese."""
    found = []
    for name in ("sendgrid", "session", "smtp", "outbox"):
        path = Path(newsletter.__file__).parent / "deliver" / "transports" / f"{name}.py"
        source = path.read_text("utf-8")
        found += re.findall(r"""raise TransportError\(\s*f(["'])(.+?)\1\s*\)""", source)
    sentences = [re.sub(r"\{[^}]*\}", "X", one) for _, one in found]
    assert len(sentences) > 10
    assert [one for one in sentences if not _HAN.search(in_chinese(one))] == []


def test_a_time_in_a_reason_stays_as_it_is() -> None:
    until = datetime(2026, 3, 13, 9, 30, tzinfo=UTC)
    reason = f"the provider takes no more letters until {until:%Y-%m-%d %H:%M} UTC"
    assert in_chinese(reason) == "服务商在 2026-03-13 09:30 UTC 之前不再收信"
