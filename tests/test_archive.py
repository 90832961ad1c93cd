"""The archive finds what readers and stories ask for, in both languages and on both engines."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine

from newsletter.language.indexing import index_terms, plain
from newsletter.model import ArticleId, Card
from newsletter.store.archive import ArchiveShelf, create_archive


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as opened:
        create_archive(opened)
        yield opened
        opened.rollback()
    engine.dispose()


@pytest.fixture
def archive(connection: Connection) -> ArchiveShelf:
    shelf = ArchiveShelf(connection)
    shelf.index(
        [
            card("a", 1, "Nebius raises $2 billion for data centers", "Nvidia invests.", "e_nvidia", "e_nebius"),
            card("b", 2, "液冷服务器需求大增", "数据中心采用液冷板。", "e_nvidia"),
            card("c", 3, "數據中心散熱方案", "伺服器"),
            card("d", 4, "Node.js adds C++ modules", "It's a runtime."),
            card("e", 5, "Rain in the north", "Wet."),
            card("f", 6, "球队赢了", "比赛。"),
        ]
    )
    return shelf


def card(name: str, day: int, title: str, body: str, *keys: str) -> Card:
    published = datetime(2026, 3, day, tzinfo=UTC)
    return Card(
        article_id=ArticleId(name),
        published=published,
        title=index_terms(title),
        body=index_terms(body),
        keys=keys,
        plain=plain(title),
    )


def found(archive: ArchiveShelf, query: str) -> list[str]:
    return [one.article_id for one in archive.find(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("data centre", ["a"]),
        ("node.js", ["d"]),
        ("液冷", ["b"]),
        ("数据中心 散热", ["c"]),
        ("snow", []),
        ("", []),
        ("the", []),
        ('"data" OR (', ["a"]),
        ("it's NEAR(", []),
        ("100%", []),
        ("\\' | x", []),
    ],
)
def test_readers_find_what_has_all_their_words(archive: ArchiveShelf, query: str, expected: list[str]) -> None:
    assert found(archive, query) == expected


def test_chinese_signs_that_segmenting_cut_otherwise_are_still_found(archive: ArchiveShelf) -> None:
    assert found(archive, "冷服") == ["b"]
    assert found(archive, "服冷") == []


def test_names_of_both_scripts_that_segmenting_cut_otherwise_are_found(archive: ArchiveShelf) -> None:
    archive.index([card("g", 7, "昇騰950與GB300同場", ""), card("h", 7, "腾九百", "")])
    assert found(archive, "腾950") == ["g"]


def test_a_percent_sign_in_a_query_is_only_a_sign(archive: ArchiveShelf) -> None:
    assert found(archive, "液%求") == []


def test_words_in_a_title_count_more_than_in_a_body(archive: ArchiveShelf) -> None:
    archive.index([card("g", 7, "Quarter results", "nebius grows"), card("h", 8, "Nebius", "grows")])
    best = [one.article_id for one in archive.search(["nebiu"], [], limit=5)]
    assert best.index(ArticleId("h")) < best.index(ArticleId("g"))


def test_keys_find_articles_of_both_languages(archive: ArchiveShelf) -> None:
    assert {one.article_id for one in archive.search([], ["e_nvidia"], limit=5)} == {"a", "b"}


def test_a_key_is_not_a_word_and_a_word_is_not_a_key(archive: ArchiveShelf) -> None:
    assert archive.search(["e_nvidia"], [], limit=5) == ()
    assert archive.search([], ["液冷"], limit=5) == ()


def test_the_latest_part_of_the_archive_is_asked_alone(archive: ArchiveShelf) -> None:
    assert [one.article_id for one in archive.search((), ["e_nvidia"], limit=5, newest=0.82)] == ["b"]
    assert {one.article_id for one in archive.search((), ["e_nvidia"], limit=5)} == {"a", "b"}


def test_of_what_very_many_have_the_latest_are_found_and_rare_words_in_all(archive: ArchiveShelf) -> None:
    many = [card(f"m{at:04}", 8, "芯片 tariff" if at else "芯片 tariff 珊瑚", "") for at in range(3_200)]
    archive.index([replace(one, published=one.published + timedelta(minutes=at)) for at, one in enumerate(many)])
    assert [one.article_id for one in archive.find("芯片 珊瑚")] == ["m0000"]
    latest = {one.article_id for one in archive.find("芯片", limit=50)}
    assert len(latest) == 50
    assert "m0000" not in latest


def test_a_removed_article_is_not_found_again(archive: ArchiveShelf) -> None:
    archive.remove([ArticleId("a")])
    assert found(archive, "nebius") == []
    assert archive.search([], ["e_nebius"], limit=5) == ()


def test_indexing_again_replaces_the_old_words(archive: ArchiveShelf) -> None:
    archive.index([card("b", 2, "风冷服务器", "")])
    assert found(archive, "液冷") == []
    assert found(archive, "风冷") == ["b"]


def test_rarity_is_known_by_counts(archive: ArchiveShelf) -> None:
    assert archive.documents(["", "e_nvidia", "nothing"]) == {"": 6, "e_nvidia": 2, "nothing": 0}


def test_an_empty_question_has_no_answer(archive: ArchiveShelf) -> None:
    assert archive.search([], [], limit=5) == ()


def test_making_the_archive_twice_changes_nothing(connection: Connection, archive: ArchiveShelf) -> None:
    create_archive(connection)
    assert found(archive, "液冷") == ["b"]
