"""A config is accepted whole or refused with every mistake in it."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.config import Config, config_from, load_config
from newsletter.errors import ConfigError
from newsletter.shipped import shipped


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
