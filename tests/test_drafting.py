"""What an issue tells, in which order and in whose language, and why the rest is left out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from newsletter.compose.candidates import Candidate, Neighbour, Told
from newsletter.compose.drafting import Plan, draft
from newsletter.config import Edition
from newsletter.errors import NewsletterError
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import (
    ArticleId,
    ArticleKind,
    Edit,
    EditKind,
    FeedUrl,
    Issue,
    IssueKey,
    KeyPoint,
    Quantity,
    Related,
    StoryId,
)
from newsletter.shipped import shipped
from tests.builders import NOW, article, candidate, edit, money, reading, story

EARLIER = IssueKey("weekly-en/2026-W10")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def make(
    lexicon: Lexicon,
    *candidates: Candidate,
    told: Mapping[StoryId, Sequence[Told]] | None = None,
    edits: Sequence[Edit] = (),
    **edition: Any,
) -> Issue:
    language = edition.get("language", "en")
    plan = Plan(
        edition=Edition(key=f"weekly-{language}", **edition),
        period="2026-W11",
        number=3,
        date=NOW,
        window=(NOW - timedelta(days=7), NOW),
        title="Weekly",
        lexicon=lexicon,
        source_of=lambda url: "The Wire" if url == FeedUrl("https://wire.example/feed") else "亿邦",
    )
    return draft(plan, candidates, told=told or {}, edits=edits)


def many(count: int, points: float = 0.5, **more: Any) -> list[Candidate]:
    """Unlike stories, each of a company of its own."""
    names = "Oslo Lima Quito Accra Hanoi Dakar Sofia Tunis Riga Lagos Turin Porto Minsk Perth Osaka Delhi Cairo Milan"
    places = names.split()
    return [
        candidate(
            f"m{n}", f"{places[n % 18]} approves campus number {n} of {places[(n * 7 + 3) % 18]}", points - n / 1000,
            **({"tags": ("data-centres",)} | more),
        )
        for n in range(count)
    ]  # fmt: skip


def headlines(issue: Issue) -> list[str]:
    return [one.headline for one in issue.items]


def reasons(issue: Issue) -> dict[str, str]:
    return {one.story_id: one.why for one in issue.left_out}


# -- choosing


def test_the_best_news_leads(lexicon: Lexicon) -> None:
    issue = make(
        lexicon, candidate("a", "Small news of the day", 0.3), candidate("b", "The great news of the day", 0.9)
    )
    assert issue.lead is not None
    assert issue.lead.story_id == "b"


@pytest.mark.parametrize(
    "kind", [ArticleKind.REVIEW, ArticleKind.PROJECT, ArticleKind.OPINION, ArticleKind.PRESS_RELEASE]
)
def test_what_is_no_news_never_leads_over_news(lexicon: Lexicon, kind: ArticleKind) -> None:
    loud = candidate("a", "Hands on with a rack", 0.9, story={"kind": kind}, report={"summary": "x" * 80})
    issue = make(lexicon, loud, candidate("b", "The real news of the day", 0.6, report={"summary": "x" * 80}))
    assert issue.lead is not None
    assert issue.lead.story_id == "b"


def test_a_headline_without_a_report_does_not_lead(lexicon: Lexicon) -> None:
    bare, told = (
        candidate("a", "Bare headline of one", 0.9),
        candidate("b", "Told at length", 0.5, report={"summary": "y" * 80}),
    )
    issue = make(lexicon, bare, told)
    assert issue.lead is not None
    assert issue.lead.story_id == "b"
    assert "a" in {one.story_id for one in issue.items}


def test_sections_stand_in_the_order_of_the_edition_and_empty_ones_vanish(lexicon: Lexicon) -> None:
    issue = make(
        lexicon,
        candidate("l", "The lead story of all", 0.9),
        candidate("m", "Fund raises capital in round", 0.5, tags=("funding",)),
        candidate("c", "Maker ships accelerator silicon", 0.4, tags=("chips",)),
        candidate("d", "Campus opens by the river", 0.45, tags=("data-centres",)),
    )
    assert [section.key for section in issue.sections] == ["data-centres-power", "chips-compute", "money-deals"]
    assert all(section.items for section in issue.sections)


def test_kinds_have_their_sections(lexicon: Lexicon) -> None:
    issue = make(
        lexicon,
        candidate("l", "The lead story of all", 0.9),
        candidate("r", "Review of a server", 0.05, tags=("chips",), story={"kind": ArticleKind.REVIEW}),
        candidate("p", "A scheduler in the open", 0.05, tags=("software",), story={"kind": ArticleKind.PROJECT}),
    )
    assert {section.key: [one.story_id for one in section.items] for section in issue.sections} == {
        "reviews": ["r"],
        "projects": ["p"],
    }


def test_of_topics_that_weigh_the_same_the_first_tag_decides_the_section(lexicon: Lexicon) -> None:
    lead = candidate("l", "The lead story of all", 0.9)
    for tags, section in ((("compute", "power"), "chips-compute"), (("power", "compute"), "data-centres-power")):
        issue = make(lexicon, lead, candidate("x", "Both of one and of the other", 0.5, tags=tags))
        assert [one.key for one in issue.sections] == [section]


def test_a_week_of_one_subject_leaves_room_for_the_others(lexicon: Lexicon) -> None:
    chips = many(12, 0.8, tags=("chips",))
    issue = make(lexicon, *chips, candidate("f", "A fund for halls is raised", 0.4, tags=("funding",)), items=6)
    assert "f" in {one.story_id for one in issue.items}


def test_a_foreign_story_must_weigh_more_than_one_that_a_reader_can_read(lexicon: Lexicon) -> None:
    lead = candidate("l", "The lead story of all", 0.9)
    own = candidate("e", "A smaller story of the week", 0.36)
    foreign = candidate("z", "某地批准建设数据中心", 0.35, report={"language": "zh"})
    assert [one.story_id for one in make(lexicon, lead, own, foreign).items] == ["l", "e"]


def test_filler_is_left_out_however_much_room_there_is(lexicon: Lexicon) -> None:
    issue = make(lexicon, candidate("l", "The lead story of all", 0.9), candidate("w", "A trifle nobody told", 0.1))
    assert len(issue.items) == 1
    assert reasons(issue)["w"] == "too little weight for this week"


def test_an_issue_is_never_longer_than_its_edition_wants_and_says_so(lexicon: Lexicon) -> None:
    issue = make(lexicon, *many(12), items=5)
    assert len(issue.items) == 5
    assert "the issue has its 5 stories" in reasons(issue).values()


def test_a_section_takes_its_quota(lexicon: Lexicon) -> None:
    issue = make(lexicon, *many(18), items=60)
    section = next(one for one in issue.sections if one.key == "data-centres-power")
    assert len(section.items) == 7
    assert "the section “Data centres and power” is full" in reasons(issue).values()


def test_one_company_does_not_fill_the_issue(lexicon: Lexicon) -> None:
    issue = make(lexicon, *many(10, tags=("data-centres", "e:nvidia")))
    assert len(issue.items) == 4
    assert "Nvidia is in this issue 4 times already".casefold() in " ".join(reasons(issue).values()).casefold()


@pytest.mark.parametrize(
    ("language", "beside", "plain"),
    [
        ("en", "The Key Takeaways From Oracle's Earnings Beat", "Oracle raises its cloud forecast"),
        ("en", "Can Oracle keep growing?", "Oracle raises its cloud forecast"),
        ("zh", "甲骨文财报的三大看点", "甲骨文上调云业务预期"),
        ("zh", "甲骨文还能增长多久？", "甲骨文上调云业务预期"),
    ],
)
def test_a_title_that_asks_or_promises_is_no_headline_where_another_tells(
    lexicon: Lexicon, language: str, beside: str, plain: str
) -> None:
    reports = (article("a", beside, language=language), article("b", plain, language=language))
    assert headlines(make(lexicon, candidate(reports=reports), language=language)) == [plain]


def test_two_stories_of_one_event_are_told_once(lexicon: Lexicon) -> None:
    one = candidate("a", "Nvidia invests $2 billion in Nebius", 0.6)
    other = candidate("b", "Nvidia invests $2 billion in cloud firm Nebius", 0.5)
    issue = make(lexicon, one, other)
    assert headlines(issue) == ["Nvidia invests $2 billion in Nebius"]
    assert "same event" in reasons(issue)["b"]


def test_two_stories_of_one_event_in_two_languages_are_told_once(lexicon: Lexicon) -> None:
    amount = {"quantities": (money(3.2e8),)}
    one = candidate("a", "Gantry Cloud borrows $320 million against its GPUs", 0.6, story=amount, tags=("funding",))
    other = candidate(
        "b",
        "Gantry Cloud 以 GPU 作抵押借款 3.2 亿美元",
        0.5,
        story=amount,
        report={"language": "zh"},
        tags=("funding",),
    )
    assert len(make(lexicon, one, other).items) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_two_stories_of_one_event_the_one_that_can_be_read_is_told_and_the_other_not_related(
    lexicon: Lexicon, language: str
) -> None:
    amount = {"quantities": (money(3.2e8),)}
    en = candidate(
        "e", "Gantry Cloud borrows $320 million against its GPUs", 0.6 if language == "zh" else 0.5, story=amount,
        tags=("funding",), neighbours=(neighbour("z", 1), neighbour("old", 30)),
    )  # fmt: skip
    zh = candidate(
        "z", "Gantry Cloud 以 GPU 作抵押借款 3.2 亿美元", 0.5 if language == "zh" else 0.6, story=amount,
        report={"language": "zh"}, tags=("funding",), neighbours=(neighbour("e", 1), neighbour("old", 30)),
    )  # fmt: skip
    issue = make(lexicon, candidate("l", "The lead story of all", 0.9), en, zh, language=language)
    assert [one.story_id for one in issue.items] == ["l", "e" if language == "en" else "z"]
    assert [link.story_id for link in issue.items[1].related] == ["old"]


def test_the_same_sum_for_two_companies_is_two_events(lexicon: Lexicon) -> None:
    amount = {"quantities": (money(2e9),)}
    one = candidate(
        "a", "Nvidia puts $2 billion into Nebius", 0.6, story=amount, tags=("funding", "e:nvidia", "e:nebius")
    )
    other = candidate("b", "Optics maker Coherent gets stake worth $2 billion from Nvidia", 0.5, story=amount)
    assert len(make(lexicon, one, other).items) == 2


def test_the_order_of_the_candidates_changes_nothing(lexicon: Lexicon) -> None:
    candidates = [*many(14), candidate("r", "Review of a server", 0.2, story={"kind": ArticleKind.REVIEW})]
    shuffled = candidates.copy()
    Random(7).shuffle(shuffled)
    assert make(lexicon, *candidates) == make(lexicon, *shuffled)


def test_a_week_without_stories_is_an_issue_without_a_lead(lexicon: Lexicon) -> None:
    issue = make(lexicon)
    assert issue.lead is None
    assert issue.items == ()
    assert issue.subject == "Weekly 2026-W11"


def test_an_unknown_section_is_named_with_those_that_exist(lexicon: Lexicon) -> None:
    with pytest.raises(NewsletterError, match="no section 'sports'; use some of big-stories"):
        make(lexicon, sections=("sports",))


# -- what readers know already


def before(**more: Any) -> dict[StoryId, tuple[Told, ...]]:
    values: dict[str, Any] = {"issue": EARLIER, "until": NOW - timedelta(days=7), "headline": "Told last week"}
    return {StoryId("a"): (Told(**(values | more)),)}


def test_a_story_of_an_earlier_issue_that_did_not_move_is_left_out(lexicon: Lexicon) -> None:
    issue = make(lexicon, candidate("a"), candidate("b", "Something new altogether today", 0.4), told=before())
    assert [one.story_id for one in issue.items] == ["b"]
    assert reasons(issue)["a"] == f"told in {EARLIER} and has not moved since"


def test_a_story_with_a_new_amount_comes_back_as_a_follow_up_told_by_the_new_report(lexicon: Lexicon) -> None:
    old = article("a", "Nebius seeks capital", published=NOW - timedelta(days=9))
    new = article("a2", "Nebius closes $3 billion round", published=NOW - timedelta(days=1))
    readings = {old.id: reading("a"), new.id: reading("a2", quantities=(money(3e9),))}
    issue = make(lexicon, candidate("a", reports=(old, new), readings=readings), told=before())
    assert issue.lead is not None
    assert (issue.lead.follow_up, issue.lead.headline) == (EARLIER, "Nebius closes $3 billion round")


def test_an_amount_that_the_earlier_issue_had_does_not_make_a_follow_up(lexicon: Lexicon) -> None:
    late = article("a", "Nebius closes $3 billion round", published=NOW - timedelta(days=1))
    readings = {late.id: reading("a", quantities=(money(3e9),))}
    told = before(quantities=(money(3e9),))
    assert make(lexicon, candidate("a", reports=(late,), readings=readings), told=told).items == ()


def test_another_story_with_the_headline_of_an_earlier_issue_is_left_out(lexicon: Lexicon) -> None:
    told = {StoryId("old"): before(headline="Nebius raises $2 billion from Nvidia")[StoryId("a")]}
    assert make(lexicon, candidate("new"), told=told).items == ()


# -- telling


def bilingual() -> Candidate:
    en = article(
        "a", "Nvidia invests $2 billion in Nebius", summary="Nvidia will put $2 billion into Nebius, a cloud firm."
    )
    zh = article(
        "z", "英伟达向Nebius投资20亿美元", language="zh", feed_url=FeedUrl("https://yibang.example/feed"),
        summary="英伟达将向云计算公司Nebius投资20亿美元。后者计划建成5吉瓦的数据中心。",
    )  # fmt: skip
    points = {
        "en": (KeyPoint(text="Nvidia will put $2 billion into Nebius.", article_id=ArticleId("a"), language="en"),),
        "zh": (KeyPoint(text="英伟达将投资20亿美元。", article_id=ArticleId("z"), language="zh"),),
    }
    return candidate("a", reports=(en, zh), key_points=points)


@pytest.mark.parametrize(
    ("language", "headline", "point", "source"),
    [
        ("en", "Nvidia invests $2 billion in Nebius", "Nvidia will put $2 billion into Nebius.", "The Wire"),
        ("zh", "英伟达向 Nebius 投资 20 亿美元", "英伟达将投资 20 亿美元。", "亿邦"),
    ],
)
def test_a_reader_gets_the_report_in_the_own_language(
    lexicon: Lexicon, language: str, headline: str, point: str, source: str
) -> None:
    lead = make(lexicon, bilingual(), language=language).lead
    assert lead is not None
    assert (lead.headline, lead.key_points, lead.source, lead.language) == (headline, (point,), source, language)
    assert len(lead.sources) == 2
    assert lead.why == (("3 independent sources",) if language == "en" else ("3 个独立来源",))


@pytest.mark.parametrize(
    ("language", "titles", "chosen"),
    [
        ("en", ("What Meta Compute says about the grid", "Meta starts Meta Compute"), "Meta starts Meta Compute"),
        ("zh", ("解读Meta的算力计划", "Meta启动算力计划"), "Meta 启动算力计划"),
        ("zh", ("澄川電子擴建機櫃產線", "澄川电子扩建机柜产线"), "澄川电子扩建机柜产线"),
        ("zh", ("澄川電子擴建機櫃產線", "解读澄川电子扩产"), "澄川電子擴建機櫃產線"),
    ],
)
def test_the_report_that_tells_the_event_comes_before_those_that_explain_it(
    lexicon: Lexicon, language: str, titles: tuple[str, str], chosen: str
) -> None:
    reports = tuple(article(f"r{n}", title, language=language) for n, title in enumerate(titles))
    lead = make(lexicon, candidate("r0", reports=reports), language=language).lead
    assert lead is not None
    assert lead.headline == chosen


def test_points_in_the_other_way_of_writing_chinese_are_left_out_when_enough_remain(lexicon: Lexicon) -> None:
    texts = ("公司将自建电力与算力。", "公司将自建數據中心與電力設施。", "三名高管分管架构与融资。")
    points = tuple(KeyPoint(text=text, article_id=ArticleId("a"), language="zh") for text in texts)
    one = candidate("a", "公司启动算力计划", report={"language": "zh"}, key_points={"zh": points})
    lead = make(lexicon, one, language="zh").lead
    assert lead is not None
    assert lead.key_points == (texts[0], texts[2])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_story_without_a_report_in_the_own_language_is_told_in_the_foreign_one_and_marked(
    lexicon: Lexicon, language: str
) -> None:
    foreign = "zh" if language == "en" else "en"
    one = candidate("a", "台达发布储能方案" if foreign == "zh" else "Delta shows storage", report={"language": foreign})
    lead = make(lexicon, one, language=language).lead
    assert lead is not None
    assert lead.language == foreign


def test_tags_are_named_in_the_language_of_the_edition_the_special_before_the_general(lexicon: Lexicon) -> None:
    one = candidate("a", tags=("ai-infrastructure", "data-centres", "hyperscale-campuses", "e:nvidia"))
    english, chinese = make(lexicon, one).lead, make(lexicon, one, language="zh").lead
    assert english is not None
    assert chinese is not None
    assert english.tags[0].name == "Hyperscale campuses"
    assert [tag.key for tag in english.tags] == [tag.key for tag in chinese.tags]
    assert chinese.tags[0].name == "超大规模园区"


def test_a_story_without_key_points_is_told_by_its_first_sentences(lexicon: Lexicon) -> None:
    summary = (
        "Nebius raises $2 billion from Nvidia. The money pays for a campus in Finland. It opens in 2027. "
        + "More. " * 90
    )
    lead = make(lexicon, candidate("a", report={"summary": summary})).lead
    assert lead is not None
    assert lead.summary.startswith("The money pays for a campus in Finland. It opens in 2027.")
    assert len(lead.summary) <= 340


def test_a_chinese_story_without_key_points_is_told_by_its_first_sentences(lexicon: Lexicon) -> None:
    summary = "公司计划在芬兰建设园区。园区将于2027年启用。" + "后面还有很多很多内容。" * 30
    one = candidate("a", "英伟达投资云公司", report={"summary": summary, "language": "zh"})
    lead = make(lexicon, one, language="zh").lead
    assert lead is not None
    assert lead.summary.startswith("公司计划在芬兰建设园区。园区将于 2027 年启用。")
    assert len(lead.summary) <= 130


def test_the_name_of_the_source_at_the_end_of_a_title_is_dropped(lexicon: Lexicon) -> None:
    lead = make(lexicon, candidate("a", "Nebius raises $2 billion - The Wire")).lead
    assert lead is not None
    assert lead.headline == "Nebius raises $2 billion"


@pytest.mark.parametrize(
    ("title", "language", "headline"),
    [
        ("xAI may build a power plant in Mississippi - CNBC", "en", "xAI may build a power plant in Mississippi"),
        ("xAI 获准在密西西比州建造发电厂 - 路透社", "zh", "xAI 获准在密西西比州建造发电厂"),
        ("财联社3月11日电，甲骨文称数据中心已获资金。", "zh", "甲骨文称数据中心已获资金"),
        ("Power - the new bottleneck of compute", "en", "Power - the new bottleneck of compute"),
        ("3月11日，甲骨文公布业绩", "zh", "3 月 11 日，甲骨文公布业绩"),
    ],
)
def test_a_headline_stands_without_papers_and_agencies(
    lexicon: Lexicon, title: str, language: str, headline: str
) -> None:
    lead = make(lexicon, candidate("a", title, report={"language": language}), language=language).lead
    assert lead is not None
    assert lead.headline == headline


def neighbour(id: str, days: int, **more: Any) -> Neighbour:
    one = article(id, f"Report {id}", published=NOW - timedelta(days=days), **more)
    about = Related(article_id=one.id, score=0.5, because={"en": "also about Nebius", "zh": "同样涉及Nebius"})
    return Neighbour(related=about, story=story(id), articles=(one,))


def test_related_links_are_three_at_most_and_earlier_coverage_comes_first(lexicon: Lexicon) -> None:
    near = (neighbour("n1", 1), neighbour("n2", 30), neighbour("n3", 2), neighbour("n4", 60))
    lead = make(lexicon, candidate("a", neighbours=near)).lead
    assert lead is not None
    assert [(link.story_id, link.earlier) for link in lead.related] == [("n2", True), ("n4", True), ("n1", False)]
    assert lead.related[0].link == "/stories/n2"
    assert lead.related[0].because == "also about Nebius"


def test_the_week_in_numbers_shows_what_the_items_state_with_bars_by_kind(lexicon: Lexicon) -> None:
    issue = make(
        lexicon,
        candidate("a", "Reliance plans $84 billion for data halls", 0.9, tags=("funding",)),
        candidate("b", "Oracle lends $21 billion to a builder", 0.8, tags=("funding",)),
        candidate("c", "Campus in Texas gets 1.5 GW of gas", 0.7, tags=("power",)),
        candidate("d", "A tale without any amount in it", 0.6, tags=("chips",)),
    )
    assert [(one.kind, one.shown, one.share) for one in issue.figures] == [
        ("money", "$84 billion", 1.0),
        ("money", "$21 billion", 0.25),
        ("power", "1.5 GW", 1.0),
    ]
    assert issue.figures[0].source == "The Wire"


def test_an_amount_of_the_week_is_always_said_by_its_label(lexicon: Lexicon) -> None:
    points = (
        "It plans 3 GW of halls. "
        + "The company says much about what it will do and why, " * 2
        + "and wants 9 GW later."
    )
    one = candidate("a", "A plan for halls without any amount", 0.9, report={"summary": points})
    issue = make(lexicon, one, candidate("b", "Campus in Texas gets 1.5 GW of gas", 0.8, tags=("power",)))
    assert [(figure.shown, figure.label) for figure in issue.figures] == [
        ("3 GW", "It plans 3 GW of halls."),
        ("1.5 GW", "Campus in Texas gets 1.5 GW of gas"),
    ]


def test_a_sum_in_another_currency_is_shown_by_the_sentence_that_converts_it(lexicon: Lexicon) -> None:
    summary = (
        "Reliance will spend 7 trillion rupees over years. That is about 84 billion dollars. It starts in Jamnagar."
    )
    one = candidate("a", "Reliance sets aside 7 trillion rupees for AI", 0.9, report={"summary": summary})
    other = candidate("b", "Oracle lends $21 billion to a builder", 0.8, tags=("funding",))
    figures = make(lexicon, one, other).figures
    assert [(figure.shown, figure.share) for figure in figures] == [("$84 billion", 1.0), ("$21 billion", 0.25)]
    assert figures[0].label == "That is about 84 billion dollars."


def test_the_week_in_numbers_speaks_chinese(lexicon: Lexicon) -> None:
    issue = make(
        lexicon,
        candidate("a", "信实计划投资840亿美元", 0.9, report={"language": "zh"}),
        candidate("c", "得州园区获1.5吉瓦燃气电力", 0.7, tags=("power",), report={"language": "zh"}),
        language="zh",
    )
    assert [one.shown for one in issue.figures] == ["840 亿美元", "1.5 吉瓦"]


def test_a_label_of_a_figure_ends_where_a_clause_ends_and_says_its_amount(lexicon: Lexicon) -> None:
    long = (
        "Oracle raised $37 billion from a US dollar bond sale that, combined with a loan of its banks, pays for halls"
    )
    zh = "台湾基金资产预计将增长36%至9680亿美元，得益于ETF热潮和台积电的股价，并将在今后几年里继续增长到更高的水平"
    made = make(lexicon, candidate("a1", long, 0.9), candidate("b1", "Meta spends $9 billion on a campus", 0.8))
    assert [(one.shown, one.label) for one in made.figures] == [
        ("$37 billion", "Oracle raised $37 billion from a US dollar bond sale"),
        ("$9 billion", "Meta spends $9 billion on a campus"),
    ]
    reports = [article(n, t, language="zh", summary=t) for n, t in (("a1", zh), ("b1", "Meta投资90亿美元建设园区"))]
    made = make(lexicon, *(candidate(str(one.id), points=0.9, reports=(one,)) for one in reports), language="zh")
    assert [(one.shown, one.label) for one in made.figures] == [
        ("9680 亿美元", "台湾基金资产预计将增长 36% 至 9680 亿美元"),
        ("90 亿美元", "Meta 投资 90 亿美元建设园区"),
    ]


def test_english_titles_in_a_chinese_letter_have_straight_quotation_marks(lexicon: Lexicon) -> None:
    report = article("a1", "Trump’s “pledge” on data centers", summary="It is a pledge.")
    assert make(lexicon, candidate("a1", points=0.9, reports=(report,)), language="zh").items[0].headline == (
        'Trump\'s "pledge" on data centers'
    )
    assert make(lexicon, candidate("a1", points=0.9, reports=(report,))).items[0].headline == report.title


def test_one_amount_alone_is_no_week_in_numbers(lexicon: Lexicon) -> None:
    assert make(lexicon, candidate("a", "Reliance plans $84 billion for data halls")).figures == ()


def test_quantities_of_the_story_are_copied_into_its_item(lexicon: Lexicon) -> None:
    amount = Quantity(kind="power", value=1500.0, unit="MW")
    lead = make(lexicon, candidate("a", story={"quantities": (amount,)})).lead
    assert lead is not None
    assert lead.quantities == (amount,)


# -- with an editor


def test_a_pinned_story_is_told_whatever_its_rank(lexicon: Lexicon) -> None:
    weak = candidate("w", "A trifle nobody told", 0.01)
    issue = make(lexicon, candidate("l", "The lead story of all", 0.9), weak, edits=[edit(EditKind.PIN, "w")])
    assert [one.story_id for one in issue.items if one.pinned] == ["w"]


def test_a_dropped_lead_makes_way_and_the_subject_follows(lexicon: Lexicon) -> None:
    first, second = candidate("a", "The lead story of all", 0.9), candidate("b", "The second story of the day", 0.8)
    issue = make(lexicon, first, second, edits=[edit(EditKind.DROP, "a", "old news")])
    assert issue.subject == "The second story of the day"
    assert reasons(issue)["a"] == "dropped by editor@news.example: old news"


def test_an_editors_subject_stays(lexicon: Lexicon) -> None:
    issue = make(lexicon, candidate("a"), edits=[edit(EditKind.SUBJECT, None, "我们的周报 weekly")])
    assert issue.subject == "我们的周报 weekly"
