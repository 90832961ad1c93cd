"""The door of the desk, its outbox and its feeds."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from newsletter import pipeline
from newsletter.cli import main
from newsletter.config import Config, config_from
from newsletter.errors import NewsletterError
from newsletter.model import FeedHealth
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.web.app import make_app
from newsletter.web.sources import state_of
from tests.builders import NOW, article, feed
from tests.pages import Page

ED, PASSWORD = "ed@news.example", "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def with_editor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an editor, made once, for hashing a password is slow on purpose; every test works on a copy."""
    folder = tmp_path_factory.mktemp("editor")
    with open_newsroom(config_from({}, where="config.toml", folder=folder)) as room:
        pipeline.add_editor(room, ED, PASSWORD, now=NOW)
    return folder / "newsletter.db"


@pytest.fixture
def room(config: Config, with_editor: Path) -> Iterator[Newsroom]:
    shutil.copy(with_editor, config.folder / "newsletter.db")
    with open_newsroom(config) as opened:
        yield opened


@pytest.fixture
def site(room: Newsroom, clock: Clock) -> Iterator[TestClient]:
    with TestClient(make_app(room, clock=clock), base_url="https://news.example", follow_redirects=False) as client:
        yield client


def token_in(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def log_in(site: TestClient, email: str = ED, password: str = PASSWORD, onward: str = "") -> int:
    csrf = token_in(site.get("/desk/login").text)
    answer = site.post("/desk/login", data={"email": email, "password": password, "csrf": csrf, "next": onward})
    return int(answer.status_code)


# -- the door


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/outbox", "/desk/feeds", "/desk/weekly-en/2026-W11", "/desk/outbox/letter?name=x"]
)
def test_without_a_session_every_page_of_the_desk_leads_to_the_door(site: TestClient, address: str) -> None:
    answer = site.get(address)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/login")


def test_an_editor_logs_in_and_out(site: TestClient) -> None:
    form = Page(site.get("/desk/login").text)
    assert [label.text(strip=True) for label in form.css("label")] == ["Email", "Password"]
    assert form.first("main button").text() == "Log in"
    assert log_in(site, email="ED@news.example") == 303
    desk = site.get("/desk/")
    assert desk.status_code == 200
    assert "Nothing to approve" in desk.text
    left = site.post("/desk/logout", data={"csrf": token_in(desk.text)})
    assert left.headers["location"] == "/desk/login"
    assert site.get("/desk/").status_code == 303


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: TestClient) -> None:
    csrf = token_in(site.get("/desk/login").text)
    answer = site.post("/desk/login", data={"email": ED, "password": PASSWORD, "csrf": csrf})
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("newsletter_desk="))
    assert {"httponly", "samesite=lax", "secure", "path=/desk"} <= {part.strip().lower() for part in cookie.split(";")}


def test_a_wrong_password_and_an_unknown_address_read_the_same(site: TestClient) -> None:
    csrf = token_in(site.get("/desk/login").text)
    wrong = site.post("/desk/login", data={"email": ED, "password": "no", "csrf": csrf})
    unknown = site.post("/desk/login", data={"email": "no@news.example", "password": "no", "csrf": csrf})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(ED, "") == unknown.text.replace("no@news.example", "")


def test_guessing_is_slowed_down_even_for_the_right_password(site: TestClient, clock: Clock) -> None:
    assert [log_in(site, password=f"guess {n}") for n in range(10)] == [401] * 10
    assert log_in(site) == 429
    clock.now += timedelta(minutes=16)
    assert log_in(site) == 303


def test_a_login_without_our_token_is_refused(site: TestClient) -> None:
    assert site.post("/desk/login", data={"email": ED, "password": PASSWORD}).status_code == 403
    site.get("/desk/login")
    assert site.post("/desk/login", data={"email": ED, "password": PASSWORD, "csrf": "x"}).status_code == 403


def test_a_session_ends_after_twelve_hours_and_when_the_password_changes(
    room: Newsroom, site: TestClient, clock: Clock
) -> None:
    log_in(site)
    clock.now += timedelta(hours=11)
    assert site.get("/desk/").status_code == 200
    clock.now += timedelta(hours=2)
    assert site.get("/desk/").status_code == 303
    log_in(site)
    pipeline.add_editor(room, ED, "another password", now=clock.now)
    assert site.get("/desk/").status_code == 303
    assert log_in(site) == 401
    assert log_in(site, password="another password") == 303


@pytest.mark.parametrize(
    "onward", ["https://evil.example", "//evil.example", "/desk/..//evil", "/\\evil", "/", "javascript:x"]
)
def test_the_door_leads_only_into_the_desk(site: TestClient, onward: str) -> None:
    csrf = token_in(site.get("/desk/login").text)
    answer = site.post("/desk/login", data={"email": ED, "password": PASSWORD, "csrf": csrf, "next": onward})
    assert answer.headers["location"] == "/desk/"


def test_the_door_remembers_where_one_was_going(site: TestClient) -> None:
    asked = site.get("/desk/feeds").headers["location"]
    csrf, onward = token_in(site.get(asked).text), "/desk/feeds"
    assert f'name="next" value="{onward}"' in site.get(asked).text
    answer = site.post("/desk/login", data={"email": ED, "password": PASSWORD, "csrf": csrf, "next": onward})
    assert answer.headers["location"] == onward


def test_editors_are_added_with_a_password_from_the_environment(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[newsroom]\nsite = "https://news.example"\n')
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    assert (
        main(["--config", str(file), "editors", "add", "New.Ed@news.example", "--password-env", "DESK_PASSWORD"]) == 0
    )
    assert main(["--config", str(file), "editors", "list"]) == 0
    assert "new.ed@news.example" in capsys.readouterr().out
    assert main(["--config", str(file), "editors", "add", "x@news.example", "--password-env", "NOT_SET"]) == 1
    assert "NOT_SET is not set" in capsys.readouterr().err


def test_an_editor_needs_an_address_and_a_password(room: Newsroom) -> None:
    with pytest.raises(NewsletterError, match="an address has"):
        pipeline.add_editor(room, "nobody", "x", now=NOW)
    with pytest.raises(NewsletterError, match="needs a password"):
        pipeline.add_editor(room, "ed2@news.example", " ", now=NOW)
    assert not pipeline.is_editor(room, "ed2@news.example", " ")


# -- the outbox


def test_the_outbox_shows_letters_as_a_mail_program_would(room: Newsroom, site: TestClient) -> None:
    log_in(site)
    assert "No letter yet" in site.get("/desk/outbox").text
    pipeline.subscribe(room, email="lilei@example.cn", edition="weekly-zh", name="李雷", now=NOW)
    listed = Page(site.get("/desk/outbox").text)
    link = listed.attribute("ul.rows a", "href")
    assert "请确认订阅" in listed.first("ul.rows a").text()
    written = f"{NOW.day} {NOW:%B %Y %H:%M} UTC"
    assert written in listed.first("ul.rows").text()
    chinese = Page(site.get("/desk/outbox?lang=zh").text).first("ul.rows").text()
    assert f"{NOW.year}年{NOW.month}月{NOW.day}日 {NOW:%H:%M} UTC" in chinese
    opened = Page(site.get(link).text)
    frame = opened.attribute("iframe", "src")
    assert opened.attribute("iframe", "sandbox") == ""
    assert "lilei@example.cn" in opened.first("dl").text()
    letter = site.get(frame)
    assert "确认订阅" in letter.text
    assert "sandbox" in letter.headers["content-security-policy"]
    assert "default-src 'none'" in letter.headers["content-security-policy"]
    text = site.get(frame.replace("part=html", "part=text"))
    assert "<pre>" in text.text
    assert "链接七天内有效" in text.text


@pytest.mark.parametrize(
    "name", ["../newsletter.db", "../config.toml", "/etc/passwd", "confirm/none.eml", "", ".", "\0", "confirm"]
)
def test_the_outbox_shows_nothing_but_letters(room: Newsroom, site: TestClient, name: str) -> None:
    pipeline.subscribe(room, email="lilei@example.cn", edition="weekly-zh", now=NOW)
    (room.config.folder / "config.toml").write_text("")
    log_in(site)
    assert site.get("/desk/outbox/letter", params={"name": name}).status_code == 404


# -- the feeds


def test_a_feed_is_told_by_one_word() -> None:
    health = FeedHealth(feed_url=feed().url, checked=NOW)
    assert state_of(feed(enabled=False), health, silent=True) == "off"
    assert state_of(feed(), FeedHealth(feed_url=feed().url), silent=True) == "new"
    assert state_of(feed(), FeedHealth(feed_url=feed().url, gone=True, failures=3), silent=False) == "gone"
    assert state_of(feed(), FeedHealth(feed_url=feed().url, failures=3), silent=False) == "failing"
    assert state_of(feed(), health, silent=True) == "quiet"
    assert state_of(feed(), health, silent=False) == "ok"


def test_the_feeds_page_puts_what_needs_a_person_first(config: Config, room: Newsroom, site: TestClient) -> None:
    first, second, *_ = [one for one in room.feeds if one.enabled]
    with room.store.write() as tx:
        tx.feeds.save_health(
            FeedHealth(feed_url=first.url, checked=NOW),
            FeedHealth(feed_url=second.url, checked=NOW, failures=4, last_error="<b>503</b>"),
        )
        tx.articles.add([article("x", feed_url=first.url)])
    log_in(site)
    found = Page(site.get("/desk/feeds").text)
    rows = [" ".join(row.text().split()) for row in found.css("tbody tr")]
    assert second.title in rows[0]
    assert "Failing (4 times)" in rows[0]
    assert "<b>503</b>" in rows[0]
    assert sum("Well" in row for row in rows) == 1
    assert "正常" in site.get("/desk/feeds?lang=zh").text
