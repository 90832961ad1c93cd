"""A config is accepted whole or refused with every mistake in it."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from newsletter.config import RESERVED, Config, config_from, load_config
from newsletter.errors import ConfigError
from newsletter.shipped import shipped
from newsletter.web import api, desk, hooks, login, mailbox, public, readers, sources, stories, syndication


def read(text: str) -> Config:
    return config_from(tomllib.loads(text), where="config.toml", folder=Path("/somewhere"))


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return str(caught.value).splitlines()


def test_an_empty_config_works() -> None:
    config = read("")
    assert [edition.key for edition in config.editions] == ["weekly-en", "weekly-zh"]
    assert config.deliver.transport == "outbox"
    assert config.store.url.startswith("sqlite:///")


def test_the_shipped_config_says_what_the_defaults_say() -> None:
    shown, built_in = load_config(shipped("config.toml")), read("")
    assert (shown.newsroom, shown.store, shown.collect) == (built_in.newsroom, built_in.store, built_in.collect)
    assert (shown.deliver, shown.web, shown.queue) == (built_in.deliver, built_in.web, built_in.queue)
    assert [one.key for one in shown.editions] == [one.key for one in built_in.editions]


def test_five_mistakes_are_five_lines() -> None:
    lines = mistakes(
        """
        [newsroom]
        nmae = "Weekly"
        [collect]
        min_interval = "soon"
        [[editions]]
        key = "weekly-en"
        timezone = "Mars/Base"
        schedule = "someday"
        [deliver]
        transport = "pigeon"
        """
    )
    assert len(lines) == 5
    assert all(line.startswith("config.toml: [") for line in lines)
    for key, hint in (
        ("nmae", "did you mean name?"),
        ("min_interval", '"15m"'),
        ("timezone", '"Europe/Berlin"'),
        ("schedule", '"fri 08:00"'),
        ("transport", "'outbox', 'smtp' or 'sendgrid'"),
    ):
        assert [line for line in lines if key in line and hint in line], (key, lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('newsroom = "x"', "[newsroom] = 'x': use a table"),
        ("editions = {}", "[editions] = {}: use a list"),
        ("editions = []", "[[editions]]: at least one edition is needed"),
        ('[[editions]]\ntitle = "x"', "[[editions]] number 1 key: is missing"),
        ('[[editions]]\nkey = "a"\n[[editions]]\nkey = "a"', "[[editions]] a: stands twice"),
        ('[[editions]]\nkey = "a"\ntwin = "b"', "twin = 'b': use the key of another edition"),
        ('[[editions]]\nkey = "a"\nsender = "a@b.example"', "sender: did you mean from?"),
        ('[[editions]]\nkey = "a"\nfrom = "nobody"', "from = 'nobody': use"),
        ('[[editions]]\nkey = "a"\n[editions.theme]\npage = "red"', "theme page = 'red': use a colour"),
        ("[nope]\na = 1", "[nope]: unknown key (known: newsroom, store"),
        ('folder = "/"', "folder: unknown key"),
        ('[deliver.outbox]\nfoldr = "x"', "[deliver.outbox] foldr: unknown key (did you mean folder?)"),
        ("[collect]\nports = [80, 99999]", "[collect] ports 1 = 99999"),
        ('[collect]\nallow_private = ["home"]', "allow_private 0 = 'home': use a network"),
        ('[collect]\nworkers = "many"', "workers = 'many': use a whole number"),
        ('[collect]\nmin_interval = "99999999999999w"', "min_interval"),
        ('[newsroom]\nname = "a\\nBcc: b@c.example"', "use one line of text"),
        ('[newsroom]\nsite = "news.example"', "site = 'news.example': use an address"),
        ('[newsroom]\nsite = "https://news.example/?a=1"', "use an address"),
        ('[newsroom]\nsite = "https://me:secret@news.example"', "use an address"),
        ("[newsroom]\nsite = 'https://news.example/\"><b>'", "use an address"),
        ("[editions]\nkey = 'a'", "write [[editions]]"),
        ('[[editions]]\nkey = "a\\n"', "use lower-case letters"),
        ('[[editions]]\nkey = "a"\nfrom = "A <a@b.example"', "use"),
        ('[[editions]]\nkey = "a"\nfrom = "a@b.example>"', "use"),
        ('[[editions]]\nkey = "a"\nfrom = "x@y.example <a@b.example>"', "use"),
        ('[[editions]]\nkey = "a"\nreply_to = "the desk"', "reply_to = 'the desk': use"),
        ('[[editions]]\nkey = "a"\nitems = 3\nleast = 9', "least = 9: use no more than items, which is 3"),
        ('[[editions]]\nkey = "a"\nsections = []', "sections: name one at least"),
        ('[[editions]]\nkey = "a"\nsections = ["reviews", "reviews"]', "'reviews' stands twice"),
        ('[[editions]]\nkey = "a"\nwindow = "0d"', "window = '0d': use more than nothing"),
        ('[[editions]]\nkey = "a"\ncompose_before = "52w"', "compose_before = '52w': use a week at most"),
        ('[deliver]\nlease = "0s"', "lease = '0s': use more than nothing"),
        ("[deliver]\nretry = [inf]", "retry 0 = inf: use"),
        ("[collect]\ntimeout = inf", "timeout = inf: use"),
        ("[curate.weights]\nsources = nan", "use"),
        ('[web]\naddress = "8000"', "address = '8000': use a host and a port"),
        ('[web]\naddress = "127.0.0.1:99999"', "use a host and a port"),
        ('[web]\naddress = "http://127.0.0.1:8000"', "use a host and a port"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(text: str, said: str) -> None:
    (line,) = mistakes(text)
    assert said in line


def test_a_secret_in_the_place_of_its_name_is_not_repeated() -> None:
    (line,) = mistakes('[deliver.sendgrid]\napi_key_env = "SG.aaaa.bbbb"')
    assert "api_key_env" in line
    assert "SG." not in line


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1.5h", 5400), ("2d", 172_800), ("1w", 604_800)]
)
def test_a_duration_is_a_number_with_its_unit(text: str, seconds: int) -> None:
    assert read(f'[collect]\nmin_interval = "{text}"').collect.min_interval == timedelta(seconds=seconds)


def test_chinese_titles_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[editions]]\nkey = "weekly-zh"\ntitle = "AI 基建周报"\nlanguage = "zh"\n', "utf-8-sig")
    config = load_config(file)
    assert config.editions[0].title == "AI 基建周报"
    assert config.folder == tmp_path


@pytest.mark.parametrize("body", [b"[newsroom", b"name = '\xff'", b"\x00"])
def test_a_file_that_is_no_toml_is_refused_in_a_sentence(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(body)
    with pytest.raises(ConfigError, match="is not TOML"):
        load_config(file)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="newsletter init"):
        load_config(tmp_path / "config.toml")


@pytest.mark.parametrize("address", ["127.0.0.1:0", "localhost:8000", "[::1]:8000", "0.0.0.0:65535"])
def test_an_address_to_serve_is_a_host_and_a_port(address: str) -> None:
    assert read(f'[web]\naddress = "{address}"').web.address == address


@pytest.mark.parametrize("sender", ["a@b.example", "A B <a@b.example>", "<a@b.example>", "AI 基建周报 <a@b.example>"])
def test_a_sender_is_an_address_with_or_without_a_name(sender: str) -> None:
    assert read(f'[[editions]]\nkey = "a"\nfrom = "{sender}"\nreply_to = "{sender}"').editions[0].sender == sender


def test_no_edition_can_have_the_address_of_another_page() -> None:
    rooms = (api, desk, hooks, login, mailbox, public, readers, sources, stories, syndication)
    paths = [route.path for room in rooms for route in room.router.routes if isinstance(route, APIRoute)]
    pages = {path.split("/")[1] for path in paths if re.match(r"/[a-z0-9-]+(/|$)", path)} | {"static"}
    assert pages == RESERVED
    for name in sorted(pages):
        (line,) = mistakes(f'[[editions]]\nkey = "{name}"')
        assert "is the address of another page" in line
