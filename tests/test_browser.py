"""The pages in a real browser: found by role and name, as people and their helpers find them."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from newsletter import pipeline
from newsletter.config import config_from
from newsletter.model import DeliveryState, IssueStatus, Move
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store.stories import Told
from newsletter.web.app import make_app
from newsletter.web.serving import serve
from tests.builders import NOW, article, ranked
from tests.drafting import DELTA, DRAFT, ROWAN, TIDE, make_draft
from tests.mailroom import reader
from tests.outbox import letters, path_in
from tests.publishing import LONG_WORD, fill

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; scripts/system-packages installs it"),
]
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
ED, PASSWORD, TEST_TO = "ed@news.example", "correct horse battery", "test@news.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    data = {
        "newsroom": {"site": "http://127.0.0.1", "postal_address": "1 Sample Street"},
        "desk": {"test_to": [TEST_TO]},
    }
    with open_newsroom(config_from(data, where="config.toml", folder=folder)) as room:
        yield room


@contextmanager
def served(room: Newsroom) -> Iterator[str]:
    """The pages on a free port of this machine; gives their address."""
    addresses: list[str] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    def started(address: str) -> None:
        addresses.append(address)
        ready.set()

    app = make_app(room, clock=lambda: NOW)
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(serve(app, "127.0.0.1:0", started=started, stop=stop)), daemon=True
    )
    thread.start()
    try:
        assert ready.wait(30)
        yield addresses[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, str]]:
    with newsroom(tmp_path_factory.mktemp("published")) as room:
        fill(room)
        with room.store.write() as tx:
            tx.articles.add([article("long", LONG_WORD, summary=LONG_WORD)])
            tx.stories.replace([Told(ranked=ranked("long", 0.1, tags=("data-centres",)))], ())
        with served(room) as address:
            yield room, address


@pytest.fixture
def drafted(tmp_path: Path) -> Iterator[tuple[Newsroom, str]]:
    with newsroom(tmp_path) as room:
        make_draft(room)
        pipeline.add_editor(room, ED, PASSWORD, now=NOW)
        with served(room) as address:
            yield room, address


def log_in(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/desk/login")
    page.get_by_role("textbox", name="Email").fill(ED)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{address}/desk/")
    return page


def test_a_reader_subscribes_confirms_and_leaves(browser: Browser, published: tuple[Newsroom, str]) -> None:
    room, address = published
    page = browser.new_context().new_page()
    page.goto(f"{address}/stories/nebius-en")
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    expect(page.get_by_role("region", name="Related").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("textbox", name="Email").fill("ann@example.org")
    page.get_by_role("combobox", name="Edition").select_option("weekly-zh")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Look into your inbox")).to_be_visible()
    (letter,) = letters(room.config.folder)
    page.goto(address + path_in(letter, "confirm"))
    page.get_by_role("button", name="Confirm subscription").click()
    expect(page.get_by_role("heading", name="You are subscribed")).to_be_visible()
    (reader,) = pipeline.all_readers(room)
    page.goto(f"{address}/unsubscribe/{room.signer.unsubscribe(reader.id, reader.editions[0])}")
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_editor_drops_retitles_undoes_and_approves(
    browser: Browser, drafted: tuple[Newsroom, str], scripts: bool
) -> None:
    room, address = drafted
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 800})
    page = log_in(context, address)
    page.get_by_role("link", name=str(DRAFT)).click()
    items, dropped = page.get_by_role("list", name="Items"), page.get_by_role("list", name="Dropped")
    expect(items).to_contain_text(ROWAN)
    page.get_by_role("textbox", name=f"Reason: {DELTA}").fill("told last week")
    page.get_by_role("button", name=f"Drop: {DELTA}").click()
    expect(page.get_by_role("status")).to_have_text(f"Dropped: {DELTA}")
    expect(dropped).to_contain_text(DELTA)
    expect(items).not_to_contain_text(DELTA)
    page.get_by_role("button", name=f"Edit: {TIDE}").click()
    page.get_by_role("textbox", name="Headline").fill("Tidewater borrows for GPUs")
    page.get_by_role("button", name="Save").click()
    expect(items).to_contain_text("Tidewater borrows for GPUs")
    page.get_by_role("button", name="Undo").click()
    expect(items).to_contain_text(TIDE)
    page.get_by_role("button", name=f"Restore: {DELTA}").click()
    expect(items).to_contain_text(DELTA)
    lenses = page.get_by_role("navigation", name="Preview")
    for name, words in (("Plain text", "Rowan Cloud"), ("Mobile", "Rowan Cloud"), ("Inbox row", "Rowan Cloud")):
        lenses.get_by_role("link", name=name).click()
        expect(page.frame_locator("iframe").locator("body")).to_contain_text(words)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Confirm approval").click()
    expect(page.get_by_role("status")).to_contain_text("Approved")
    with room.store.read() as tx:
        assert tx.issues.status(DRAFT) is IssueStatus.APPROVED
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{address}/desk/login")
    context.close()


def test_no_page_scrolls_sideways_on_the_narrowest_phone(browser: Browser, published: tuple[Newsroom, str]) -> None:
    _, address = published
    page = browser.new_context(viewport={"width": 320, "height": 640}).new_page()
    paths = ["/", "/?lang=zh", "/issues", "/stories/nebius-en", "/stories/long", "/topics", "/topics/data-centres"]
    for path in [*paths, "/search?q=nebius", "/subscribe", "/unsubscribe/x", "/nowhere", "/desk/login"]:
        page.goto(address + path)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is {wider} px wider than the screen"
    page.context.close()


def test_the_desk_can_be_read_on_a_phone(browser: Browser, drafted: tuple[Newsroom, str]) -> None:
    _, address = drafted
    context = browser.new_context(viewport={"width": 375, "height": 700})
    page = log_in(context, address)
    for path in ("/desk/", f"/desk/{DRAFT}", f"/desk/{DRAFT}/approve", "/desk/feeds", "/desk/outbox"):
        page.goto(address + path)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is {wider} px wider than the screen"
    context.close()


def test_the_pages_are_dark_where_a_reader_likes_them_dark(browser: Browser, published: tuple[Newsroom, str]) -> None:
    _, address = published
    seen = {}
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme).new_page()
        page.goto(f"{address}/")
        seen[scheme] = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        page.context.close()
    assert seen == {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 33, 38)"}


def test_related_articles_stand_beside_a_story_on_a_wide_screen_and_below_it_on_a_narrow_one(
    browser: Browser, published: tuple[Newsroom, str]
) -> None:
    _, address = published
    page = browser.new_context().new_page()
    for width, beside in ((960, True), (959, False)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/stories/nebius-en")
        story = page.get_by_role("heading", name="Key points").bounding_box()
        related = page.get_by_role("region", name="Related").bounding_box()
        assert story is not None
        assert related is not None
        assert (related["x"] > story["x"] + 300 and related["y"] < story["y"]) is beside
    page.context.close()


def test_no_text_from_a_feed_runs_and_no_page_asks_a_stranger(
    browser: Browser, published: tuple[Newsroom, str]
) -> None:
    _, address = published
    page = browser.new_context().new_page()
    asked: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: broken.append(dialog.message))
    page.on("console", lambda message: broken.append(message.text))
    page.on("pageerror", lambda error: broken.append(str(error)))
    for path in ("/", "/stories/hostile", "/topics/data-centres", "/search?q=script"):
        page.goto(address + path)
        expect(page.get_by_text("{{7*7}}").first).to_be_visible()
    assert not broken
    assert all(url.startswith(address) for url in asked)
    page.context.close()


def test_every_control_of_the_desk_can_be_reached_by_keyboard(browser: Browser, drafted: tuple[Newsroom, str]) -> None:
    _, address = drafted
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = log_in(context, address)
    page.goto(f"{address}/desk/{DRAFT}")
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
        reached.add(" ".join((name or "").split()))
    assert {f"Drop: {DELTA}", f"Edit: {TIDE}", "Approve", "Send test", "Log out", "Plain text"} <= reached
    context.close()


def test_a_delivery_shows_how_far_it_is_by_itself_and_asks_before_it_settles(
    browser: Browser, drafted: tuple[Newsroom, str]
) -> None:
    room, address = drafted
    people = [reader(number) for number in range(3)]
    with room.store.write() as tx:
        tx.subscribers.add_many(people, now=NOW)
        kept = tx.issues.get(DRAFT)
    assert kept is not None
    pipeline.approve(room, DRAFT, kept.letter.fingerprint, by=ED, now=NOW)
    with ThreadPoolExecutor(1) as aside:  # a loop of Playwright's runs in this thread
        aside.submit(lambda: asyncio.run(pipeline.deliver(room, DRAFT, clock=lambda: NOW))).result(60)

    def put(state: DeliveryState) -> None:
        with room.store.write() as tx:
            row, *_ = tx.deliveries.listed(DRAFT)
            tx.deliveries.move([Move(sources=frozenset({row.state}), after=replace(row, state=state, at=NOW))])
            tx.issues.set_status(DRAFT, IssueStatus.SENDING)

    put(DeliveryState.SUBMITTING)
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = log_in(context, address)
    page.goto(f"{address}/desk/{DRAFT}/delivery")
    expect(page.locator("#progress")).to_contain_text("On its way")
    put(DeliveryState.UNCERTAIN)
    expect(page.locator("#progress")).to_contain_text("May have arrived or not", timeout=8000)
    page.get_by_role("link", name="Look again").click()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("button", name="They arrived", exact=True).click()
    assert pipeline.status(room, DRAFT).states[DeliveryState.UNCERTAIN] == 1
    page.get_by_role("button", name="Yes, they arrived").click()
    expect(page.get_by_role("status")).to_contain_text("Counted as accepted: 1")
    assert DeliveryState.UNCERTAIN not in pipeline.status(room, DRAFT).states
    context.close()
