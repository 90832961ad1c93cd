"""The desk over a draft that was really made: every control, what it changes, and what it refuses."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborNode

from newsletter import pipeline
from newsletter.config import Config, config_from
from newsletter.config import Desk as DeskConfig
from newsletter.model import EditKind, IssueStatus, StoryId
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store.issues import Kept
from newsletter.web.app import make_app
from newsletter.web.guard import SESSION, hashed
from newsletter.web.lenses import Lens
from tests.builders import NOW
from tests.drafting import DELTA, DRAFT, REVIEW, ROWAN, TIDE, make_draft
from tests.pages import Page

ED, TEST_TO = "ed@news.example", "test@news.example"


class Desk:
    """An editor in front of the draft, who knows controls by role and name only."""

    def __init__(self, client: TestClient, room: Newsroom) -> None:
        """The door has tests of its own; here it stands open, for passwords are slow on purpose."""
        self.client = client
        with room.store.write() as tx:
            tx.desk.open_session(hashed("ticket"), ED, "our-token", expires=NOW + timedelta(hours=1))
        client.cookies.set(SESSION, "ticket", domain="news.example", path="/desk")
        self.answer = client.get(f"/desk/{DRAFT}")

    @property
    def page(self) -> Page:
        return Page(self.answer.text)

    def items(self) -> list[str]:
        return self._listed("Items")

    def dropped(self) -> list[str]:
        return self._listed("Dropped")

    def said(self) -> str:
        return " ".join(node.text(strip=True) for node in self.page.css("[role=status]"))

    def button(self, name: str) -> LexborNode:
        found = [
            one for one in self.page.css("button") if (one.attributes.get("aria-label") or one.text(strip=True)) == name
        ]
        assert len(found) == 1, (
            name,
            [one.attributes.get("aria-label") or one.text(strip=True) for one in self.page.css("button")],
        )
        return found[0]

    def press(self, name: str, **typed: str) -> Any:
        """Send the form of a button with what is typed into its fields."""
        button = self.button(name)
        form = button.parent
        while form is not None and form.tag != "form":
            form = form.parent
        assert form is not None
        fields = {one.attributes["name"]: one.attributes.get("value") or "" for one in form.css("input[name]")}
        fields |= {one.attributes["name"]: one.text() for one in form.css("textarea[name]")}
        fields |= {one.attributes["name"]: _chosen(one) for one in form.css("select[name]")}
        if button.attributes.get("name"):
            fields[button.attributes["name"]] = button.attributes.get("value") or ""
        assert set(typed) <= set(fields), (typed, fields)
        values: dict[str, Any] = {str(name): value for name, value in (fields | typed).items()}
        address = form.attributes["action"] or ""
        if form.attributes["method"] == "get":
            self.answer = self.client.get(address.partition("#")[0], params=values)
        else:
            self.answer = self.client.post(address, data=values)
        return self.answer

    def _listed(self, name: str) -> list[str]:
        (found,) = [one for one in self.page.css("ol, ul") if one.attributes.get("aria-label") == name]
        return [node.text(strip=True) for node in found.css(".row-headline")]

    @staticmethod
    def _field(text: str, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', text)
        assert found is not None
        return found[1]


def _chosen(select: LexborNode) -> str:
    options = select.css("option")
    return next((one for one in options if "selected" in one.attributes), options[0]).attributes["value"] or ""


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the draft and its editor, made once; every test works on a copy."""
    folder = tmp_path_factory.mktemp("drafted")
    data = {"newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street, 12345 Sampletown"}}
    with open_newsroom(config_from(data, where="config.toml", folder=folder)) as room:
        make_draft(room)
        pipeline.add_editor(room, ED, "correct horse battery", now=NOW)
    return folder / "newsletter.db"


@pytest.fixture
def newsroom(config: Config, drafted: Path) -> Iterator[Newsroom]:
    shutil.copy(drafted, config.folder / "newsletter.db")
    with open_newsroom(replace(config, desk=DeskConfig(test_to=(TEST_TO,)))) as room:
        yield room


@pytest.fixture
def client(newsroom: Newsroom) -> Iterator[TestClient]:
    with TestClient(make_app(newsroom, clock=lambda: NOW), base_url="https://news.example") as client:
        yield client


@pytest.fixture
def desk(client: TestClient, newsroom: Newsroom) -> Desk:
    return Desk(client, newsroom)


def kept(room: Newsroom) -> Kept:
    with room.store.read() as tx:
        found = tx.issues.get(DRAFT)
    assert found is not None
    return found


# -- what is shown


def test_drafts_are_listed_with_their_state_and_lead_to_their_page(client: TestClient, desk: Desk) -> None:
    listed = Page(client.get("/desk/").text)
    row = " ".join(listed.first("tbody tr").text().split())
    assert str(DRAFT) in row
    assert "Waiting for approval" in row
    assert f"/desk/{DRAFT}" in (listed.attribute("tbody a", "href"))


def test_a_draft_shows_items_reasons_checks_and_the_letter(desk: Desk) -> None:
    assert desk.answer.status_code == 200
    assert desk.items()[0] == ROWAN
    assert set(desk.items()) >= {ROWAN, DELTA, TIDE, REVIEW}
    assert desk.dropped() == []
    assert desk.page.css(".reasons li"), "why it ranks, in sentences"
    assert desk.page.css(".checks li")
    assert desk.page.attribute("iframe", "sandbox") == ""
    assert desk.page.attribute("iframe", "src").startswith(f"/desk/{DRAFT}/letter?lens=desktop")
    lenses = desk.page.first("nav[aria-label=Preview]").css("a")
    assert len(lenses) == len(Lens)


def test_a_story_page_has_the_headline_of_its_item(newsroom: Newsroom, client: TestClient) -> None:
    for item in kept(newsroom).issue.items:
        page = Page(client.get(f"/stories/{item.story_id}?lang=en").text)
        assert page.first("h1").text() == item.headline


def test_every_button_has_a_name_of_its_own(desk: Desk) -> None:
    names = [one.attributes.get("aria-label") or one.text(strip=True) for one in desk.page.css("button")]
    assert len(names) == len(set(names))
    for item in desk.items():
        assert {f"{verb}: {item}" for verb in ("Move up", "Move down", "Edit", "Pin", "Drop")} <= set(names)
    assert {"Undo", "Send test", "Approve", "Log out"} <= set(names)
    fields = desk.page.css("textarea, input:not([type=hidden])")
    labels = {
        one.attributes.get("aria-label") or (one.parent.text(deep=False, strip=True) if one.parent else "")
        for one in fields
    }
    assert {"Headline", "Test address", f"Reason: {ROWAN}"} <= labels


def test_the_desk_speaks_chinese(client: TestClient, desk: Desk) -> None:
    text = client.get(f"/desk/{DRAFT}?lang=zh").text
    for words in ("等待批准", "撤下", "批准", "排名理由", "编辑台", 'aria-label="预览"'):
        assert words in text


def test_every_lens_is_made_from_the_bytes_that_will_be_sent(
    newsroom: Newsroom, client: TestClient, desk: Desk
) -> None:
    filled = pipeline.preview(newsroom, DRAFT)
    for lens in Lens:
        answer = client.get(f"/desk/{DRAFT}/letter", params={"lens": lens.value})
        assert answer.status_code == 200
        assert answer.headers["x-fingerprint"] == filled.fingerprint == kept(newsroom).letter.fingerprint
        directives = answer.headers["content-security-policy"].split("; ")
        assert {"sandbox", "default-src 'none'"} <= set(directives)
        assert not any("script" in one for one in directives)
        assert "\ue0f0" not in answer.text, "no slot is left open"
        assert "Rowan Cloud" in answer.text
        if lens in (Lens.DESKTOP, Lens.MOBILE):
            assert answer.text == filled.html
        if lens is Lens.TEXT:
            assert answer.text == filled.text


def test_an_unknown_lens_or_issue_is_no_page(client: TestClient, desk: Desk) -> None:
    assert client.get(f"/desk/{DRAFT}/letter?lens=x").status_code == 422
    assert client.get("/desk/weekly-en/2026-W40").status_code == 404
    assert client.get("/desk/weekly-en/2026-W40/letter").status_code == 404
    assert client.get("/desk/weekly-en/2026-W40/approve").status_code == 404


# -- what the controls do


def test_dropping_takes_an_item_out_with_its_reason_and_restoring_brings_it_back(
    newsroom: Newsroom, desk: Desk
) -> None:
    desk.press(f"Drop: {DELTA}", reason="told last week")
    assert desk.said() == f"Dropped: {DELTA}"
    assert DELTA not in desk.items()
    assert desk.dropped() == [DELTA]
    assert "told last week" in desk.answer.text
    assert DELTA not in [item.headline for item in kept(newsroom).issue.items]
    desk.press(f"Restore: {DELTA}")
    assert DELTA in desk.items()
    assert desk.dropped() == []
    assert DELTA in [item.headline for item in kept(newsroom).issue.items]


def test_a_new_headline_reaches_the_letter(newsroom: Newsroom, desk: Desk) -> None:
    desk.press(f"Edit: {DELTA}")
    assert desk.page.first("textarea[name=headline]").text() == DELTA
    desk.press(f"Save: {DELTA}", headline="  Nvidia is late:\r\n<b>two</b> months {{7*7}} ")
    new = "Nvidia is late: <b>two</b> months {{7*7}}"
    assert new in desk.items()
    assert new in desk.said()
    assert DELTA in desk.answer.text, "the original stands beside it"
    assert "&lt;b&gt;two&lt;/b&gt; months {{7*7}}" in kept(newsroom).letter.html


def test_moving_changes_the_order(newsroom: Newsroom, desk: Desk) -> None:
    before = desk.items()
    second = before[1]
    desk.press(f"Move up: {second}")
    after = desk.items()
    assert after.index(second) < before.index(second) or after == before
    assert desk.said() == f"Moved up: {second}"
    assert sorted(after) == sorted(before)
    assert desk.button(f"Move up: {after[0]}").attributes.get("disabled", "no") != "no"


def test_pinning_is_shown_and_taken_back(newsroom: Newsroom, desk: Desk) -> None:
    desk.press(f"Pin: {REVIEW}")
    assert desk.said() == f"Pinned: {REVIEW}"
    desk.press(f"Unpin: {REVIEW}")
    assert desk.said() == f"Unpinned: {REVIEW}"


def test_summary_and_note_are_written_beside_the_letter(newsroom: Newsroom, desk: Desk) -> None:
    desk.press(f"Edit: {DELTA}")
    desk.press(f"Save summary: {DELTA}", text="It ships in May.")
    desk.press(f"Save note: {DELTA}", text="We asked; no answer yet.")
    assert desk.said() == f"Note saved: {DELTA}"
    for part in (kept(newsroom).letter.html, kept(newsroom).letter.text):
        assert "It ships in May." in part
        assert "We asked; no answer yet." in part


def test_a_story_is_moved_into_a_section_or_to_the_lead_by_name(newsroom: Newsroom, desk: Desk) -> None:
    desk.press(f"Edit: {DELTA}")
    desk.press(f"Move there: {DELTA}", text="projects")
    found = {one.key: [item.headline for item in one.items] for one in kept(newsroom).issue.sections}
    assert found["projects"] == [DELTA]
    desk.press(f"Move there: {DELTA}", text="lead")
    assert desk.items()[0] == DELTA
    assert desk.press(f"Move there: {DELTA}", text="nowhere").status_code == 409


def test_two_stories_are_told_together_and_a_report_apart(newsroom: Newsroom, desk: Desk) -> None:
    desk.press(f"Edit: {DELTA}")
    desk.press(f"Tell together: {DELTA}", text="tide")
    assert desk.said() == f"Told together: {DELTA}"
    assert TIDE not in desk.items()
    source = next(one for one in kept(newsroom).issue.items if one.headline == DELTA).sources[1]
    assert source.title == TIDE
    desk.press(f"Tell from this: {source.source}: {TIDE}")
    assert TIDE in desk.items()
    other = next(one for one in kept(newsroom).issue.items if one.headline == TIDE).sources[1]
    assert desk.press(f"Another event: {other.source}: {other.title}").status_code == 409, "the story is named after it"


@pytest.mark.parametrize(
    ("what", "words"), [("subject", "编辑 chose this"), ("preheader", "And that."), ("introduction", "Good morning.")]
)
def test_the_issues_own_words_are_written_at_the_desk(newsroom: Newsroom, desk: Desk, what: str, words: str) -> None:
    desk.press(f"Save {what}", text=words)
    issue = kept(newsroom).issue
    assert words in (issue.subject, issue.preheader, issue.intro)


def test_undo_takes_back_one_step_at_a_time(newsroom: Newsroom, desk: Desk) -> None:
    before = kept(newsroom).letter.fingerprint
    assert desk.button("Undo").attributes.get("disabled", "no") != "no"
    desk.press(f"Drop: {DELTA}", reason="")
    desk.press(f"Drop: {TIDE}", reason="")
    desk.press("Undo")
    assert desk.said() == "The last edit is undone."
    assert desk.dropped() == [DELTA]
    desk.press("Undo")
    assert desk.dropped() == []
    assert kept(newsroom).letter.fingerprint == before


def test_a_test_letter_goes_to_allowed_addresses_only(config: Config, desk: Desk) -> None:
    refused = desk.press("Send test", to="stranger@example.org")
    assert refused.status_code == 422
    assert "is not among the test addresses" in refused.text
    assert not list((config.folder / "outbox").rglob("*.eml"))
    desk.answer = desk.client.get(f"/desk/{DRAFT}")
    desk.press("Send test", to=TEST_TO.upper())
    assert desk.said() == f"A test letter went to {TEST_TO}."
    (sent,) = (config.folder / "outbox").rglob("*.eml")
    letter = BytesParser(policy=policy.default).parsebytes(sent.read_bytes())
    assert letter["To"].addresses[0].addr_spec == TEST_TO
    assert ROWAN[:20] in str(letter["Subject"])


def test_approving_shows_the_bytes_and_the_readers_and_pins_them(newsroom: Newsroom, desk: Desk) -> None:
    pipeline.add_reader(
        newsroom, email="a@example.org", editions=["weekly-en"], name="", language="", consent="x", now=NOW
    )
    seen = kept(newsroom).letter.fingerprint
    asked = desk.press("Approve")
    assert asked.status_code == 200
    assert seen in asked.text
    assert "1 reader" in asked.text
    assert kept(newsroom).issue.status is IssueStatus.DRAFT, "asking is not approving"
    desk.press("Confirm approval")
    assert desk.said().startswith("Approved.")
    found = kept(newsroom)
    assert found.issue.status is IssueStatus.APPROVED
    assert found.approval is not None
    assert (found.approval.fingerprint, found.approval.by) == (seen, ED)
    names = {one.attributes.get("aria-label") or one.text(strip=True) for one in desk.page.css("button")}
    assert names == {"Log out", "Send test"}, "an approved letter does not change"


# -- what is refused


def test_a_stale_version_is_409_with_both_texts_and_writes_neither(
    newsroom: Newsroom, client: TestClient, desk: Desk
) -> None:
    desk.press(f"Edit: {DELTA}")
    story = StoryId(desk._field(desk.answer.text[desk.answer.text.index('class="retitle"') :], "story"))
    other = {"story": story, "kind": EditKind.RETITLE, "value": "Theirs", "by": "other@news.example"}
    pipeline.edit(newsroom, DRAFT, **other, version=kept(newsroom).version, now=NOW)  # type: ignore[arg-type]
    answer = desk.press(f"Save: {DELTA}", headline="Mine")
    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert "Theirs" in answer.text
    assert "Mine" not in kept(newsroom).letter.text
    assert "Headline: Theirs" in answer.text
    desk.press("Apply mine to the new version")
    assert "Mine" in desk.items()


@pytest.mark.parametrize(
    ("language", "moved", "titled"), [("en", "Moved down: ", "Headline: "), ("zh", "已下移：", "标题：")]
)
def test_what_was_done_is_told_in_the_language_of_the_desk(
    newsroom: Newsroom, client: TestClient, desk: Desk, language: str, moved: str, titled: str
) -> None:
    for kind, value in ((EditKind.MOVE, "down"), (EditKind.RETITLE, "Other words"), (EditKind.MOVE, "lead")):
        version, story = kept(newsroom).version, StoryId("delta")
        pipeline.edit(newsroom, DRAFT, story=story, kind=kind, value=value, by=ED, version=version, now=NOW)
    done = [node.text(strip=True) for node in Page(client.get(f"/desk/{DRAFT}?lang={language}").text).css(".edits li")]
    assert done[2].startswith(moved)
    assert done[1].startswith(titled)
    assert "Other words" in done[1]
    assert not any(word in " ".join(done) for word in ("move ", "retitle"))


def test_a_chinese_desk_tells_checks_sections_and_reasons_of_an_english_issue_in_chinese(
    newsroom: Newsroom, client: TestClient, desk: Desk
) -> None:
    """Whatever the machine says; headlines and names stay as their readers get them."""
    page = Page(client.get(f"/desk/{DRAFT}?lang=zh").text)
    last_look = Page(client.get(f"/desk/{DRAFT}/approve?lang=zh").text)
    checks = [node.text(strip=True) for one in (page, last_look) for node in one.css(".checks li > span")]
    told = [node.text(strip=True) for node in page.css(".row-why, .rows .mark, .reasons li > span + span")]
    assert len(checks) > 36
    assert len(told) > 6
    assert [one for one in (*checks, *told) if not re.search("[\u4e00-\u9fff]", one)] == []
    sections = [section.title for section in kept(newsroom).issue.sections]
    assert sections
    assert not {node.text(strip=True) for node in page.css(".rows .mark")} & set(sections)
    english = Page(client.get(f"/desk/{DRAFT}?lang=en").text)
    assert set(sections) < {node.text(strip=True) for node in english.css(".rows .mark")}
    assert not [node for node in english.css(".checks li") if re.search("[\u4e00-\u9fff]", node.text())]


def test_approving_what_changed_meanwhile_is_409(newsroom: Newsroom, desk: Desk) -> None:
    desk.press("Approve")
    drop = {"story": StoryId("delta"), "kind": EditKind.DROP, "value": "", "by": "other@news.example"}
    pipeline.edit(newsroom, DRAFT, **drop, version=kept(newsroom).version, now=NOW)  # type: ignore[arg-type]
    answer = desk.press("Confirm approval")
    assert answer.status_code == 409
    assert "Nothing was approved" in answer.text
    assert kept(newsroom).issue.status is IssueStatus.DRAFT


def test_a_post_without_our_token_is_403_and_changes_nothing(
    newsroom: Newsroom, client: TestClient, desk: Desk
) -> None:
    before = kept(newsroom)
    fields = {"action": "drop", "story": "delta", "version": str(before.version), "to": TEST_TO}
    fields["fingerprint"] = before.letter.fingerprint
    for verb in ("edit", "undo", "approve", "test"):
        for csrf in ({}, {"csrf": ""}, {"csrf": "wrong"}):
            assert client.post(f"/desk/{DRAFT}/{verb}", data=fields | csrf).status_code == 403
    assert kept(newsroom) == before


def test_nobody_without_a_session_changes_anything(newsroom: Newsroom, client: TestClient, desk: Desk) -> None:
    csrf = desk._field(desk.answer.text, "csrf")
    client.cookies.clear()
    for verb in ("edit", "undo", "approve", "test"):
        fields = {"csrf": csrf, "action": "drop", "story": "delta", "version": "1", "fingerprint": "f", "to": TEST_TO}
        answer = client.post(f"/desk/{DRAFT}/{verb}", data=fields)
        assert answer.status_code == 403
        assert "You are logged out" in answer.text
        assert 'href="/desk/login"' in answer.text
    assert client.get(f"/desk/{DRAFT}/letter", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "fields", [{"action": "explode"}, {"action": "drop", "story": "no-such-story"}, {"action": "drop", "version": "x"}]
)
def test_what_makes_no_sense_is_refused_without_a_trace(
    newsroom: Newsroom, client: TestClient, desk: Desk, fields: dict[str, str]
) -> None:
    before = kept(newsroom)
    known = {"csrf": desk._field(desk.answer.text, "csrf"), "story": "delta", "version": str(before.version)}
    answer = client.post(f"/desk/{DRAFT}/edit", data=known | fields)
    assert answer.status_code in (409, 422)
    assert kept(newsroom) == before
