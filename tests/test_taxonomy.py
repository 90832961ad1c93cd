"""Topics as a tree, the words that speak for them, and the sections of a digest."""

from pathlib import Path

import pytest

from newsletter.errors import DataError
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.language.taxonomy import Taxonomy, Term, Topic, load_taxonomy

FEEDS = Path(__file__).parents[1] / "feeds"
MAIN = (
    "data-centres power cooling chips memory-storage servers networking cloud compute models software funding mergers "
    "partnerships policy sustainability supply-chain security-outages people big-tech"
).split()


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return load_taxonomy([FEEDS / "taxonomy.toml"])


def topic(key: str, *terms: str, parents: tuple[str, ...] = ()) -> Topic:
    return Topic(key=key, names={"en": key}, parents=parents, terms=tuple(Term(term, 1.0) for term in terms))


def keys(taxonomy: Taxonomy, text: str) -> list[str]:
    return [one.key for one in taxonomy.find(text) if one.group == "topic"]


def test_the_twenty_main_topics_are_there_with_names_in_three_writings(shipped: Taxonomy) -> None:
    for key in MAIN:
        assert {"en", "zh-Hans", "zh-Hant"} <= set(shipped.topic(key).names), key


def test_a_child_implies_all_above_it_once(shipped: Taxonomy) -> None:
    assert shipped.ancestors("hbm") == ("memory-storage", "ai-infrastructure")
    assert shipped.ancestors("fusion") == ("nuclear", "power", "ai-infrastructure")
    assert set(shipped.ancestors("neoclouds")) == {"cloud", "data-centres", "ai-infrastructure"}
    assert shipped.ancestors("ai-infrastructure") == ()


def test_ancestors_end_even_in_a_circle() -> None:
    known = Taxonomy([topic("a", parents=("b",)), topic("b", parents=("a",))])
    assert known.ancestors("a") == ("b",)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a data-centre campus", "data-centres"),
        ("Data centers multiply", "data-centres"),
        ("新建数据中心", "data-centres"),
        ("新建資料中心", "data-centres"),
        ("液冷伺服器", "servers"),
        ("記憶體漲價", "memory-storage"),
        ("出口管制升级", "export-controls"),
        ("光通訊與光模組", "optics"),
        ("晶圓代工", "foundry"),
        ("small modular reactors", "nuclear"),
    ],
)
def test_terms_are_found_in_both_languages_and_both_writings(shipped: Taxonomy, text: str, key: str) -> None:
    assert key in keys(shipped, text)


def test_of_terms_of_one_topic_that_overlap_the_longest_counts_alone() -> None:
    known = Taxonomy([topic("chips", "chip", "memory chip", "chip maker"), topic("memory", "memory")])
    assert keys(known, "a memory chip") == ["chips", "memory"]
    assert [text for one in known.find("chip chip") for text in ["chip chip"[one.start : one.end]]] == ["chip", "chip"]


def test_evidence_says_where_it_stands(shipped: Taxonomy) -> None:
    text = "Ｎvidia在台灣擴建資料中心"
    found = [text[one.start : one.end] for one in shipped.find(text) if one.key == "data-centres"]
    assert found == ["資料中心"]


def test_a_users_file_replaces_by_key_and_keeps_the_rest(tmp_path: Path, shipped: Taxonomy) -> None:
    own = tmp_path / "taxonomy.toml"
    own.write_text('[[topic]]\nkey = "chips"\nname = { en = "Silicon" }\nstrong = ["wafer"]\n', encoding="utf-8")
    known = load_taxonomy([FEEDS / "taxonomy.toml", own])
    assert known.name("chips", "en") == "Silicon"
    assert [one.key for one in known] == [one.key for one in shipped]
    assert len(known.sections) == len(shipped.sections) == 7


@pytest.mark.parametrize(
    "text", ["[[topic", '[[topic]]\nkey = "a"\n', '[[topic]]\nkey = "a"\nname = { en = "A" }\nparents = ["b"]\n']
)
def test_a_bad_file_is_told_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"taxonomy\.toml"):
        load_taxonomy([path])


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon([FEEDS])


def test_a_tag_is_shown_by_its_name_or_by_itself(lexicon: Lexicon) -> None:
    assert lexicon.label("data-centres", "en") == "Data centres"
    assert lexicon.label("data-centres", "zh") == "数据中心"
    assert lexicon.label("data-centres", "zh-Hant") == "資料中心"
    assert lexicon.label("e:tsmc", "zh") == "台积电"
    assert lexicon.label("e:nobody", "en") == "nobody"
    assert lexicon.label("nothing", "zh") == "nothing"


def test_without_files_the_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no gazetteer\.toml in .*copy the one"):
        open_lexicon([tmp_path])
