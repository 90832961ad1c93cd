"""Names in both languages: boundaries, ambiguous ones, tickers, parents."""

from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import DataError
from newsletter.language.gazetteer import Entity, Gazetteer, load_gazetteer
from newsletter.language.lexicon import open_lexicon
from newsletter.language.segmenting import know
from newsletter.language.validating import flaws_of

FEEDS = Path(__file__).parents[1] / "feeds"


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return open_lexicon([FEEDS]).gazetteer


def entity(id: str, en: str, **more: Any) -> Entity:
    return Entity(id=id, kind=more.pop("kind", "company"), names={"en": en} | more.pop("names", {}), **more)


def ids(gazetteer: Gazetteer, title: str, body: str = "") -> list[str]:
    return list(dict.fromkeys(hit.entity for hit in gazetteer.find(title, body)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nvidia invests in Nebius", ["nvidia", "nebius"]),
        ("英伟达将向Nebius投资", ["nvidia", "nebius"]),
        ("輝達將投資台積電", ["nvidia", "tsmc"]),
        ("鴻海與廣達搶單，海力士擴產", ["foxconn", "quanta", "sk-hynix"]),
        ("Meta plans layoffs", ["meta"]),
        ("META准备部署四款芯片", ["meta"]),
        ("the meta description of a page", []),
        ("a meta-analysis of data", []),
        ("Arm designs its first CPU", ["arm"]),
        ("Alibaba's Cloud Arm raises prices", ["alibaba"]),
        ("He broke an arm in May", []),
        ("Oracle raises capex", ["oracle"]),
        ("the Oracle of Omaha sells", []),
        ("甲骨文财报超预期", ["oracle"]),
        ("殷墟甲骨文研究新发现", []),
        ("Crusoe opens a site in Abilene", ["crusoe", "abilene"]),
        ("Robinson Crusoe is read again", []),
        ("Constellation restarts a nuclear reactor", ["constellation-energy"]),
        ("A constellation of satellites; the Starlink Constellation grows", ["starlink"]),
        ("Constellation Energy buys Calpine", ["constellation-energy", "calpine"]),
        ("Intel names a new chief", ["intel"]),
        ("US intel says so", []),
        ("超微发布新服务器，梁见后出席", ["supermicro", "charles-liang"]),
        ("超微推出MI450 GPU，苏姿丰称需求强劲", ["amd", "amd-instinct", "lisa-su"]),
        ("超微粒子研究", []),
        ("阿里云发布新模型", ["alibaba-cloud"]),
        ("阿里与腾讯竞购", ["alibaba", "tencent"]),
        ("拳王阿里纪念馆", []),
        ("伊朗官员阿里·拉里贾尼发表讲话", ["iran"]),
        ("西数东算与东数西算", []),
        ("西数与希捷的硬盘涨价", ["western-digital", "seagate"]),
        ("经纬创投领投", ["matrix-partners-china"]),
        ("高通胀持续", []),
        ("三星重工签署合同", ["samsung-heavy-industries"]),
        ("应用材料与美光合作", ["applied-materials", "micron"]),
        ("AI infrastructure powerhouse", []),
        ("果农种植苹果", []),
        ("苹果发布新款iPhone", ["apple"]),
    ],
)
def test_names_as_the_news_writes_them(shipped: Gazetteer, text: str, expected: list[str]) -> None:
    assert ids(shipped, text) == expected
    assert ids(shipped, "", text) == expected


@pytest.mark.parametrize(
    "text",
    ["NVDA.US up", "$NVDA up", "(NASDAQ: NVDA)", "（NASDAQ：NVDA）", "NVDA.O"],
)
def test_a_ticker_is_a_name(shipped: Gazetteer, text: str) -> None:
    assert ids(shipped, text) == ["nvidia"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("寒武纪(688256.SH)公告", ["cambricon"]),
        ("(688256.SH)", ["cambricon"]),
        ("SSE: 688256", ["cambricon"]),
        ("00700.HK", ["tencent"]),
        ("2330.TW", ["tsmc"]),
        ("688256", []),
        ("NVDA", []),
        ("C.T", []),
    ],
)
def test_a_ticker_needs_its_market(shipped: Gazetteer, text: str, expected: list[str]) -> None:
    assert ids(shipped, text) == expected


def test_a_hit_says_where_it_stands_in_the_text_as_given(shipped: Gazetteer) -> None:
    title, body = "輝達大漲", "据悉，Ｎｖｉｄｉａ与台積電合作"
    for hit in shipped.find(title, body):
        assert (title if hit.in_title else body)[hit.start : hit.end] == hit.text
    assert [hit.text for hit in shipped.find(title, body)] == ["輝達", "Ｎｖｉｄｉａ", "台積電"]


def test_an_ambiguous_name_counts_where_another_name_of_it_stands() -> None:
    known = Gazetteer([entity("arm", "Arm Holdings", aliases=("Arm",), ambiguous=("Arm",), context_any=("cpu",))])
    assert ids(known, "Arm grows", "Arm Holdings said so") == ["arm"]
    assert ids(known, "Arm grows") == []
    assert ids(known, "Arm grows", "x" * 100 + " cpu") == []
    assert ids(known, "Arm's new CPU") == ["arm"]


def test_a_form_of_two_entities_goes_to_whose_words_are_nearest() -> None:
    one = entity("amd", "AMD", aliases=("超微",), context_any=("处理器",))
    two = entity("smci", "Supermicro", aliases=("超微",), context_any=("服务器",))
    known = Gazetteer([one, two])
    know(known.han_names())
    assert ids(known, "超微的服务器搭载新处理器") == ["smci"]
    assert ids(known, "超微處理器進入伺服器與服務器") == ["amd"]
    assert ids(known, "超微大涨") == []
    assert ids(known, "超微大涨", "Supermicro说") == ["smci"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“新思维”：一位领袖看到商机", []),
        ("重新思考基础设施交付", []),
        ("新联电子：控股股东减持", []),
        ("战争推高通胀风险", []),
        ("电力成本降低", []),
        ("新思科技与联电合作，高通公司入股", ["synopsys", "umc", "qualcomm"]),
        ("美光电子与博通全球首款交换芯片", ["micron", "broadcom"]),
        ("台積電力爭擴產", ["tsmc"]),
    ],
)
def test_a_chinese_name_inside_a_longer_word_is_none(shipped: Gazetteer, text: str, expected: list[str]) -> None:
    assert ids(shipped, text) == expected


def test_words_beside_a_name_can_say_that_it_is_something_else() -> None:
    known = Gazetteer([entity("amazon", "Amazon", context_none=("rainforest", "雨林"), names={"zh-Hans": "亚马逊"})])
    assert ids(known, "Amazon builds") == ["amazon"]
    assert ids(known, "fires in the Amazon rainforest") == []
    assert ids(known, "亞馬遜雨林大火") == []


def test_ancestors_are_climbed_once_even_in_a_circle() -> None:
    known = Gazetteer(
        [
            entity("a", "Aaaaa", parents=("b",)),
            entity("b", "Bbbbb", parents=("c", "a")),
            entity("c", "Ccccc", parents=("a",)),
        ]
    )
    assert known.ancestors("a") == ("b", "c")


def test_a_name_is_shown_in_the_readers_language(shipped: Gazetteer) -> None:
    assert [shipped.name("nvidia", language) for language in ("en", "zh", "zh-Hant")] == ["Nvidia", "英伟达", "輝達"]
    assert shipped.name("nebius", "zh") == "Nebius"


def test_the_shipped_names_have_no_flaw() -> None:
    assert flaws_of([FEEDS]) == ()


def test_the_shipped_names_are_many_in_three_writings(shipped: Gazetteer) -> None:
    every = list(shipped)
    assert len(every) >= 600
    assert sum({"en", "zh-Hans", "zh-Hant"} <= set(one.names) for one in every) >= 0.95 * len(every)
    kinds = {
        kind: sum(one.kind == kind for one in every) for kind in ("company", "person", "product", "place", "agency")
    }
    assert min(kinds.values()) >= 40, kinds


def test_a_users_file_replaces_an_entity_by_id(tmp_path: Path) -> None:
    own = tmp_path / "gazetteer.toml"
    own.write_text('[[entity]]\nid = "nvidia"\nkind = "company"\nname = "Envidia"\n', encoding="utf-8")
    known = open_lexicon([tmp_path, FEEDS]).gazetteer
    assert known.name("nvidia", "en") == "Envidia"
    assert ids(known, "Envidia and AMD") == ["nvidia", "amd"]


@pytest.mark.parametrize("text", ["not toml [", '[[entity]]\nid = "a"\n', '[[entity]]\nkind = "company"\nname = "B"\n'])
def test_a_bad_file_is_told_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gazetteer.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"gazetteer\.toml"):
        load_gazetteer([path])
