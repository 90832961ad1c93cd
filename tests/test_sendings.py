"""The delivery page of the desk: how far an issue is, and what a person may decide about its letters."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from newsletter import pipeline
from newsletter.config import WarmUp
from newsletter.model import DeliveryState, IssueStatus, Move
from newsletter.newsroom import Newsroom
from newsletter.web.app import make_app
from newsletter.web.guard import SESSION, hashed
from newsletter.web.words import say
from tests.builders import NOW
from tests.mailroom import KEY, Hands, approve, rows
from tests.pages import Page

S = DeliveryState
AT = f"/desk/{KEY}/delivery"


@pytest.fixture
def desk(room: Newsroom) -> Iterator[TestClient]:
    approve(room, 6)
    asyncio.run(pipeline.deliver(room, KEY, clock=Hands(NOW)))
    pipeline.add_editor(room, "ed@news.example", "correct horse battery", now=NOW)
    with room.store.write() as tx:
        tx.desk.open_session(hashed("ticket"), "ed@news.example", "our-token", expires=NOW + timedelta(hours=1))
    with TestClient(make_app(room, clock=lambda: NOW), base_url="https://news.example") as client:
        client.cookies.set(SESSION, "ticket", domain="news.example", path="/desk")
        yield client


def _put(room: Newsroom, count: int, state: DeliveryState, error: str = "no answer in time") -> None:
    """The first letters stand in another state, and the issue is being sent."""
    found = [row for row in rows(room).values() if row.state is S.ACCEPTED][:count]
    with room.store.write() as tx:
        moves = [replace(row, state=state, error=error, at=NOW) for row in found]
        tx.deliveries.move(Move(sources=frozenset({S.ACCEPTED}), after=after) for after in moves)
        tx.issues.set_status(KEY, IssueStatus.SENDING)


def _post(desk: TestClient, do: str, **more: str) -> Page:
    answer = desk.post(AT, data={"csrf": "our-token", "do": do, **more})
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def _said(page: Page) -> str:
    return " ".join(node.text(strip=True) for node in page.css("[role=status]"))


def _buttons(page: Page) -> list[str]:
    return [one.text(strip=True) for one in page.css("main button") if "aria-label" not in one.attributes]


def test_the_states_are_shown_with_their_sum_in_words_and_on_a_bar(desk: TestClient, room: Newsroom) -> None:
    _put(room, 2, S.UNCERTAIN)
    page = Page(desk.get(AT).text)
    cells = [[cell.text(strip=True) for cell in line.css("td")] for line in page.css("table.narrow tbody tr")]
    assert cells == [["?May have arrived or not", "2"], ["✓Taken by the mail server", "4"],
                     ["All readers of the issue", "6"]]  # fmt: skip
    widths = {one.attributes["class"]: one.attributes["width"] for one in page.css("svg rect")}
    assert widths == {"open": "100%", "good": "66.67%", "unsure": "33.33%"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_uncertain_letters_are_settled_only_after_a_second_question(
    desk: TestClient, room: Newsroom, language: str
) -> None:
    _put(room, 2, S.UNCERTAIN)
    page = Page(desk.get(AT, params={"do": "sent", "lang": language}).text)
    assert say("confirm sent", language) in _buttons(page)
    assert say("ask sent", language, count=2) in page.css(".asked")[0].text()
    assert rows(room)["reader00000@mail.example"].state is S.UNCERTAIN  # a GET changes nothing
    assert "Counted as accepted: 2" in _said(_post(desk, "sent"))
    assert pipeline.status(room, KEY).states == {S.ACCEPTED: 6}
    assert {row.error for row in rows(room).values()} == {"", "settled by ed@news.example: accepted"}


@pytest.mark.parametrize("do", ["absent", "resend"])
def test_letters_that_did_not_arrive_are_planned_again_by_a_persons_word(
    desk: TestClient, room: Newsroom, do: str
) -> None:
    _put(room, 2, S.UNCERTAIN)
    _post(desk, do)
    assert pipeline.status(room, KEY).states == {S.PLANNED: 2, S.ACCEPTED: 4}


def test_one_letter_is_settled_by_itself(desk: TestClient, room: Newsroom) -> None:
    _put(room, 2, S.UNCERTAIN)
    one = rows(room)["reader00000@mail.example"]
    asked = desk.get(AT, params={"do": "absent", "delivery": one.id})
    assert one.email in Page(asked.text).css(".asked h2")[0].text()
    _post(desk, "absent", delivery=one.id)
    assert pipeline.status(room, KEY).states == {S.PLANNED: 1, S.UNCERTAIN: 1, S.ACCEPTED: 4}
    stranger = desk.get(AT, params={"do": "absent", "delivery": "unknown"})
    assert Page(stranger.text).css(".asked") == []


def test_an_issue_is_paused_gone_on_with_and_cancelled(desk: TestClient, room: Newsroom) -> None:
    _put(room, 2, S.FAILED)
    assert "Paused" in _said(_post(desk, "pause"))
    page = Page(desk.get(AT).text)
    assert "paused by hand" in page.css("#progress")[0].text()
    assert "已手动暂停" in Page(desk.get(AT, params={"lang": "zh"}).text).css("#progress")[0].text()
    assert "Go on" in _buttons(page)
    _post(desk, "resume")
    assert "Tried again: 2" in _said(_post(desk, "retry"))
    assert "not sent: 2" in _said(_post(desk, "cancel"))
    assert pipeline.status(room, KEY).status is IssueStatus.CANCELLED
    refused = desk.post(AT, data={"csrf": "our-token", "do": "resume"})
    assert (refused.status_code, "only a paused issue" in refused.text) == (409, True)


@pytest.mark.parametrize(("language", "says"), [("en", "2.0 letters a second"), ("zh", "每秒 2.0 封，约剩 1 分钟")])
def test_rate_and_time_left_are_told_in_both_languages(
    desk: TestClient, room: Newsroom, language: str, says: str
) -> None:
    _put(room, 3, S.PLANNED, error="")
    with room.store.write() as tx:
        tx.handed.forget(now=NOW + timedelta(days=100))
        tx.handed.add(KEY, "worker", 60, now=NOW - timedelta(seconds=30))
    text = Page(desk.get(AT, params={"lang": language}).text).css("#progress .lede")[0].text()
    assert says in text


@pytest.mark.parametrize(("language", "says"), [("en", "14 March 2026 00:00"), ("zh", "2026年3月14日 00:00")])
def test_a_warm_up_tells_when_it_goes_on(room: Newsroom, desk: TestClient, language: str, says: str) -> None:
    _put(room, 3, S.PLANNED, error="")
    config = replace(room.config, deliver=replace(room.config.deliver, warm_up=WarmUp(first=3)))
    with TestClient(
        make_app(Newsroom(config, room.store), clock=lambda: NOW), base_url="https://news.example", cookies=desk.cookies
    ) as client:
        text = Page(client.get(AT, params={"lang": language}).text).css("#progress .lede")[0].text()
    assert says in text


def test_every_state_and_every_button_has_its_words() -> None:
    for language in ("en", "zh"):
        for state in S:
            assert say(f"of {state.value}", language)
        for do in ("pause", "resume", "cancel", "retry", "sent", "absent", "resend"):
            assert say(f"do {do}", language)
            assert say(f"did sending {do}", language, count=3)


def test_a_draft_an_unknown_issue_and_a_stranger_find_no_delivery(desk: TestClient, room: Newsroom) -> None:
    assert desk.get("/desk/weekly-en/2026-W50/delivery").status_code == 404
    assert desk.post(AT, data={"csrf": "wrong", "do": "cancel"}).status_code == 403
    assert desk.post(AT, data={"csrf": "our-token", "do": "explode"}).status_code == 422
    with room.store.write() as tx:
        tx.issues.set_status(KEY, IssueStatus.DRAFT)
    assert desk.get(AT).status_code == 404
    desk.cookies.clear()
    assert desk.get(AT, follow_redirects=False).status_code == 303


def test_a_letter_of_the_outbox_is_shown_as_a_mail_program_does(desk: TestClient) -> None:
    page = Page(desk.get("/desk/outbox").text)
    href = page.css(".rows a")[0].attributes["href"] or ""
    for part, words in (("html", "<"), ("narrow", "<"), ("text", "<pre>"), ("headers", "List-Unsubscribe: ")):
        opened = Page(desk.get(f"{href}&part={part}").text)
        frame = opened.css("iframe")[0].attributes
        assert frame["class"] == ("lens-mobile" if part == "narrow" else "lens-desktop")
        assert frame["sandbox"] in ("", None)
        answer = desk.get(frame["src"] or "")
        assert words in answer.text
        assert re.search("script-src|default-src", answer.headers["content-security-policy"])
    assert desk.get("/desk/outbox/letter", params={"name": "../config.toml"}).status_code == 404
