"""A reader's way: ask, confirm, choose, leave; by hand, by page and by the links of letters."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from newsletter import pipeline
from newsletter.audience.subscribing import TooOftenError
from newsletter.config import Config
from newsletter.errors import NewsletterError
from newsletter.model import EditionKey, SubscriberStatus
from newsletter.newsroom import Newsroom
from newsletter.web.app import make_app
from tests.builders import NOW
from tests.outbox import letters, path_in, text_of

EN, ZH = EditionKey("weekly-en"), EditionKey("weekly-zh")
DAY = timedelta(hours=24)
FORM = {"email": "ann@example.org", "edition": "weekly-en", "name": "Ann"}


@pytest.fixture
def site(room: Newsroom) -> Iterator[TestClient]:
    with TestClient(make_app(room, clock=lambda: NOW), base_url="https://news.example") as client:
        yield client


def audience(room: Newsroom, edition: EditionKey = EN) -> int:
    with room.store.read() as tx:
        return tx.subscribers.audience(edition)


def join(room: Newsroom, email: str = "ann@example.org", *editions: str) -> str:
    """An active reader; gives the unsubscribe token of the first edition."""
    keys = editions or ("weekly-en",)
    one = pipeline.add_reader(room, email=email, editions=keys, name="", language="", consent="said so", now=NOW)
    return room.signer.unsubscribe(one.id, EditionKey(keys[0]))


# -- the whole way


def test_ask_confirm_and_leave_by_page_and_letter(room: Newsroom, config: Config, site: TestClient) -> None:
    asked = site.post("/subscribe", data=FORM)
    assert asked.status_code == 200
    assert "Look into your inbox" in asked.text
    assert audience(room) == 0, "nothing before a yes"
    (letter,) = letters(config.folder)
    assert letter["To"].addresses[0].addr_spec == "ann@example.org"
    where = path_in(letter, "confirm")
    assert site.get(where).status_code == 200
    assert audience(room) == 0, "looking is no yes"
    assert "You are subscribed" in site.post(where).text
    assert audience(room) == 1
    (reader,) = pipeline.all_readers(room)
    assert reader.consent is not None
    assert reader.consent.how == "confirm"
    assert reader.consent.at == NOW
    assert "AI Infrastructure Weekly" in reader.consent.text
    leave = f"/unsubscribe/{room.signer.unsubscribe(reader.id, EN)}"
    assert "one press" in site.get(leave).text.lower()
    assert audience(room) == 1, "looking is no leaving"
    assert site.post(leave).status_code == 200
    assert audience(room) == 0
    assert site.post(leave).status_code == 200, "twice is harmless"
    (reader,) = pipeline.all_readers(room)
    assert (reader.status, reader.editions) == (SubscriberStatus.LEFT, ())


def test_the_confirmation_letter_is_in_the_editions_language_and_holds_its_link_in_both_parts(
    config: Config, site: TestClient
) -> None:
    site.post("/subscribe", data={"email": "lilei@example.cn", "edition": "weekly-zh", "name": "李雷"})
    (letter,) = letters(config.folder)
    assert letter["Subject"] == "请确认订阅《AI 基建周报》"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "确认订阅" in text_of(letter, "html")
    assert path_in(letter, "confirm") in text_of(letter, "html")
    assert "1 Sample Street" in text_of(letter)


def test_a_confirm_link_works_once_and_for_seven_days(room: Newsroom, config: Config, site: TestClient) -> None:
    site.post("/subscribe", data=FORM)
    token = path_in(letters(config.folder)[0], "confirm").removeprefix("/confirm/")
    assert pipeline.confirm(room, token, now=NOW + timedelta(days=7)) is None
    assert pipeline.confirm(room, token, now=NOW + timedelta(days=6)) is not None
    assert pipeline.confirm(room, token, now=NOW + timedelta(days=6)) is None
    pipeline.leave(room, "ann@example.org", edition=None, now=NOW)
    spent = site.post(f"/confirm/{token}")
    assert spent.status_code == 404
    assert "expired" in spent.text


def test_a_confirm_button_pressed_twice_says_twice_that_it_worked(
    room: Newsroom, config: Config, site: TestClient
) -> None:
    site.post("/subscribe", data=FORM)
    link = path_in(letters(config.folder)[0], "confirm")
    first, second = site.post(link), site.post(link)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "You are subscribed" in second.text
    # Whoever holds a spent letter, perhaps forwarded, is not led to the reader's own page.
    assert "/preferences/" not in second.text
    assert site.post(link + "x").status_code == 404
    assert audience(room) == 1


@pytest.mark.parametrize("email", ["jörg@example.org", "李@例子.中国"])
def test_an_address_that_no_letter_can_reach_is_told_at_once(
    room: Newsroom, config: Config, site: TestClient, email: str
) -> None:
    answer = site.post("/subscribe", data={**FORM, "email": email})
    assert answer.status_code == 422
    assert "Look into your inbox" not in answer.text
    assert letters(config.folder) == []


def test_the_page_after_confirming_leads_to_preferences(room: Newsroom, config: Config, site: TestClient) -> None:
    site.post("/subscribe", data=FORM)
    confirmed = site.post(path_in(letters(config.folder)[0], "confirm"))
    found = re.search(r'href="(/preferences/[^"]+)"', confirmed.text)
    assert found is not None
    assert site.get(found[1]).status_code == 200


# -- what a stranger can learn or do


def test_the_answer_is_the_same_for_new_known_left_and_suppressed(
    room: Newsroom, config: Config, site: TestClient
) -> None:
    join(room, "known@example.org")
    join(room, "left@example.org")
    pipeline.leave(room, "left@example.org", edition=None, now=NOW)
    join(room, "gone@example.org")
    pipeline.erase(room, "gone@example.org", now=NOW)
    answers = [
        site.post("/subscribe", data=FORM | {"email": f"{name}@example.org"})
        for name in ("new", "known", "left", "gone")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    asked = {letter["To"].addresses[0].addr_spec for letter in letters(config.folder)}
    assert asked == {"new@example.org", "left@example.org"}, "who left may come back by confirming"


def test_an_address_gets_one_letter_a_day_and_three_ever(room: Newsroom, config: Config) -> None:
    for hours in range(0, 24 * 9, 6):
        pipeline.subscribe(room, email="ann@example.org", edition="weekly-en", now=NOW + timedelta(hours=hours))
    assert len(letters(config.folder)) == 3
    for edition in ("weekly-zh", "weekly-en"):
        pipeline.subscribe(room, email="ANN@example.org", edition=edition, now=NOW + 30 * DAY)
    assert len(letters(config.folder)) == 3


def test_confirming_allows_a_letter_again(room: Newsroom, config: Config) -> None:
    pipeline.subscribe(room, email="ann@example.org", edition="weekly-en", now=NOW)
    assert pipeline.confirm(room, path_in(letters(config.folder)[0], "confirm").removeprefix("/confirm/"), now=NOW)
    pipeline.subscribe(room, email="ann@example.org", edition="weekly-zh", now=NOW + timedelta(hours=1))
    assert len(letters(config.folder)) == 2
    assert audience(room, ZH) == 0


def test_one_visitor_cannot_make_us_write_to_everybody(room: Newsroom, config: Config, site: TestClient) -> None:
    statuses = [site.post("/subscribe", data=FORM | {"email": f"r{n}@example.org"}).status_code for n in range(35)]
    assert statuses == [200] * 30 + [429] * 5
    assert site.post("/subscribe", data=FORM).headers["retry-after"] == "3600"
    assert len(letters(config.folder)) == 30
    with pytest.raises(TooOftenError):
        pipeline.subscribe(room, email="x@example.org", edition="weekly-en", now=NOW, who="testclient")
    pipeline.subscribe(room, email="x@example.org", edition="weekly-en", now=NOW + 2 * DAY, who="testclient")


def test_a_program_that_fills_in_the_hidden_field_gets_no_letter_and_no_hint(
    room: Newsroom, config: Config, site: TestClient
) -> None:
    trapped = site.post("/subscribe", data=FORM | {"homepage": "https://spam.example"})
    assert trapped.status_code == 200
    assert not letters(config.folder)
    assert not list(pipeline.all_readers(room))


@pytest.mark.parametrize(
    "change",
    [
        {"email": ""},
        {"email": "no address"},
        {"email": "ann@example.org\r\nBcc: eve@example.org"},
        {"email": "{{7*7}}@example.org"},
        {"edition": "weekly-fr"},
        {"edition": ""},
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    room: Newsroom, config: Config, site: TestClient, change: dict[str, str]
) -> None:
    answer = site.post("/subscribe", data=FORM | change)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="Ann"' in answer.text
    assert not letters(config.folder)
    with pytest.raises(NewsletterError):
        pipeline.subscribe(room, **({"email": FORM["email"], "edition": FORM["edition"]} | change), now=NOW)


def test_a_name_can_neither_break_a_header_nor_a_page(room: Newsroom, config: Config, site: TestClient) -> None:
    site.post("/subscribe", data=FORM | {"name": "<script>x</script>\r\nBcc: eve@example.org"})
    (letter,) = letters(config.folder)
    assert letter["Bcc"] is None
    token = room.signer.preferences(next(pipeline.all_readers(room)).id, EN)
    assert "<script>" not in site.get(f"/preferences/{token}").text


def test_a_letter_that_cannot_be_handed_over_does_not_count(room: Newsroom, config: Config, site: TestClient) -> None:
    outbox = config.folder / "outbox"
    outbox.write_text("a file where a folder should be")
    answer = site.post("/subscribe", data=FORM)
    assert answer.status_code == 503
    assert "could not be sent" in answer.text
    outbox.unlink()
    assert site.post("/subscribe", data=FORM).status_code == 200
    assert len(letters(config.folder)) == 1


# -- leaving


def test_unsubscribing_needs_no_cookie_no_token_of_ours_and_minds_no_body(room: Newsroom, site: TestClient) -> None:
    token = join(room)
    one_click = {"List-Unsubscribe": "One-Click"}
    for send in (
        {"data": one_click},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b"\xff\x00", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {},
    ):
        answer = site.post(f"/unsubscribe/{token}", **send, follow_redirects=False)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert audience(room) == 0


@pytest.mark.parametrize("token", ["nonsense", "u.abc.weekly-en.aaaaaaaaaaaaaaaaaaaaaaaaaa", "%00", "u" * 1000])
def test_an_unknown_token_is_404_everywhere(room: Newsroom, site: TestClient, token: str) -> None:
    join(room)
    for address in (f"/unsubscribe/{token}", f"/preferences/{token}"):
        assert site.get(address).status_code == 404
        assert site.post(address).status_code == 404
    assert site.post(f"/confirm/{token}").status_code == 404
    assert audience(room) == 1


def test_a_link_ends_the_edition_whose_letter_carried_it(room: Newsroom) -> None:
    token = join(room, "ann@example.org", "weekly-en", "weekly-zh")
    assert pipeline.unsubscribe(room, token, now=NOW)
    assert (audience(room, EN), audience(room, ZH)) == (0, 1)
    (reader,) = pipeline.all_readers(room)
    assert (reader.status, reader.editions) == (SubscriberStatus.ACTIVE, (ZH,))


def test_the_link_of_an_erased_reader_still_says_goodbye(room: Newsroom, site: TestClient) -> None:
    token = join(room)
    pipeline.erase(room, "ann@example.org", now=NOW)
    assert site.get(f"/unsubscribe/{token}").status_code == 200
    assert site.post(f"/unsubscribe/{token}").status_code == 200


def test_leaving_in_chinese_speaks_chinese(room: Newsroom, site: TestClient) -> None:
    token = join(room)
    assert "确认退订" in site.get(f"/unsubscribe/{token}?lang=zh").text
    assert "已退订" in site.post(f"/unsubscribe/{token}?lang=zh").text


# -- preferences


def test_preferences_change_editions_and_name(room: Newsroom, site: TestClient) -> None:
    join(room)
    (reader,) = pipeline.all_readers(room)
    where = f"/preferences/{room.signer.preferences(reader.id, EN)}"
    assert 'value="weekly-en" checked' in site.get(where).text
    saved = site.post(where, data={"editions": ["weekly-zh", "weekly-fr"], "name": "李雷"})
    assert "Saved." in saved.text
    (reader,) = pipeline.all_readers(room)
    assert (reader.editions, reader.name) == ((ZH,), "李雷")
    assert reader.consent is not None
    assert reader.consent.how == "preferences"
    assert "You have left" in site.post(where, data={"leave": "all"}).text
    assert audience(room, ZH) == 0


def test_preferences_bring_back_nobody_who_complained(room: Newsroom) -> None:
    join(room)
    (reader,) = pipeline.all_readers(room)
    with room.store.write() as tx:
        tx.subscribers.set_status(reader.id, SubscriberStatus.COMPLAINED)
    token = room.signer.preferences(reader.id, EN)
    changed = pipeline.preferences(room, token, editions=["weekly-en", "weekly-zh"], name=None, now=NOW)
    assert changed is not None
    assert changed.status is SubscriberStatus.COMPLAINED
    assert (audience(room, EN), audience(room, ZH)) == (0, 0)


# -- the shelf


def test_erasing_leaves_a_hash_and_no_address_anywhere(room: Newsroom, config: Config) -> None:
    join(room, "forget.me@example.org")
    assert pipeline.erase(room, "Forget.Me@example.org", now=NOW)
    assert not pipeline.erase(room, "Forget.Me@example.org", now=NOW)
    with room.store.read() as tx:
        driver = tx.connection.connection.driver_connection
        assert driver is not None
        dump = "\n".join(driver.iterdump())
    assert "forget" not in dump.lower().replace("forget_", "")
    with pytest.raises(NewsletterError, match="never written to again"):
        join(room, "forget.me@example.org")


def test_pages_of_readers_miss_nobody(room: Newsroom) -> None:
    for n in range(7):
        join(room, f"r{n}@example.org")
    with room.store.read() as tx:
        first = tx.subscribers.page(limit=3)
        second = tx.subscribers.page(after=first[-1].id, limit=3)
        third = tx.subscribers.page(after=second[-1].id, limit=3)
    assert len({one.email for one in (*first, *second, *third)}) == 7
    assert len(list(pipeline.all_readers(room))) == 7


def test_a_command_names_what_is_wrong(room: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="no edition weekly-fr; known: weekly-en, weekly-zh"):
        join(room, "a@example.org", "weekly-fr")
    with pytest.raises(NewsletterError, match=r"nobody@example\.org is not subscribed"):
        pipeline.leave(room, "nobody@example.org", edition=None, now=NOW)
    join(room, "a@example.org")
    with pytest.raises(NewsletterError, match="does not take weekly-zh; of theirs: weekly-en"):
        pipeline.leave(room, "a@example.org", edition="weekly-zh", now=NOW)
