"""A letter shows everything, in both parts, to every reader, whatever the feeds put into it."""

import re
import time
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsletter.compose.colours import contrast, dark_of, lightened
from newsletter.compose.heading import sender
from newsletter.compose.printing import printed
from newsletter.compose.rendering import Imprint, Rendered, fingerprint, letter_context, render
from newsletter.config import Edition, House, Theme
from newsletter.errors import NewsletterError
from newsletter.language.spacing import width
from newsletter.model import Figure, Issue, Item, Letter, RelatedLink, Section, SourceLine, StoryId, TagLabel
from newsletter.shipped import shipped
from newsletter.slots import Slot, pieces
from tests.builders import NOW, issue, item

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% include 'x' %}",
    "Title\r\nBcc: everybody@example.org",
    "<&\">'",
    "x" * 5000,
    "مركز بيانات جديد في الرياض",
    "🚀 rockets 🛰️ and 🔌",
    "\ue0f0unsubscribe\ue0f1",
    "\u202eesrever",
)
LANGUAGES = ("en", "zh")
WORDS = {
    "en": (
        "Meta signs for a gigawatt of nuclear power in Ohio",
        "The plant will feed two data centres from 2029. " * 5,
    ),
    "zh": ("Meta 签下俄亥俄州一吉瓦核电合同", "该电站自2029年起为两座数据中心供电。" * 5),
}


def links(count: int, language: str) -> tuple[RelatedLink, ...]:
    return tuple(
        RelatedLink(
            story_id=StoryId(f"r{n}"),
            title=WORDS[language][0],
            link=f"/stories/r{n}",
            source="The Wire",
            summary="",
            language=language,
            published=NOW - timedelta(days=20 + n),
            because="",
            earlier=True,
        )
        for n in range(count)
    )


def told(n: int, language: str) -> Item:
    headline, summary = WORDS[language]
    return item(
        f"s{n:02}", f"{n:02} {headline}", language=language, summary=summary, key_points=(summary[:40], summary[:60]),
        related=links(3, language), tags=(TagLabel(key="power", name="电力" if language == "zh" else "Power"),),
    )  # fmt: skip


def whole(count: int, language: str) -> Issue:
    """An issue of so many items in sections of nine."""
    items = tuple(told(n, language) for n in range(count))
    sections = tuple(
        Section(key=f"s{start}", title=f"Part {start}", items=items[start : start + 9]) for start in range(1, count, 9)
    )
    figure = Figure(kind="power", shown="1 GW", label="A plant", share=1.0, source="The Wire", link="https://x.example")
    return issue(
        f"weekly-{language}", lead=items[0] if items else None, sections=sections, language=language,
        figures=(figure, replace(figure, share=0.4)),
    )  # fmt: skip


def rendered(made: Issue, *, folders: tuple[Path, ...] = (), **edition: Any) -> Letter:
    return everything(made, folders=folders, **edition).letter


def everything(made: Issue, *, folders: tuple[Path, ...] = (), **edition: Any) -> Rendered:
    settings = {
        "title": "AI 基建周报" if made.language == "zh" else "AI Infrastructure Weekly",
        "language": made.language,
    }
    imprint = Imprint(
        edition=Edition(key=made.edition, **(settings | edition)),
        house=House(site="https://news.example", postal_address="1 Sample Street, 12345 Sampletown"),
        twin=Edition(key="twin", language="en" if made.language == "zh" else "zh"),
    )
    return render(made, imprint, (*folders, shipped("templates")))


class Page(HTMLParser):
    """The tags and the text of a letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.text += data

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in names]


# -- what every letter has


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 4, 9, 60])
def test_both_parts_tell_the_same_items_in_the_same_order(language: str, count: int) -> None:
    made = whole(count, language)
    letter = rendered(made)
    page = " ".join(Page(letter.html).text.split())
    flat = re.sub(r"\s", "", letter.text)
    places = []
    for one in made.items:
        place = page.rfind(one.headline)
        assert place >= 0
        assert re.sub(r"\s", "", one.headline) in flat
        assert one.link in letter.text
        places.append(flat.rfind(re.sub(r"\s", "", one.headline) + one.link))
    assert places == sorted(places)
    assert -1 not in places


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_an_item_is_in_the_plain_part_and_stands_whole(language: str) -> None:
    letter = rendered(whole(9, language))
    lines = {line.strip() for line in letter.text.splitlines()}
    assert "https://news.example/stories/r0" in lines
    assert "https://wire.example/s08" in lines


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 24])
def test_no_line_of_the_plain_part_is_wider_than_78_columns_but_for_links(language: str, count: int) -> None:
    for line in rendered(whole(count, language)).text.splitlines():
        assert width(line) <= 78 or "https://" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_part_knows_no_entities_and_no_tags(language: str) -> None:
    text = rendered(replace(whole(3, language), intro='<b>&amp; "quoted"</b>')).text
    assert '<b>&amp; "quoted"</b>' in text
    assert not re.search(r"&(?:lt|gt|nbsp|#\d+);|</?(?:p|td|a)\b", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_carry_a_sign_beyond_latin_1(language: str) -> None:
    letter = rendered(whole(1, language))
    for part in (letter.html, letter.text):
        assert any(ord(sign) > 255 and not "\ue000" <= sign <= "\uf8ff" for sign in part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_one_h1_and_no_level_is_skipped(language: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(rendered(whole(12, language)).html).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_language_stands_on_html_and_wrapper_and_foreign_phrases_are_marked() -> None:
    made = whole(2, "zh")
    foreign = item("f", "Meta shows four chips", language="en", summary="They come every six months.", key_points=())
    made = replace(made, sections=(Section(key="c", title="芯片", items=(foreign,)),))
    page = Page(rendered(made).html)
    assert page.all("html")[0]["lang"] == "zh-Hans"
    wrapper = next(one for one in page.all("div") if one.get("role") == "article")
    assert (wrapper["lang"], wrapper["dir"], wrapper["aria-label"]) == ("zh-Hans", "ltr", made.subject)
    assert "en" in [one.get("lang") for one in page.all("h3")]
    assert "（英文）" in page.text


def test_traditional_chinese_is_marked_as_such() -> None:
    made = replace(whole(1, "zh"), lead=item("t", "澄川電子擴建機櫃產線", language="zh"))
    assert 'lang="zh-Hant"' in rendered(made).html


def test_a_report_in_another_language_says_so_to_an_english_reader() -> None:
    made = replace(whole(1, "en"), lead=item("z", "台达发布储能方案", language="zh", source="样例快讯"))
    letter = rendered(made)
    assert "样例快讯 (in Chinese)" in " ".join(Page(letter.html).text.split())
    assert "样例快讯 (in Chinese)" in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_layout_table_says_that_it_is_one(language: str) -> None:
    html = rendered(whole(9, language)).html
    assert {table["role"] for table in Page(html).all("table")} == {"presentation"}
    ghosts = re.findall(r"<!--.*?-->", html, re.DOTALL)
    assert all(ghost.count("<table") == ghost.count('role="presentation"') for ghost in ghosts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_outlooks_comments_are_balanced_and_hold_a_ghost_table_of_640_pixels(language: str) -> None:
    html = rendered(whole(3, language)).html
    assert html.count("<!--[if mso]>") == html.count("<![endif]-->") > 0
    ghosts = "".join(re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL))
    assert ghosts.count("<table") == ghosts.count("</table>")
    assert 'width="640"' in ghosts
    assert "<v:" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_styles_are_small_in_the_head_and_dark_rules_stand_apart(language: str) -> None:
    html = rendered(whole(9, language)).html
    head, _, body = html.partition("</head>")
    styles = re.findall(r"<style>(.*?)</style>", head, re.DOTALL)
    assert sum(len(style.encode()) for style in styles) < 6_000
    assert "<style" not in body
    assert any("prefers-color-scheme" in style and "data-ogs" not in style for style in styles)
    assert any("data-ogsc" in style and "@media" not in style for style in styles)
    assert not re.search(r"\w!important", "".join(styles))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preheader_comes_first_and_nothing_leaks_behind_it(language: str) -> None:
    html = rendered(whole(3, language)).html
    body = html.partition("<body")[2].partition(">")[2].lstrip()
    first = body[: body.index("</div>")]
    assert first.startswith("<div ")
    assert "display:none" in first
    assert issue().preheader in first
    assert first.count("\u034f\u200c&nbsp;") >= 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_link_texts_are_unique_or_lead_to_the_same_place(language: str) -> None:
    made = whole(6, language)
    page = rendered(made).html
    found: dict[str, set[str]] = {}
    for attributes, text in re.findall(r"<a ([^>]*)>(.*?)</a>", page, re.DOTALL):
        label = re.search(r'aria-label="([^"]*)"', attributes)
        href = re.search(r'href="([^"]*)"', attributes)
        assert href is not None
        found.setdefault(label[1] if label else text, set()).add(href[1])
    related = WORDS[language][0]
    assert {text: places for text, places in found.items() if len(places) > 1 and text != related} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_out_the_address_and_the_archive_are_in_both_parts(language: str) -> None:
    letter = rendered(whole(1, language))
    for part in (letter.html, letter.text):
        slots = [piece for piece in pieces(part) if isinstance(piece, Slot)]
        assert sorted(slots) == [Slot.ADDRESS, Slot.PREFERENCES, Slot.UNSUBSCRIBE]
        assert "1 Sample Street, 12345 Sampletown" in part
        assert "https://news.example/issues" in part
        assert "https://news.example/subscribe" in part


def test_the_letter_leads_to_its_page_and_to_the_same_issue_in_the_other_language() -> None:
    html = rendered(whole(1, "en")).html
    assert "https://news.example/weekly-en/2026-W11" in html
    assert "https://news.example/twin/2026-W11" in html


def test_an_empty_part_leaves_no_heading() -> None:
    made = replace(whole(1, "en"), figures=(), sections=(Section(key="x", title="Nothing here", items=()),))
    letter = rendered(made)
    for part in (letter.html, letter.text):
        assert "Nothing here" not in part
        assert "The week in numbers" not in part
        assert "This week in five lines" not in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_sources_are_named_once_and_the_story_page_has_them_all(language: str) -> None:
    sources = tuple(
        SourceLine(source=name, title="T", link=f"https://s{n}.example/a", language="en", published=NOW)
        for n, name in enumerate(("The Wire", "The Wire", "Second Post", "Third Post", "Fourth Post"))
    )
    letter = rendered(replace(whole(1, language), lead=item("l", "Lead", sources=sources), figures=()))
    for part in (letter.html, letter.text):
        assert part.count("The Wire") == 1
        assert "Third Post" in part
        assert "Fourth Post" not in part
        assert ("5 reports" if language == "en" else "5 篇报道") in part
        assert "https://news.example/stories/l" in part


def test_a_source_is_called_as_it_writes_itself() -> None:
    letter = rendered(replace(whole(1, "zh"), lead=item("l", "英伟达投资20亿美元", language="zh", source="36氪")))
    for part in (letter.html, letter.text):
        assert "36氪，3月12日" in part
        assert "英伟达投资 20 亿美元" in part


def test_a_follow_up_and_a_note_are_shown() -> None:
    made = replace(whole(1, "en"), lead=item("l", "Lead", follow_up="weekly-en/2026-W10", note="We asked them."))
    letter = rendered(made)
    for part in (letter.html, letter.text):
        assert "Follow-up" in part
        assert "We asked them." in part


def test_dates_numbers_and_plurals_follow_the_language() -> None:
    english, chinese = rendered(whole(1, "en")).text, rendered(whole(2, "zh")).text
    assert "No. 1 — 13 March 2026 — 1 story, 1 minute" in english
    assert "第 1 期 — 2026年3月13日 — 2 则报道，1 分钟读完" in chinese
    assert "2 stories" in rendered(whole(2, "en")).text


def test_related_coverage_of_another_year_says_which() -> None:
    old = replace(links(1, "en")[0], published=NOW - timedelta(days=200))
    assert "25 August 2025" in rendered(replace(whole(1, "en"), lead=item("l", related=(old,)))).text


# -- what feeds and editors may do


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_words_show_as_words_and_forge_nothing(words: str, language: str) -> None:
    bad = item(
        "h", words, source=words, summary=words, key_points=(words, words), note=words, language=language,
        tags=(TagLabel(key="x", name=words),), related=(replace(links(1, language)[0], title=words),),
        sources=tuple(
            SourceLine(source=words, title=words, link=f"https://x{n}.example", language="en", published=NOW)
            for n in range(4)
        ),
    )  # fmt: skip
    figure = Figure(kind="power", shown=words, label=words, share=1.0, source=words, link="https://x.example")
    section = Section(key="s", title=words, items=(bad, replace(bad, story_id=StoryId("h2"))))
    letter = rendered(
        issue(
            f"weekly-{language}", lead=bad, sections=(section,), intro=words, subject=words, preheader=words,
            figures=(figure, figure),
        )
    )  # fmt: skip
    page = Page(letter.html)
    assert page.all("script", "iframe", "form", "img", "object", "link") == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    for part in (letter.html, letter.text):
        assert [piece for piece in pieces(part) if isinstance(piece, Slot)].count(Slot.UNSUBSCRIBE) == 1
        assert "\u202e" not in part
        assert "\r" not in part
    assert "49" not in letter.subject
    assert not any(set(value) & set("\r\n") for _, value in letter.headers)
    assert "\n" not in letter.subject
    if words.isascii() and "\r" not in words and len(words) < 100:
        assert words in page.text
        assert words in letter.text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "/relative", "", "http://[", "file:///etc/passwd"]
)
def test_an_address_that_leads_nowhere_good_is_no_link(link: str) -> None:
    source = SourceLine(source="S", title="T", link=link, language="en", published=NOW)
    letter = rendered(replace(whole(1, "en"), lead=item("l", "The headline", link=link, sources=(source, source))))
    hrefs = [attrs["href"] for attrs in Page(letter.html).all("a")]
    assert all(href.startswith(("https://", "\ue0f0")) for href in hrefs)
    assert "The headline" in letter.html
    assert not link or link not in letter.text


def test_an_address_with_han_letters_stays_whole() -> None:
    made = replace(whole(1, "zh"), lead=item("l", link="https://x.example/新闻2026年?q=算力GPU&a=1"))
    letter = rendered(made)
    assert "https://x.example/新闻2026年?q=算力GPU&a=1" in letter.text
    assert 'href="https://x.example/新闻2026年?q=算力GPU&amp;a=1"' in letter.html


def test_words_from_the_right_run_from_the_right() -> None:
    html = rendered(replace(whole(1, "en"), lead=item("l", "مركز بيانات جديد"))).html
    assert re.search(r'<h3[^>]* dir="rtl"', html)


# -- headers and fingerprint


def header(letter: Letter, name: str) -> str:
    return dict(letter.headers)[name]


def test_the_headers_are_those_of_a_list_with_one_click_unsubscribe() -> None:
    letter = rendered(whole(1, "zh"), sender="weekly@news.example", reply_to="editor@news.example")
    assert [name for name, _ in letter.headers] == [
        "From", "Reply-To", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help",
        "Feedback-ID", "Content-Language",
    ]  # fmt: skip
    assert header(letter, "From") == "AI 基建周报 <weekly@news.example>"
    assert header(letter, "List-Id") == "<weekly-zh.news.example>"
    marker = Slot.UNSUBSCRIBE.marker
    assert header(letter, "List-Unsubscribe") == f"<{marker}>, <mailto:editor@news.example?subject=unsubscribe>"
    assert header(letter, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert header(letter, "Feedback-ID").count(":") == 3
    assert header(letter, "Content-Language") == "zh-Hans"
    assert all(
        value.replace("\ue0f0", "").replace("\ue0f1", "").isascii() for name, value in letter.headers if name != "From"
    )


def test_without_a_reply_address_there_is_no_way_to_write_in_vain() -> None:
    letter = rendered(whole(1, "en"))
    assert "Reply-To" not in dict(letter.headers)
    assert "mailto:" not in header(letter, "List-Unsubscribe")


def test_a_name_with_signs_of_its_own_is_quoted() -> None:
    assert sender('News, "daily"', "a@x.example") == '"News, \\"daily\\"" <a@x.example>'
    assert sender("AI 基建\r\n周报", "a@x.example") == "AI 基建 周报 <a@x.example>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_issue_gives_the_same_bytes_and_any_change_another_fingerprint(language: str) -> None:
    made = whole(5, language)
    letter = rendered(made)
    assert rendered(made) == letter
    assert letter.fingerprint == fingerprint(letter)
    for changed in (
        replace(letter, subject="x"),
        replace(letter, preheader="x"),
        replace(letter, html="x"),
        replace(letter, text="x"),
        replace(letter, headers=()),
    ):
        assert fingerprint(changed) != letter.fingerprint


# -- theme and templates of one's own


def test_colours_and_sign_off_come_from_the_edition() -> None:
    html = rendered(whole(1, "en"), theme=Theme(link="#123456", sign_off="See you next week.")).html
    assert "#123456" in html
    assert Theme().link not in html
    assert "See you next week." in html


def test_the_shipped_colours_can_be_read_light_and_dark() -> None:
    for theme in (Theme(), dark_of(Theme())):
        for ground in ("page", "paper", "tint"):
            for name in ("ink", "muted", "link", "copper"):
                assert contrast(getattr(theme, name), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("colour", ["#000000", "#0000FF", "#7A0019", "#FFFFFF"])
def test_an_accent_of_ones_own_is_lightened_until_it_can_be_read_in_the_dark(colour: str) -> None:
    dark = dark_of(Theme(link=colour))
    assert contrast(dark.link, dark.paper) >= 4.5
    assert lightened("#7CC7D4", until=dark.paper) == "#7CC7D4"


def own(tmp_path: Path, name: str, template: str) -> Path:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / name).write_text(template, "utf-8")
    return tmp_path


def test_a_template_of_ones_own_comes_first(tmp_path: Path) -> None:
    letter = rendered(whole(1, "en"), folders=(own(tmp_path, "letter.txt", "Mine: {{ issue.subject }}"),))
    assert letter.text == "Mine: Nvidia invests $2 billion in Nebius\n"
    assert "<h1" in letter.html


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("one\n{{ issue.nonsense }}", 2, "nonsense"),
        ("{% if %}", 1, "Expected an expression"),
        ("one\ntwo\n{{ issue.subject.__class__.__mro__ }}", 3, "unsafe"),
        ("{% include 'missing.txt' %}", 1, "missing.txt"),
    ],
)
def test_a_broken_template_is_named_with_its_line_and_reason_and_the_shipped_one_stays(
    tmp_path: Path, template: str, line: int, reason: str
) -> None:
    made = whole(1, "en")
    seen = everything(made, folders=(own(tmp_path, "letter.txt", template),))
    (fault,) = seen.faults
    assert "letter.txt" in fault
    assert f"line {line}:" in fault
    assert reason in fault
    assert seen.letter == rendered(made)


def test_a_broken_shipped_template_is_an_error(tmp_path: Path) -> None:
    folder = own(tmp_path, "letter.css", "{% if %}")
    with pytest.raises(NewsletterError, match=r"letter\.css, line 1: Expected an expression"):
        printed((folder,), {})


# -- what an edition may want


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Why it is here: 3 independent sources"), ("zh", "入选理由：3 independent sources")]
)
def test_why_a_story_is_here_is_said_only_where_the_edition_wants_it(language: str, line: str) -> None:
    quiet, open_ = rendered(whole(4, language)), rendered(whole(4, language), why=True)
    for part in (quiet.html, quiet.text):
        assert line not in part
    for part in (open_.html, open_.text):
        assert part.count(line) == 4


def test_the_masthead_has_a_line_of_the_editions_own_in_both_parts() -> None:
    letter = rendered(whole(1, "en"), theme=Theme(masthead="Power, chips and the money behind them"))
    assert letter.text.splitlines()[1] == "Power, chips and the money behind them"
    assert "Power, chips and the money behind them" in letter.html


# -- size and speed


@pytest.mark.parametrize("language", LANGUAGES)
def test_45_items_stay_under_60_kilobytes(language: str) -> None:
    assert len(rendered(whole(45, language)).html.encode()) < 60_000


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_45_items_render_in_under_50_milliseconds(language: str) -> None:
    made = whole(45, language)
    rendered(made)
    taken = []
    for _ in range(10):
        start = time.process_time()
        rendered(made)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.05


def test_what_a_template_may_use_is_documented() -> None:
    written = (Path(__file__).parent.parent / "docs" / "reference" / "letter.md").read_text("utf-8")
    told = set(re.findall(r"`(\w+)(?:\([^)]*\))?`", written))
    imprint = Imprint(edition=Edition(key="weekly-en"), house=House())
    assert set(letter_context(whole(1, "en"), imprint)) <= told
