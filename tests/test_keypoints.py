"""Key points are the sources' own sentences: never the title, never a figure that nobody wrote."""

import pytest

from newsletter.curate.keypoints import clean, key_points
from newsletter.model import Article, ArticleId, Story
from tests.builders import article, story

EN = (
    "Meta starts Meta Compute to build its own power. The company speaks of tens of gigawatts within this decade. "
    "Santosh Janardhan will lead architecture and silicon. Daniel Gross plans capacity for the long term. "
    "Read more at our site and subscribe to the newsletter."
)
ZH = (
    "Meta启动Meta Compute计划自建电力。公司表示本十年内规模将达到数十吉瓦，长远目标为数百吉瓦。"
    "桑托什·贾纳丹将负责架构与芯片方面的工作。丹尼尔·格罗斯负责长期产能规划与供应商合作。点击查看更多内容并关注公众号。"
)


def points(*articles: Article, language: str = "", k: int = 3) -> list[str]:
    one: Story = story(articles[0].id, tuple(a.id for a in articles))
    found: dict[ArticleId, Article] = {a.id: a for a in articles}
    return [point.text for point in key_points(one, found, language=language, k=k)]


def english(
    id: str = "en", title: str = "Meta starts Meta Compute to build its own power", summary: str = EN
) -> Article:
    return article(id, title, summary=summary, feed_url=f"https://{id}.example/feed")


def chinese(id: str = "zh", title: str = "Meta启动Meta Compute计划自建电力", summary: str = ZH) -> Article:
    return article(id, title, summary=summary, language="zh", feed_url=f"https://{id}.example/feed")


@pytest.mark.parametrize("one", [english(), chinese()])
def test_points_are_sentences_of_the_source_in_its_order(one: Article) -> None:
    found = points(one)
    assert len(found) == 3
    places = [one.summary.find(text) for text in found]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("one", [english(), chinese()])
def test_the_title_is_never_repeated(one: Article) -> None:
    assert not any(one.title in text for text in points(one, k=5))


@pytest.mark.parametrize("one", [english(), chinese()])
def test_what_sites_put_around_a_report_is_no_point(one: Article) -> None:
    assert not any("ubscribe" in text or "公众号" in text for text in points(one, k=5))


def test_each_language_has_its_own_sentences_and_none_where_nobody_reports_in_it() -> None:
    assert all(text in EN for text in points(english(), chinese(), language="en"))
    assert all(text in ZH for text in points(english(), chinese(), language="zh"))
    assert points(english(), language="zh") == []


def test_without_a_language_it_is_the_leads_own() -> None:
    assert points(chinese(), english()) == points(chinese(), english(), language="zh")


def test_two_reports_that_say_the_same_give_a_sentence_once() -> None:
    found = points(english("a"), english("b"), k=5)
    assert len(found) == len(set(found))


def test_a_figure_that_one_report_alone_has_is_told() -> None:
    plain = "The company will build power plants. It will also build halls for computing beside them in the next years."
    only = "The plan costs 60 billion dollars, a filing shows. It will also build halls for computing beside them."
    found = points(english("a", summary=plain), english("b", summary=only))
    assert any("60 billion dollars" in text for text in found)


def test_a_sentence_that_the_feed_cut_stands_only_where_there_is_no_whole_one() -> None:
    cut = "The company speaks of tens of gigawatts within this decade and of many more after that, as it told..."
    whole = "Santosh Janardhan will lead architecture and silicon for the group."
    assert points(english(summary=f"{whole} {cut}")) == [whole]
    assert points(english(summary=cut))[0].endswith("…")


@pytest.mark.parametrize("summary", ["", "…", "https://news.example/item?id=1", "点击查看原文"])
def test_an_empty_report_has_no_points(summary: str) -> None:
    assert points(english(summary=summary)) == []


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("财联社3月10日电，英伟达将向Nebius投资20亿美元。", "英伟达将向Nebius投资20亿美元。"),
        ("【英伟达投资Nebius】英伟达将投资20亿美元。", "英伟达将投资20亿美元。"),
        ("LONDON, March 10 (Reuters) - Nvidia will invest $2 billion.", "Nvidia will invest $2 billion."),
        ("Click here to read the full story", ""),
    ],
)
def test_what_agencies_put_before_a_sentence_is_taken_off(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@pytest.mark.parametrize(
    ("language", "first", "again", "new"),
    [
        (
            "zh",
            "星河股份公告，公司拟向特定对象募集资金10,850.00万元，用于建设机房。",
            "星河股份公告，本次向特定对象募集资金总额为1.085亿元，由董事会审议通过。",
            "扣除费用后的资金将用于在海滨城市建设机房并购买液冷设备。",
        ),
        (
            "en",
            "Galaxy Halls said on Monday that it will raise $1.5 billion from investors for its halls.",
            "The round of 1.5 billion dollars was approved by the board of Galaxy Halls this week.",
            "The money goes into a campus by the sea and into pumps for liquid cooling there.",
        ),
    ],
)
def test_a_figure_is_told_once_where_there_is_more_to_tell(language: str, first: str, again: str, new: str) -> None:
    joint = "" if language == "zh" else " "
    one = article(
        "a", "Galaxy" if language == "en" else "星河", summary=joint.join((first, again, new)), language=language
    )
    assert points(one, k=2) == [first, new]


def test_a_sentence_in_traditional_signs_is_not_told_again_in_simplified_ones() -> None:
    simplified = article("a", "甲", summary="这家公司将在海滨建设一座用液冷的数据中心园区。", language="zh")
    traditional = article("b", "乙", summary="這家公司將在海濱建設一座用液冷的數據中心園區。", language="zh")
    assert len(points(simplified, traditional)) == 1


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("①首座园区开工", "首座园区开工"), ("（2）首座园区开工", "首座园区开工"), ("2个园区开工", "2个园区开工")],
)
def test_the_number_of_a_list_is_no_part_of_a_point(raw: str, kept: str) -> None:
    assert clean(raw) == kept
