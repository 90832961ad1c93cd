"""Reports of one event become one story; look-alikes and follow-ups stay apart."""

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from newsletter.curate.clustering import Verdicts, cluster
from newsletter.curate.tagging import read
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Article, ArticleId
from newsletter.shipped import shipped
from tests.builders import NOW, article


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def report(id: str, title: str, summary: str = "", *, hours: float = 0, language: str = "en", **more: Any) -> Article:
    values = {"summary": summary, "language": language, "feed_url": f"https://{id}.example/feed"} | more
    return article(id, title, published=NOW + timedelta(hours=hours), **values)


def stories(lexicon: Lexicon, *reports: Article, verdicts: Verdicts | None = None) -> set[frozenset[str]]:
    readings = {one.id: read(one, lexicon) for one in reports}
    groups = cluster(reports, readings, actors=lexicon.actors, verdicts=verdicts)
    return {frozenset(one.id for one in group) for group in groups}


# Something else must be in the news, or every word is common.
NOISE = (
    report("n1", "Harbour town opens a museum of clocks", "Visitors queued for an hour on the first day."),
    report("n2", "Rain ends a dry spring in the north", "Farmers had waited six weeks for the first showers."),
    report("n3", "A quiet transfer window for the champions", "The club sold one defender and bought nobody."),
    report("n4", "海滨小镇开设钟表博物馆", "开馆首日游客排队一小时。", language="zh"),
    report("n5", "北方春旱结束迎来降雨", "农民等了六个星期才等到第一场雨。", language="zh"),
    report("n6", "卫冕冠军转会期平静收场", "俱乐部卖出一名后卫，没有引进新人。", language="zh"),
)


def test_reports_in_two_languages_join_by_names_and_amounts_alone(lexicon: Lexicon) -> None:
    en = report("en", "Nvidia puts $2 billion into Nebius", "Nvidia takes a stake in Nebius worth $2 billion.")
    zh = report("zh", "英伟达向Nebius投资20亿美元", "英伟达将入股Nebius，金额为20亿美元。", hours=2, language="zh")
    assert {"en", "zh"} in stories(lexicon, en, zh, *NOISE)


def test_two_investments_of_one_company_are_two_stories(lexicon: Lexicon) -> None:
    found = stories(
        lexicon,
        report("a", "Nvidia to invest $2 billion in Nebius", "The cloud company Nebius will build data centres."),
        report("b", "Nvidia puts $2 billion into cloud firm Nebius", "Nebius builds data centres for AI.", hours=1),
        report("c", "Nvidia backs Thinking Machines Lab", "The lab of Mira Murati takes 1 gigawatt of chips.", hours=2),
        report("d", "Thinking Machines Lab signs a deal with Nvidia", "Mira Murati gets 1 gigawatt of chips.", hours=3),
        *NOISE,
    )
    assert {"a", "b"} in found
    assert {"c", "d"} in found


def test_two_investments_of_one_company_are_two_stories_in_chinese_too(lexicon: Lexicon) -> None:
    found = stories(
        lexicon,
        report("a", "英伟达向Nebius投资20亿美元", "云服务商Nebius将建设数据中心。", language="zh"),
        report("b", "英伟达20亿美元入股Nebius", "Nebius将用这笔钱建设数据中心。", hours=1, language="zh"),
        report("c", "英伟达投资Thinking Machines Lab", "穆拉蒂的实验室将部署1吉瓦芯片。", hours=2, language="zh"),
        report("d", "Thinking Machines Lab获英伟达投资", "穆拉蒂的公司将部署1吉瓦芯片。", hours=3, language="zh"),
        *NOISE,
    )
    assert {"a", "b"} in found
    assert {"c", "d"} in found


def test_a_permit_granted_is_not_the_permit_asked_for(lexicon: Lexicon) -> None:
    asked = report("a", "Northfield seeks approval for a campus in Larch County", "It would draw 300 megawatts.")
    granted = report("b", "Larch County approves the Northfield campus", "It will draw 300 megawatts.", hours=30)
    assert {"a", "b"} not in stories(lexicon, asked, granted, *NOISE)


def test_a_permit_granted_is_not_the_permit_asked_for_in_chinese_too(lexicon: Lexicon) -> None:
    asked = report("a", "北原算力申请在拉奇县建设数据中心园区", "园区用电300兆瓦。", language="zh")
    granted = report("b", "拉奇县批准北原算力数据中心园区", "园区用电300兆瓦。", hours=30, language="zh")
    assert {"a", "b"} not in stories(lexicon, asked, granted, *NOISE)


@pytest.mark.parametrize(
    ("names", "form", "language"),
    [
        (("Broadcom", "Nvidia", "Vertiv", "Dell", "Oracle", "Arista"), "{} Q4 2025 Earnings Call Transcript", "en"),
        (("博通", "美光", "维谛技术", "戴尔", "台积电", "浪潮信息"), "{}：2025年第四季度业绩电话会纪要", "zh"),
    ],
)
def test_forms_with_other_names_are_other_stories(
    lexicon: Lexicon, names: Sequence[str], form: str, language: str
) -> None:
    calls = [report(f"c{at}", form.format(name), hours=at, language=language) for at, name in enumerate(names)]
    assert all(len(group) == 1 for group in stories(lexicon, *calls, *NOISE))


@pytest.mark.parametrize(
    ("title", "again", "language"),
    [
        ("Quake shakes the island of Torvel", "Strong quake hits Torvel island", "en"),
        ("托维尔岛发生强烈地震", "托维尔岛强震", "zh"),
    ],
)
def test_names_that_nobody_knows_join_reports(lexicon: Lexicon, title: str, again: str, language: str) -> None:
    found = stories(lexicon, report("a", title, language=language), report("b", again, language=language), *NOISE)
    assert {"a", "b"} in found


@pytest.mark.parametrize(
    ("title", "summary", "language"),
    [
        ("Lenovo shows a gigafactory programme", "It can grow to 100,000 GPUs and ships this year to clouds.", "en"),
        ("联想发布超级工厂计划", "计划可扩展到十万张加速卡，今年向云服务商交付首批设备。", "zh"),
    ],
)
def test_a_reprint_is_surely_the_same_event(lexicon: Lexicon, title: str, summary: str, language: str) -> None:
    one = report("a", title, summary, language=language)
    assert {"a", "b"} in stories(lexicon, one, report("b", title, summary, hours=5, language=language), *NOISE)


def test_one_page_in_two_feeds_is_one_event_though_the_languages_differ(lexicon: Lexicon) -> None:
    link = "https://paper.example/2026/03/12/story"
    one = report("a", "The former academic who guides a buildout", link=link)
    other = report("b", "他正推动一项耗资巨大的计划", link=link, language="zh")
    assert {"a", "b"} in stories(lexicon, one, other, *NOISE)


def test_a_link_that_every_entry_of_a_feed_has_joins_nothing(lexicon: Lexicon) -> None:
    same: dict[str, Any] = {"link": "https://wire.example/live/blog", "feed_url": "https://wire.example/feed"}
    one = report("a", "Museum of clocks opens its doors", **same)
    assert {"a", "b"} not in stories(lexicon, one, report("b", "Champions sell a defender", **same), *NOISE[3:])


def test_the_order_of_arrival_changes_nothing(lexicon: Lexicon) -> None:
    reports = [
        report("a", "Nvidia to invest $2 billion in Nebius", "Nebius will build data centres."),
        report("b", "英伟达向Nebius投资20亿美元", "Nebius将建设数据中心。", language="zh"),
        report("c", "Nvidia backs Thinking Machines Lab", "It takes 1 gigawatt of chips.", hours=2),
        report("d", "英伟达投资Thinking Machines Lab", "将部署1吉瓦芯片。", hours=2, language="zh"),
        *NOISE,
    ]
    expected = stories(lexicon, *reports)
    for seed in range(5):
        random.Random(seed).shuffle(reports)
        assert stories(lexicon, *reports) == expected


def test_empty_reports_are_stories_of_their_own(lexicon: Lexicon) -> None:
    empty: Sequence[Article] = [report("a", "", ""), report("b", "", ""), report("c", "。", "", language="zh")]
    assert stories(lexicon, *empty) == {frozenset("a"), frozenset("b"), frozenset("c")}
    assert stories(lexicon) == set()


def test_what_comes_more_than_a_week_later_is_another_story(lexicon: Lexicon) -> None:
    title, summary = "Quake shakes the island of Torvel", "Houses fell in three villages, and the ferry stopped."
    later = report("b", title, summary, hours=24 * 9)
    assert {"a", "b"} not in stories(lexicon, report("a", title, summary), later, *NOISE)


def test_editors_have_the_last_word(lexicon: Lexicon) -> None:
    a = report("a", "Quake shakes the island of Torvel", "Houses fell in three villages.")
    b = report("b", "Strong quake hits Torvel island", "Three villages lost houses.", hours=1)
    pair = (ArticleId("a"), ArticleId("b"))
    assert {"a", "b"} not in stories(lexicon, a, b, *NOISE, verdicts=Verdicts(apart=[pair]))
    odd = (ArticleId("a"), ArticleId("n1"))
    assert any({"a", "n1"} <= group for group in stories(lexicon, a, b, *NOISE, verdicts=Verdicts(same=[odd])))


@pytest.mark.parametrize(
    ("deal", "reaction", "language"),
    [
        ("Nvidia invests $2 billion in Nebius", "Nebius climbs 16% on Nvidia's $2 billion", "en"),
        ("英伟达向Nebius投资20亿美元", "英伟达投资20亿美元后，Nebius股价飙升", "zh"),
    ],
)
def test_what_a_share_price_did_is_not_the_deal(lexicon: Lexicon, deal: str, reaction: str, language: str) -> None:
    told = report("a", deal, language=language)
    moved = report("b", reaction, hours=5, language=language)
    assert {"a", "b"} not in stories(lexicon, told, moved, *NOISE)


@pytest.mark.parametrize(
    ("planned", "granted", "language"),
    [
        ("xAI plans a gas power plant in Mississippi", "xAI wins permit for a gas power plant in Mississippi", "en"),
        ("xAI计划在密西西比州建设天然气发电厂", "xAI已获得在密西西比州建设天然气发电厂的许可", "zh"),
    ],
)
def test_what_was_planned_is_not_yet_permitted(lexicon: Lexicon, planned: str, granted: str, language: str) -> None:
    first = report("a", planned, language=language)
    then = report("b", granted, hours=14, language=language)
    assert {"a", "b"} not in stories(lexicon, first, then, *NOISE)


@pytest.mark.parametrize(
    ("title", "again", "language"),
    [
        ("Tesla and Google team up on the power grid. Tesla stock jumps", "Google and Tesla team up on the grid", "en"),
        ("谷歌特斯拉组建电网联盟", "谷歌和特斯拉组建电网联盟，瞄准电力缺口", "zh"),
    ],
)
def test_news_that_also_moved_a_price_stays_news(lexicon: Lexicon, title: str, again: str, language: str) -> None:
    found = stories(lexicon, report("a", title, language=language), report("b", again, language=language), *NOISE)
    assert {"a", "b"} in found


def test_reports_of_one_minute_may_arrive_in_any_order_in_any_process(tmp_path: Path) -> None:
    """Only the name follows the file, whose first report it is; which reports a story has follows nothing of that."""
    whos, deeds = ("Nvidia", "Samsung", "甲骨文"), ("opens a site in", "starts work in", "获准建设")
    rows = [
        {
            "id": f"r{at}",
            "title": f"{who} {deed} {place}" if at % 2 else f"{place}：{who}{deed}",
            "summary": f"{who} would draw 300 megawatts" if at % 2 else f"{who}项目用电300兆瓦",
            "published": f"2026-03-12T0{at % 2}:00:00Z",
        }
        for at, (who, deed, place) in enumerate(product(whos, deeds, ("Larch County", "托维尔岛", "Mount Isen")))
    ]
    told = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        file = tmp_path / f"{seed}.jsonl"
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        command = [sys.executable, "-m", "newsletter", "try", "cluster", str(file)]
        environment = os.environ | {"PYTHONHASHSEED": str(seed)}
        out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        groups: dict[str, set[str]] = defaultdict(set)
        for row in map(json.loads, out.splitlines()):
            groups[row["story"]].add(row["id"])
        told.add(frozenset(map(frozenset, groups.values())))
    assert len(told) == 1
    assert 1 < len(told.pop()) < len(rows)
