from datetime import UTC, datetime, timedelta

import pytest

from newsletter.collect.dates import published, read_date
from newsletter.model import DateQuality

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SHANGHAI, TAIPEI, SEOUL = "Asia/Shanghai", "Asia/Taipei", "Asia/Seoul"


@pytest.mark.parametrize(
    ("words", "zone", "says"),
    [
        # RFC 822 and what passes for it
        ("Mon, 09 Mar 2026 08:30:00 GMT", "UTC", "2026-03-09T08:30 exact"),
        ("Mon, 09 Mar 2026 08:30:00 +0800", "UTC", "2026-03-09T00:30 exact"),
        ("Mon, 09 Mar 2026 08:30:00 +08", "UTC", "2026-03-09T00:30 exact"),
        ("Mon, 09 Mar 2026 08:30:00 -0000", "UTC", "2026-03-09T08:30 exact"),
        ("Mon, 9 Mar 26 08:30 EST", "UTC", "2026-03-09T13:30 exact"),
        ("09 Mar 2026 08:30:00 EDT", "UTC", "2026-03-09T12:30 exact"),
        ("Tue, 09 Mar 2026 08:30:00 Z", "UTC", "2026-03-09T08:30 exact"),
        ("Mon, 09-Mar-26 08:30:00 GMT", "UTC", "2026-03-09T08:30 exact"),
        ("Mon,09 Mar 2026 08:30:00 GMT+8", "UTC", "2026-03-09T00:30 exact"),
        ("Mon, 09 Mar 2026 08:30 PM PST", "UTC", "2026-03-10T04:30 exact"),
        ("Mon, 09 Mar 2026 24:00:00 GMT", "UTC", "2026-03-10T00:00 exact"),
        ("Mon, 09 Mar 2026 08:30:60 GMT", "UTC", "2026-03-09T08:31 exact"),
        ("Mon, 09 Mar 2026 08:30:00", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("Mon, 09 Mar 2026 08:30:00 CST", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("Mon, 09 Mar 2026 08:30:00 CST", TAIPEI, "2026-03-09T00:30 zone-assumed"),
        ("Mon, 09 Mar 2026 08:30:00 CST", "UTC", "2026-03-09T14:30 exact"),
        ("lun., 09 mars 2026 08:30:00 +0100", "UTC", "2026-03-09T07:30 exact"),
        ("Mo, 09 Mär 2026 08:30:00 +0100", "UTC", "2026-03-09T07:30 exact"),
        ("周一, 09 三月 2026 08:30:00 +0800", "UTC", "2026-03-09T00:30 exact"),
        # ISO 8601
        ("2026-03-09T08:30:00Z", SHANGHAI, "2026-03-09T08:30 exact"),
        ("2026-03-09T08:30:00.123+08:00", "UTC", "2026-03-09T00:30 exact"),
        ("2026-03-09T08:30+0800", "UTC", "2026-03-09T00:30 exact"),
        ("2026-03-09T08:30:00-05:00", "UTC", "2026-03-09T13:30 exact"),
        ("2026-03-09T08:30:00+08:00[Asia/Shanghai]", "UTC", "2026-03-09T00:30 exact"),
        ("2026-03-09 08:30:00 UTC", SHANGHAI, "2026-03-09T08:30 exact"),
        ("2026-03-09 08:30:00", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("2026-3-9 8:30", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("2026-03-09", SHANGHAI, "2026-03-08T16:00 date-only"),
        ("2026-03", "UTC", "2026-03-01T00:00 date-only"),
        ("20260309T083000Z", "UTC", "2026-03-09T08:30 exact"),
        ("20260309", SHANGHAI, "2026-03-08T16:00 date-only"),
        ("2026-W11-1", "UTC", "2026-03-09T00:00 date-only"),
        ("2026-068", "UTC", "2026-03-09T00:00 date-only"),
        # Chinese, Korean
        ("2026年3月9日 08:30", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("2026年03月09日08时30分", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("2026年3月9日 星期一 下午3:05", SHANGHAI, "2026-03-09T07:05 zone-assumed"),
        ("2026年3月9日 上午 12:05", SHANGHAI, "2026-03-08T16:05 zone-assumed"),
        ("2026年3月9日 北京时间 08:30", "UTC", "2026-03-09T00:30 exact"),
        ("发布时间：2026-03-09 08:30", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("２０２６年３月９日　０８：３０", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("二〇二六年三月九日", SHANGHAI, "2026-03-08T16:00 date-only"),
        ("二○二六年十月二十三日", SHANGHAI, "2026-10-22T16:00 date-only"),
        ("民國115年3月9日", TAIPEI, "2026-03-08T16:00 date-only"),
        ("3月9日 08:30", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("12月30日", SHANGHAI, "2025-12-29T16:00 date-only"),
        ("昨天 08:30", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("今天 18:30", SHANGHAI, "2026-03-10T10:30 zone-assumed"),
        ("5分钟前", SHANGHAI, "2026-03-10T11:55 exact"),
        ("2小时前", SHANGHAI, "2026-03-10T10:00 exact"),
        ("2026년 3월 9일 오후 3:05", SEOUL, "2026-03-09T06:05 zone-assumed"),
        # everything else that is seen
        ("3 days ago", "UTC", "2026-03-07T12:00 exact"),
        ("1773045000", "UTC", "2026-03-09T08:30 exact"),
        ("1773045000000", "UTC", "2026-03-09T08:30 exact"),
        ("March 9, 2026 8:30 pm", SHANGHAI, "2026-03-09T12:30 zone-assumed"),
        ("Monday, March 9, 2026 - 8:30am", "UTC", "2026-03-09T08:30 zone-assumed"),
        ("9 de marzo de 2026", "UTC", "2026-03-09T00:00 date-only"),
        ("Mon Mar  9 08:30:00 2026", "UTC", "2026-03-09T08:30 zone-assumed"),
        ("Mon Mar 09 2026 08:30:00 GMT+0800 (China Standard Time)", "UTC", "2026-03-09T00:30 exact"),
        ("Mon Mar 09 08:30:00 CST 2026", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("2026/03/09 08:30", SHANGHAI, "2026-03-09T00:30 zone-assumed"),
        ("03/09/2026 08:30", "UTC", "2026-03-09T08:30 zone-assumed"),
        ("23/03/2026", "UTC", "2026-03-23T00:00 date-only"),
        ("09.03.2026 08:30", "UTC", "2026-03-09T08:30 zone-assumed"),
    ],
)
def test_a_date_is_read_as_its_source_means_it(words: str, zone: str, says: str) -> None:
    found = read_date(words, zone=zone, now=NOW)
    assert found is not None
    assert f"{found.at:%Y-%m-%dT%H:%M} {found.quality.value}" == says


@pytest.mark.parametrize("words", ["", "soon", "2026-13-45", "2026年13月45日", "31 Feb 2026", "99999999999999999999"])
def test_what_is_no_date_is_none(words: str) -> None:
    assert read_date(words, zone="UTC", now=NOW) is None


def test_a_summer_time_zone_follows_its_calendar() -> None:
    found = read_date("2026-07-01 08:30", zone="America/New_York", now=NOW)
    assert found is not None
    assert found.at == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("words", ["0", "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "1900-01-01", ""])
def test_the_epoch_and_what_lies_before_feeds_is_no_date(words: str) -> None:
    found = published((words,), zone="UTC", first_seen=NOW)
    assert (found.at, found.quality) == (NOW, DateQuality.FIRST_SEEN)


def test_a_date_that_says_nothing_leaves_the_word_to_the_next() -> None:
    found = published(("0", "2026-03-09T08:30:00Z"), zone="UTC", first_seen=NOW)
    assert (found.at, found.quality) == (datetime(2026, 3, 9, 8, 30, tzinfo=UTC), DateQuality.EXACT)


def test_the_future_is_clamped_to_first_sight() -> None:
    later = (NOW + timedelta(hours=8)).isoformat()
    found = published((later,), zone="UTC", first_seen=NOW)
    assert (found.at, found.quality) == (NOW, DateQuality.CLAMPED)


def test_a_clock_that_is_a_little_fast_is_forgiven() -> None:
    soon = NOW + timedelta(minutes=9)
    assert published((soon.isoformat(),), zone="UTC", first_seen=NOW).at == soon
