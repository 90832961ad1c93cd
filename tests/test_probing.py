"""Links and spam score are looked at outside, told by a sentence, and kept as long as the bytes stay."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter import pipeline
from newsletter.compose.probing import LINK_TARGETS, NOT_PROBED, SPAM_SCORE, Visit, link_check, spam_check, targets
from newsletter.config import Config
from newsletter.errors import NewsletterError
from newsletter.model import Check, EditKind, IssueKey, Letter, Level
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.probing import sample
from tests.builders import NOW, article, letter
from tests.fakes.feedserver import FeedServer, Reply, serving
from tests.test_rendering import LANGUAGES, rendered, whole

EN = IssueKey("weekly-en/2026-W11")
REPORTS = {
    "/good": "Nvidia invests $2 billion in Nebius to build AI data centres",
    "/gone": "Microsoft leases 800 MW of AI data centre capacity in Norway",
    "/closed": "Oracle buys 300,000 Blackwell GPUs for its data centre in Abilene",
    "/moved": "Amazon builds a data centre campus of 2 GW in Indiana",
}


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving() as running:
        running.replies |= {
            "/good": Reply(body=b"<p>fine"),
            "/closed": Reply(status=403),
            "/moved": Reply(status=301, headers={"Location": "/elsewhere"}),
            "/elsewhere": Reply(body=b"<p>here"),
        }
        yield running


@pytest.fixture
def week(config: Config, server: FeedServer) -> Iterator[Newsroom]:
    """A draft whose four stories lead to pages of a server here."""
    with open_newsroom(replace(config, collect=replace(config.collect, ports=(server.port,)))) as room:
        with room.store.write() as tx:
            tx.articles.add(
                [
                    article(path, title, summary=f"{title}, they said.", link=server.url(path),
                            feed_url=f"https://{path[1:]}.example/feed", published=NOW - timedelta(days=1))
                    for path, title in REPORTS.items()
                ]
            )  # fmt: skip
        pipeline.curate(room, now=NOW)
        pipeline.compose(room, "weekly-en", now=NOW)
        yield room


def checks(room: Newsroom) -> dict[str, Check]:
    with room.store.read() as tx:
        kept = tx.issues.get(EN)
    assert kept is not None
    return {one.name: one for one in kept.checks}


def test_a_draft_is_made_without_asking_anybody_and_says_so(week: Newsroom, server: FeedServer) -> None:
    assert server.asked == []
    assert {one.level for one in NOT_PROBED} == {Level.GREY}
    assert checks(week)[LINK_TARGETS] == NOT_PROBED[0]


def test_links_are_told_with_status_and_place_and_the_bytes_stay(week: Newsroom, server: FeedServer) -> None:
    with week.store.read() as tx:
        before = tx.issues.get(EN)
    asyncio.run(pipeline.probe(week, EN, now=NOW))
    with week.store.read() as tx:
        after = tx.issues.get(EN)
    assert before is not None
    assert after is not None
    assert (after.letter, after.version) == (before.letter, before.version)
    found = checks(week)[LINK_TARGETS]
    assert found.level is Level.AMBER
    assert "2 of 4 links answer" in found.say
    assert f"broken: {server.url('/gone')} (HTTP 404)" in found.say
    assert f"look yourself: {server.url('/closed')} (HTTP 403)" in found.say
    assert f"{server.url('/moved')} → {server.url('/elsewhere')}" in found.say
    assert "checked 2026-03-13 08:00 UTC" in found.say


def test_what_was_seen_counts_until_the_bytes_change(week: Newsroom) -> None:
    asyncio.run(pipeline.probe(week, EN, now=NOW))
    seen = checks(week)[LINK_TARGETS]
    pipeline.compose(week, "weekly-en", now=NOW)
    assert checks(week)[LINK_TARGETS] == seen
    with week.store.read() as tx:
        version = tx.issues.version(EN) or 0
    pipeline.edit(
        week, EN, story=None, kind=EditKind.INTRO, value="Hello.", by="ed@news.example", version=version, now=NOW
    )
    assert checks(week)[LINK_TARGETS] == NOT_PROBED[0]


def test_an_issue_that_is_not_there_is_named(room: Newsroom) -> None:
    with pytest.raises(NewsletterError, match="there is no issue weekly-en/2026-W11"):
        asyncio.run(pipeline.probe(room, EN, now=NOW))


def test_only_links_of_others_are_followed_each_once() -> None:
    html = (
        '<a href="https://a.example/?x=1&amp;y=2">A</a><a href="https://a.example/?x=1&amp;y=2">A</a>'
        '<a href="https://news.example/stories/1">B</a><a href="\ue0f0unsubscribe\ue0f1">C</a>'
    )
    assert targets(letter(html=html), "https://news.example") == ("https://a.example/?x=1&y=2",)


@pytest.mark.parametrize(
    ("visit", "level", "said"),
    [
        (Visit(url="https://a.example/x", at="https://a.example/x", status=200), Level.GREEN, "1 of 1 links answer;"),
        (Visit(url="http://a.example/x", at="https://www.a.example/x/", status=200), Level.GREEN, "answer; checked"),
        (Visit(url="https://a.example/", problem="its certificate is not valid: expired"), Level.AMBER, "certificate"),
        (Visit(url="https://a.example/", problem="HTTP 429", status=429), Level.GREY, "look yourself"),
        (Visit(url="https://a.example/", problem="no time", unknown=True), Level.GREY, "look yourself"),
    ],
)
def test_what_nobody_could_tell_is_grey_and_what_is_gone_amber(visit: Visit, level: Level, said: str) -> None:
    found = link_check([visit], now=NOW)
    assert found.level is level
    assert said in found.say


def test_a_machine_without_a_network_blames_no_page() -> None:
    none = Visit(url="https://a.example/", problem="the name a.example is not known", silent=True)
    assert link_check([none, replace(none, url="https://b.example/")], now=NOW).level is Level.GREY
    there = Visit(url="https://b.example/", at="https://b.example/", status=200)
    assert link_check([none, there], now=NOW).level is Level.AMBER


@pytest.mark.parametrize(
    ("status", "level", "said"),
    [
        ("No, score=0.0 required=5.0 tests=none autolearn=ham", Level.GREEN, "0.0 of 5.0"),
        ("No, score=1.7 required=5.0\n\ttests=HTML_MESSAGE,\n\tMISSING_DATE autolearn=no", Level.AMBER, "MISSING_DATE"),
        ("Yes, score=1000.0 required=5.0 tests=GTUBE autolearn=no", Level.RED, "GTUBE"),
    ],
)
def test_the_filters_score_is_told_with_its_rules(status: str, level: Level, said: str) -> None:
    found = spam_check(f"Subject: x\nX-Spam-Status: {status}\n\tversion=4.0.1\n\nbody")
    assert found.level is level
    assert said in found.say


def test_a_filter_that_says_nothing_leaves_it_open() -> None:
    assert spam_check("").level is Level.GREY


def spam(of: Letter) -> Check:
    from newsletter.pipeline.probing import _spam

    return asyncio.run(_spam(of, NOW))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_has_at_most_one_point_of_spam(language: str) -> None:
    if shutil.which("spamassassin") is None:
        pytest.skip("SpamAssassin is not installed")
    found = spam(rendered(whole(24, language), sender="AI Infra 周报 <weekly@news.example>"))
    assert found.name == SPAM_SCORE
    assert found.level is Level.GREEN, found.say


def test_the_sample_that_is_judged_is_a_whole_letter() -> None:
    made = sample(rendered(whole(1, "en"), sender="Weekly <weekly@news.example>"), NOW)
    for header in (b"To: reader@example.org", b"Date: ", b"Message-ID: <sample.", b"List-Unsubscribe: <https://"):
        assert header in made
