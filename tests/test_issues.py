"""From stories in the store to a draft, an editor's changes, and an approval of exact bytes."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from newsletter import pipeline
from newsletter.cli import main
from newsletter.config import Config
from newsletter.errors import NewsletterError, StaleError
from newsletter.model import (
    ArticleId,
    EditKind,
    Fingerprint,
    IssueKey,
    IssueStatus,
    KeyPoint,
    Level,
    Related,
    RelatedLink,
    StoryId,
)
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store.engine import Store
from newsletter.store.issues import Kept
from newsletter.store.shelves import Shelves
from newsletter.store.stories import Told
from tests.builders import NOW, article, ranked, reading

EN, ZH = IssueKey("weekly-en/2026-W11"), IssueKey("weekly-zh/2026-W11")
EDITOR = "editor@news.example"
TEXT = "The company told it on Monday and gave its reasons at some length, with figures for every year."
TEXT_ZH = "公司在周一公布了这一消息，并较为详细地说明了理由，还给出了每一年的数字。"


def tell(room: Newsroom, id: str, title: str, points: float, *, zh: str = "", days: float = 1, **more: Any) -> None:
    """Put a story with one report, and a Chinese one where `zh` gives its title, into the store."""
    at = NOW - timedelta(days=days)
    reports = [article(id, title, summary=TEXT, published=at)]
    if zh:
        reports.append(article(f"{id}-zh", zh, summary=TEXT_ZH, language="zh", published=at))
    ids = tuple(str(one.id) for one in reports)
    about: dict[str, Any] = {"tags": ("data-centres",), "first": at, "last": at}
    story = ranked(id, points, articles=ids, **(about | more))
    related = more.pop("related", ())
    told = Told(
        ranked=story,
        key_points={"en": (KeyPoint(text=TEXT, article_id=ArticleId(id), language="en"),)},
        related=related,
    )
    with room.store.write() as tx:
        tx.articles.add(reports)
        tx.stories.save_readings((reading(one.id, ("data-centres",)), "v") for one in reports)
        tx.stories.replace([told], [])


def relate(room: Newsroom, one: str, other: str) -> None:
    with room.store.write() as tx:
        (told,) = tx.stories.get_many([StoryId(one)])
        link = (Related(article_id=ArticleId(other), score=1.0, because={"en": "also about x"}), StoryId(other))
        tx.stories.replace([replace(told, related=(link,))], [StoryId(one)])


@pytest.fixture
def week(room: Newsroom) -> Newsroom:
    """A week of three stories, the first in both languages."""
    tell(room, "nebius", "Nvidia invests $2 billion in Nebius", 0.9, zh="英伟达向Nebius投资20亿美元")
    tell(room, "campus", "Oslo approves a campus by the fjord", 0.6)
    tell(room, "grid", "Lima connects its halls to a new grid", 0.5)
    return room


def kept(room: Newsroom, key: IssueKey = EN) -> Kept:
    with room.store.read() as tx:
        found = tx.issues.get(key)
    assert found is not None
    return found


def stories(room: Newsroom, key: IssueKey = EN) -> list[str]:
    return [str(one.story_id) for one in kept(room, key).issue.items]


def change(room: Newsroom, kind: EditKind, story: str | None, value: str = "", **more: Any) -> pipeline.Composed:
    values: dict[str, Any] = {"by": EDITOR, "version": kept(room).version, "now": NOW}
    return pipeline.edit(
        room, EN, story=None if story is None else StoryId(story), kind=kind, value=value, **(values | more)
    )


def approve(room: Newsroom, key: IssueKey = EN) -> pipeline.Approved:
    return pipeline.approve(room, key, kept(room, key).letter.fingerprint, by=EDITOR, now=NOW)


# -- compose


def test_a_draft_holds_the_weeks_stories_best_first_and_its_letter(week: Newsroom) -> None:
    made = pipeline.compose(week, "weekly-en", now=NOW)
    assert made.issue.key == EN
    assert stories(week) == ["nebius", "campus", "grid"]
    assert kept(week).letter == made.letter
    assert "Nvidia invests $2 billion in Nebius" in made.letter.text
    assert {one.level for one in made.checks} <= {Level.GREEN, Level.GREY, Level.AMBER}


def test_each_edition_tells_the_story_in_its_language(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-zh", now=NOW)
    issue = kept(week, ZH).issue
    assert issue.subject == "英伟达向 Nebius 投资 20 亿美元"
    assert [one.language for one in issue.items] == ["zh", "en", "en"]


def test_composing_again_without_news_keeps_the_bytes_and_the_version(week: Newsroom) -> None:
    first = pipeline.compose(week, "weekly-en", now=NOW)
    version = kept(week).version
    assert pipeline.compose(week, "weekly-en", now=NOW + timedelta(hours=3)).letter == first.letter
    assert kept(week).version == version


def test_news_changes_the_draft(week: Newsroom) -> None:
    first = pipeline.compose(week, "weekly-en", now=NOW)
    tell(week, "late", "Quito signs a lease of halls", 0.7, days=0.1)
    assert pipeline.compose(week, "weekly-en", now=NOW).letter.fingerprint != first.letter.fingerprint
    assert "late" in stories(week)


def test_the_draft_is_due_when_the_edition_says(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-zh", now=NOW)
    assert kept(week, ZH).send_at == datetime(2026, 3, 13, 0, 0, tzinfo=UTC)
    assert kept(week, ZH).issue.date == kept(week, ZH).send_at


def test_what_lies_before_the_window_or_after_now_is_not_told(week: Newsroom) -> None:
    tell(week, "old", "Minsk opened a hall long ago", 0.8, days=9)
    tell(week, "future", "Dakar opens a hall tomorrow", 0.8, days=-1)
    pipeline.compose(week, "weekly-en", now=NOW)
    assert not {"old", "future"} & set(stories(week))


def test_a_week_that_is_over_can_be_composed_later_as_of_its_end(week: Newsroom) -> None:
    tell(week, "next", "Dakar opens a hall next week", 0.8, days=-4)
    pipeline.compose(week, "weekly-en", period="2026-W11", now=NOW + timedelta(days=30))
    assert kept(week).issue.window[1] == datetime(2026, 3, 16, tzinfo=UTC)
    assert stories(week) == ["nebius", "campus", "grid"]


def test_the_next_issue_begins_where_the_last_stopped_and_does_not_repeat_it(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    approve(week)
    tell(week, "new", "Quito signs a lease of halls", 0.7, days=-2)
    pipeline.compose(week, "weekly-en", now=NOW + timedelta(days=7))
    after = kept(week, IssueKey("weekly-en/2026-W12")).issue
    assert after.window[0] == NOW
    assert [one.story_id for one in after.items] == ["new"]
    assert after.number == 2


def test_related_articles_come_from_the_archive_with_date_and_address(week: Newsroom) -> None:
    tell(week, "older", "Nebius opened a hall in Finland", 0.2, days=40)
    relate(week, "nebius", "older")
    pipeline.compose(week, "weekly-en", now=NOW)
    (link,) = kept(week).issue.items[0].related
    assert (link.title, link.link, link.earlier) == ("Nebius opened a hall in Finland", "/stories/older", True)
    assert "https://news.example/stories/older" in kept(week).letter.text


def test_a_story_that_an_editor_dropped_is_no_related_article(week: Newsroom) -> None:
    relate(week, "nebius", "campus")
    pipeline.compose(week, "weekly-en", now=NOW)
    assert [link.story_id for link in related_to(week, "nebius")] == ["campus"]
    change(week, EditKind.DROP, "campus")
    assert not related_to(week, "nebius")
    change(week, EditKind.RESTORE, "campus")
    assert [link.story_id for link in related_to(week, "nebius")] == ["campus"]


def test_a_story_dropped_last_week_is_no_related_article_this_week(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.DROP, "campus")
    later = NOW + timedelta(days=7)
    tell(week, "new", "Rome builds a hall for chips", 0.9, days=-6)
    relate(week, "new", "campus")
    made = pipeline.compose(week, "weekly-en", now=later)
    assert [(item.story_id, item.related) for item in made.issue.items] == [("new", ())]


def related_to(room: Newsroom, story: str) -> tuple[RelatedLink, ...]:
    return next(item.related for item in kept(room).issue.items if item.story_id == story)


def leads_to_twin(room: Newsroom, now: datetime) -> bool:
    made = pipeline.compose(room, "weekly-en", period="2026-W11", now=now)
    return f"https://news.example/{ZH}" in made.letter.html


def test_a_letter_leads_to_its_twin_whether_that_is_still_to_come_or_there(week: Newsroom) -> None:
    before = datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert leads_to_twin(week, before)
    pipeline.compose(week, "weekly-zh", period="2026-W11", now=NOW)
    assert leads_to_twin(week, NOW)
    approve(week, ZH)
    assert leads_to_twin(week, NOW)


def test_a_letter_does_not_lead_to_a_twin_that_will_never_come(config: Config, week: Newsroom) -> None:
    zh = replace(config.editions[1], schedule="tue 08:00")
    with open_newsroom(replace(config, editions=(config.editions[0], zh))) as room:
        assert leads_to_twin(room, datetime(2026, 3, 10, 8, tzinfo=UTC))
        assert not leads_to_twin(room, datetime(2026, 3, 12, 8, tzinfo=UTC))
    pipeline.compose(week, "weekly-zh", period="2026-W11", now=NOW)
    approve(week, ZH)
    pipeline.cancel(week, ZH, now=NOW)
    assert not leads_to_twin(week, NOW)


def test_an_edition_may_rank_by_what_it_watches(config: Config) -> None:
    edition = replace(config.editions[0], interest=("nuclear",))
    with open_newsroom(replace(config, editions=(edition, config.editions[1]))) as room:
        tell(room, "a", "Oslo approves a campus by the fjord", 0.9)
        tell(room, "b", "Reactor for the halls of Lima", 0.1, tags=("nuclear", "power"))
        pipeline.compose(room, "weekly-en", now=NOW)
        assert stories(room)[0] == "b"


def test_an_issue_without_stories_is_red_and_cannot_be_approved(room: Newsroom) -> None:
    made = pipeline.compose(room, "weekly-en", now=NOW)
    assert [one.name for one in made.checks if one.level is Level.RED] == ["items"]
    with pytest.raises(NewsletterError, match="cannot be approved yet: items: the issue is empty; collect"):
        approve(room)


@pytest.mark.parametrize(
    ("edition", "period", "said"),
    [
        ("weekly-xx", None, "no edition 'weekly-xx'; use one of weekly-en, weekly-zh"),
        ("weekly-en", "2026-W60", "such as 2026-W11"),
        ("weekly-en", "2026-W20", "weekly-en/2026-W20 has not begun; compose it from 2026-05-11T00:00Z"),
    ],
)
def test_what_cannot_be_composed_is_refused_with_the_way_on(
    room: Newsroom, edition: str, period: str | None, said: str
) -> None:
    with pytest.raises(NewsletterError, match=re.escape(said)):
        pipeline.compose(room, edition, period=period, now=NOW)


def test_an_issue_sent_early_in_its_week_is_composed_in_the_week_before(config: Config) -> None:
    early = replace(config.editions[0], schedule="mon 08:00")
    with open_newsroom(replace(config, editions=(early, config.editions[1]))) as room:
        sunday = datetime(2026, 3, 15, 9, tzinfo=UTC)
        assert pipeline.compose(room, "weekly-en", period="2026-W12", now=sunday).issue.window[1] == sunday
        with pytest.raises(NewsletterError, match="has not begun"):
            pipeline.compose(room, "weekly-en", period="2026-W12", now=sunday - timedelta(days=1))


# -- editors


def test_an_edit_changes_the_draft_and_composing_again_keeps_it(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.RETITLE, "campus", "A campus for Oslo")
    change(week, EditKind.DROP, "grid", "thin")
    for _ in range(2):
        assert [one.headline for one in kept(week).issue.items][1:] == ["A campus for Oslo"]
        pipeline.compose(week, "weekly-en", now=NOW)


def test_edits_survive_a_change_of_what_the_machine_found(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.RETITLE, "grid", "Lima joins the grid")
    for n in range(9):
        tell(week, f"more{n}", f"City number {n} opens {n} great halls of {'abcdefghi'[n] * 4}", 0.8)
    pipeline.compose(week, "weekly-en", now=NOW)
    assert "Lima joins the grid" in [one.headline for one in kept(week).issue.items]


def test_an_edit_does_not_let_news_in_by_the_back_door(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    tell(week, "late", "Quito signs a lease of halls", 0.7, days=-0.1)
    change(week, EditKind.DROP, "grid", now=NOW + timedelta(hours=5))
    assert stories(week) == ["nebius", "campus"]


def test_an_edit_follows_a_story_that_was_merged_into_another(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.RETITLE, "grid", "Lima joins the grid")
    with week.store.write() as tx:
        (campus,) = tx.stories.get_many([StoryId("campus")])
        articles = (ArticleId("campus"), ArticleId("grid"))
        story = replace(campus.ranked.story, articles=articles)
        merged = replace(campus, ranked=replace(campus.ranked, story=story))
        tx.stories.replace([merged], [StoryId("campus"), StoryId("grid")])
    pipeline.compose(week, "weekly-en", now=NOW)
    assert [one.headline for one in kept(week).issue.items][1:] == ["Lima joins the grid"]


def verdicts(room: Newsroom) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    with room.store.read() as tx:
        same, apart = tx.verdicts.pairs()
    return set(same), set(apart)


def test_stories_that_an_editor_joins_stay_joined_for_the_next_curating_until_it_is_undone(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    made = change(week, EditKind.MERGE, "nebius", "grid")
    assert stories(week) == ["nebius", "campus"]
    assert len(made.issue.items[0].sources) == 3
    assert verdicts(week) == ({("grid", "nebius")}, set())
    pipeline.undo(week, EN, by=EDITOR, version=kept(week).version, now=NOW)
    assert stories(week) == ["nebius", "campus", "grid"]
    assert verdicts(week) == (set(), {("grid", "nebius")})


def test_curating_finds_the_joined_story_by_itself_and_the_draft_stays_the_same(room: Newsroom) -> None:
    at = NOW - timedelta(days=1)
    reports = [
        article(name, title, summary=f"{title}, they said.", published=at, feed_url=f"https://{name}.example/feed")
        for name, title in (
            ("nebius", "Nvidia invests $2 billion in Nebius to build AI data centres"),
            ("campus", "Microsoft leases 800 MW of AI data centre capacity in Norway"),
            ("grid", "Oracle buys 300,000 Blackwell GPUs for its data centre in Abilene"),
        )
    ]
    with room.store.write() as tx:
        tx.articles.add(reports)
    pipeline.curate(room, now=NOW)
    pipeline.compose(room, "weekly-en", now=NOW)
    before = stories(room)
    assert set(before) == {"nebius", "campus", "grid"}
    kept_story, other = before[0], before[1]
    change(room, EditKind.MERGE, kept_story, other)
    joined = stories(room)
    pipeline.curate(room, now=NOW)
    with room.store.read() as tx:
        told = tx.stories.get(StoryId(kept_story))
        members = None if told is None else set(told.story.articles)
        assert tx.stories.story_of([ArticleId(other)])[ArticleId(other)] == kept_story
    assert members == {kept_story, other}
    made = pipeline.compose(room, "weekly-en", now=NOW)
    assert sorted(stories(room)) == sorted(joined)
    assert not [one for one in made.checks if one.name == "edits" and one.level is not Level.GREEN]


def test_a_report_that_an_editor_parts_is_kept_apart_from_all_others(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.SPLIT, "nebius", "https://wire.example/nebius-zh")
    assert [source.link for source in kept(week).issue.items[0].sources] == ["https://wire.example/nebius"]
    assert verdicts(week) == (set(), {("nebius", "nebius-zh")})


def test_a_move_into_a_named_section_and_another_source_reach_the_letter(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.MOVE, "grid", "reviews")
    made = change(week, EditKind.SOURCE, "nebius", "https://wire.example/nebius-zh")
    assert [section.key for section in made.issue.sections][-1] == "reviews"
    assert "Product reviews" in made.letter.html
    assert "英伟达向 Nebius 投资 20 亿美元" in [one.headline for one in made.issue.items]


def test_undo_takes_edits_back_one_by_one(week: Newsroom) -> None:
    first = pipeline.compose(week, "weekly-en", now=NOW)
    change(week, EditKind.DROP, "grid")
    change(week, EditKind.MOVE, "campus", "up")
    assert stories(week) == ["campus", "nebius"]
    pipeline.undo(week, EN, by=EDITOR, version=kept(week).version, now=NOW)
    assert stories(week) == ["nebius", "campus"]
    made = pipeline.undo(week, EN, by=EDITOR, version=kept(week).version, now=NOW)
    assert made.letter == first.letter
    with pytest.raises(NewsletterError, match="no edit to undo"):
        pipeline.undo(week, EN, by=EDITOR, version=kept(week).version, now=NOW)


def test_of_two_editors_the_slower_one_is_told_and_nothing_is_overwritten(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    seen = kept(week).version
    change(week, EditKind.PIN, "campus")
    with pytest.raises(StaleError):
        change(week, EditKind.DROP, "campus", version=seen)
    with pytest.raises(StaleError):
        pipeline.undo(week, EN, by=EDITOR, version=seen, now=NOW)
    assert stories(week) == ["nebius", "campus", "grid"]
    with week.store.read() as tx:
        assert [one.kind for one in tx.issues.edits(EN)] == [EditKind.PIN]


@dataclass(frozen=True)
class Meanwhile:
    """A store on which something happens before the first write."""

    store: Store
    happens: list[Callable[[], object]]

    def read(self) -> AbstractContextManager[Shelves]:
        return self.store.read()

    def write(self) -> AbstractContextManager[Shelves]:
        if self.happens:
            self.happens.pop()()
        return self.store.write()


def test_an_edit_made_while_the_issue_is_composed_is_not_overwritten(week: Newsroom) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    tell(week, "late", "Quito signs a lease of halls", 0.7, days=0.1)
    busy = Meanwhile(week.store, [lambda: change(week, EditKind.DROP, "grid")])
    pipeline.compose(Newsroom(week.config, cast("Store", busy)), "weekly-en", now=NOW)
    assert stories(week) == ["nebius", "late", "campus"]


@pytest.mark.parametrize(
    ("kind", "story", "value", "said"),
    [
        (EditKind.PIN, "nobody", "", "no story nobody"),
        (EditKind.PIN, None, "", "an edit of a story"),
        (EditKind.INTRO, "campus", "x", "an edit of no story"),
        (EditKind.MOVE, "campus", "sideways", "a story moves to one of up, down, lead"),
    ],
)
def test_an_edit_without_sense_is_refused_and_not_kept(
    week: Newsroom, kind: EditKind, story: str | None, value: str, said: str
) -> None:
    pipeline.compose(week, "weekly-en", now=NOW)
    with pytest.raises(NewsletterError, match=re.escape(said)):
        change(week, kind, story, value)
    with week.store.read() as tx:
        assert tx.issues.edits(EN) == ()


# -- approve


def test_approval_pins_the_bytes_and_ends_all_change(week: Newsroom) -> None:
    made = pipeline.compose(week, "weekly-en", now=NOW)
    done = approve(week)
    assert (done.issue, done.fingerprint, done.audience) == (EN, made.letter.fingerprint, 0)
    assert approve(week) == done
    assert kept(week).issue.status is IssueStatus.APPROVED
    with pytest.raises(NewsletterError, match="approved"):
        pipeline.compose(week, "weekly-en", now=NOW)
    with pytest.raises(NewsletterError, match="approved"):
        change(week, EditKind.DROP, "grid")
    with pytest.raises(NewsletterError, match="approved"):
        pipeline.undo(week, EN, by=EDITOR, version=kept(week).version, now=NOW)
    assert kept(week).letter == made.letter


def test_approval_of_bytes_that_changed_is_stale(week: Newsroom) -> None:
    seen = pipeline.compose(week, "weekly-en", now=NOW).letter.fingerprint
    change(week, EditKind.DROP, "grid")
    with pytest.raises(StaleError, match="weekly-en/2026-W11 changed after preview; look again: newsletter preview"):
        pipeline.approve(week, EN, seen, by=EDITOR, now=NOW)
    assert kept(week).issue.status is IssueStatus.DRAFT


def test_approval_of_an_unknown_issue_says_how_to_make_it(room: Newsroom) -> None:
    with pytest.raises(NewsletterError, match="newsletter compose weekly-en --period 2026-W11"):
        pipeline.approve(room, EN, Fingerprint("0" * 64), by=EDITOR, now=NOW)


# -- preview


@pytest.mark.parametrize(("key", "edition"), [(EN, "weekly-en"), (ZH, "weekly-zh")])
def test_a_preview_is_the_letter_with_a_sample_reader_in_its_slots(week: Newsroom, key: IssueKey, edition: str) -> None:
    made = pipeline.compose(week, edition, now=NOW)
    seen = pipeline.preview(week, key)
    assert seen.fingerprint == made.letter.fingerprint
    whole = seen.html + seen.text + "".join(value for _, value in seen.headers)
    assert "\ue0f0" not in whole
    assert "reader@example.org" in seen.text
    assert "https://news.example/unsubscribe/sample" in seen.html
    assert dict(seen.headers)["List-Unsubscribe"] == "<https://news.example/unsubscribe/sample>"


# -- by hand


@pytest.fixture
def desk(week: Newsroom, tmp_path: Path) -> list[str]:
    """The options that name the newsroom of the week on the command line."""
    config = tmp_path / "config.toml"
    config.write_text('[newsroom]\nsite = "https://news.example"\npostal_address = "1 Sample Street"\n', "utf-8")
    return ["--config", str(config), "--as-of", NOW.isoformat()]


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_path_by_hand_is_compose_preview_approve(
    desk: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compose", "weekly-en", "--json", *desk]) == 0
    composed = said(capsys)
    assert list(composed) == ["issue", "fingerprint", "subject", "items", "html_bytes", "checks"]
    assert (composed["issue"], composed["items"]) == (EN, 3)
    assert {tuple(one) for one in composed["checks"]} == {("name", "level", "say")}
    out = tmp_path / "out" / "deep"
    assert main(["preview", EN, "--out", str(out), "--json", *desk]) == 0
    assert said(capsys) == {"issue": EN, "fingerprint": composed["fingerprint"]}
    assert (out / "letter.html").stat().st_size > 0
    assert "Nvidia" in (out / "letter.txt").read_text("utf-8")
    headers = json.loads((out / "headers.json").read_text("utf-8"))
    assert headers["Subject"] == composed["subject"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert main(["approve", EN, composed["fingerprint"], "--by", EDITOR, "--json", *desk]) == 0
    assert said(capsys) == {"issue": EN, "fingerprint": composed["fingerprint"], "audience": 0}


def test_a_wrong_fingerprint_is_one_line_that_says_what_to_do(
    desk: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["compose", "weekly-en", *desk])
    capsys.readouterr()
    assert main(["approve", EN, "0" * 64, "--by", EDITOR, *desk]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error == f"newsletter: {EN} changed after preview; look again: newsletter preview {EN} --out DIR\n"


def test_people_are_told_what_to_look_at(desk: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compose", "weekly-zh", *desk]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{ZH}: 英伟达向 Nebius 投资 20 亿美元\n")
    assert f"newsletter preview {ZH}" in out
