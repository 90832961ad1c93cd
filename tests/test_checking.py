"""Each check says what is wrong in a sentence; what nobody looked at is grey."""

from dataclasses import replace
from typing import Any

import pytest

from newsletter.compose.candidates import Told
from newsletter.compose.checking import Proof, check
from newsletter.compose.rendering import Imprint, render
from newsletter.config import Edition, House, Theme
from newsletter.model import Check, EditKind, Issue, IssueKey, Level, Section, SourceLine, StoryId
from newsletter.shipped import shipped
from tests.builders import NOW, article, edit, issue, item

EN = Edition(key="weekly-en", title="AI Infrastructure Weekly", language="en", least=1)
HOUSE = House(site="https://news.example", postal_address="1 Sample Street, 12345 Sampletown")
REPORT = article("a1", "Nvidia invests $2 billion in Nebius", summary="Nebius plans 5 GW of data centres by 2030.")


def proof(made: Issue | None = None, edition: Edition = EN, house: House = HOUSE, **more: Any) -> Proof:
    made = made or issue()
    letter = render(made, Imprint(edition=edition, house=house), (shipped("templates"),)).letter
    values: dict[str, Any] = {
        "issue": made,
        "letter": letter,
        "reports": {one.story_id: (REPORT,) for one in made.items},
        "told": {},
    }
    return Proof(edition=edition, house=house, **(values | more))


def found(name: str, of: Proof) -> Check:
    return next(one for one in check(of) if one.name == name)


def level(name: str, of: Proof) -> Level:
    return found(name, of).level


def with_letter(**changed: Any) -> Proof:
    made = proof()
    return replace(made, letter=replace(made.letter, **changed))


def test_a_good_letter_has_no_red_and_no_amber() -> None:
    assert {one.level for one in check(proof())} == {Level.GREEN, Level.GREY}


def test_what_was_not_looked_at_is_grey() -> None:
    assert {one.name for one in check(proof()) if one.level is Level.GREY} == {"link targets", "spam score"}


def test_every_check_says_something_in_one_line() -> None:
    for one in (*check(proof()), *check(proof(issue(lead=None, sections=(), subject="", preheader="")))):
        assert one.say
        assert "\n" not in one.say


def test_an_empty_issue_is_red() -> None:
    assert level("items", proof(issue(lead=None, sections=()))) is Level.RED


def test_an_issue_shorter_than_the_edition_wants_is_amber_and_none_too_short_is_green() -> None:
    assert level("items", proof(edition=replace(EN, least=3))) is Level.AMBER
    assert level("items", proof(edition=replace(EN, least=2))) is Level.GREEN


def test_more_items_than_the_edition_asks_for_are_amber() -> None:
    assert level("items", proof(edition=replace(EN, items=1))) is Level.AMBER


@pytest.mark.parametrize(("size", "expected"), [(50_000, Level.GREEN), (80_000, Level.AMBER), (95_000, Level.RED)])
def test_a_letter_that_mail_programs_cut_is_red(size: int, expected: Level) -> None:
    assert level("size", with_letter(html="x" * size)) is expected


def test_links_count_with_what_tracking_makes_of_them() -> None:
    link = '<a href="https://x.example">x</a>'
    assert level("size", with_letter(html="x" * 60_000 + link * 20)) is Level.GREEN
    assert level("size", with_letter(html="x" * 60_000 + link * 60)) is Level.AMBER


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Nvidia invests in Nebius", Level.GREEN),
        ("", Level.RED),
        ("x" * 61, Level.AMBER),
        ("NVIDIA INVESTS IN NEBIUS", Level.AMBER),
        ("{{ issue.lead }} and more", Level.AMBER),
    ],
)
def test_the_subject_is_checked(subject: str, expected: Level) -> None:
    assert level("subject", with_letter(subject=subject)) is expected


def test_a_chinese_subject_has_its_own_limit() -> None:
    zh = issue("weekly-zh", subject="英" * 29, language="zh")
    assert level("subject", proof(zh, replace(EN, language="zh"))) is Level.AMBER
    assert level("subject", proof(replace(zh, subject="英" * 28), replace(EN, language="zh"))) is Level.GREEN


@pytest.mark.parametrize(
    ("preheader", "expected"),
    [
        ("Also: Meta signs for a gigawatt, and more besides.", Level.GREEN),
        ("", Level.AMBER),
        ("Short", Level.AMBER),
        ("x" * 91, Level.AMBER),
        ("Nvidia invests $2 billion in Nebius and that is all that there is", Level.AMBER),
    ],
)
def test_the_preheader_is_checked(preheader: str, expected: Level) -> None:
    assert level("preheader", with_letter(preheader=preheader)) is expected


@pytest.mark.parametrize("headline", ["Nvidia invests $2 billion in cloud firm Nebius"])
def test_two_items_that_look_alike_are_amber(headline: str) -> None:
    made = issue(sections=(Section(key="x", title="X", items=(item("b", headline),)),))
    assert level("told once", proof(made)) is Level.AMBER


def test_two_chinese_items_that_look_alike_are_amber() -> None:
    items = (item("b", "英伟达宣布投资云计算公司内比乌斯20亿美元", language="zh"),)
    lead = item("a1", "英伟达投资云计算公司内比乌斯20亿美元", language="zh")
    made = issue("weekly-zh", lead=lead, sections=(Section(key="x", title="X", items=items),))
    assert level("told once", proof(made, replace(EN, language="zh"))) is Level.AMBER


def test_a_story_of_an_earlier_issue_is_amber_unless_it_is_a_follow_up() -> None:
    before = Told(issue=IssueKey("weekly-en/2026-W10"), until=NOW, headline="x")
    told = {StoryId("a1"): (before,)}
    assert "weekly-en/2026-W10" in found("told before", proof(told=told)).say
    assert level("told before", proof(told=told)) is Level.AMBER
    assert level("told before", proof(issue(lead=item(follow_up=before.issue)), told=told)) is Level.GREEN


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("It plans 5,000 MW of data centres.", Level.GREEN),
        ("该公司计划建设5吉瓦数据中心。", Level.GREEN),
        ("It plans 6 GW of data centres.", Level.AMBER),
        ("该公司计划建设6吉瓦数据中心。", Level.AMBER),
    ],
)
def test_an_amount_that_no_report_states_is_amber_in_either_language(summary: str, expected: Level) -> None:
    made = issue(lead=item(summary=summary, key_points=()), sections=())
    assert level("numbers", proof(made)) is expected


def test_a_headline_in_the_wrong_language_is_amber_unless_it_is_marked() -> None:
    wrong = issue(lead=item(headline="英伟达向云公司投资二十亿", language="en"), sections=())
    assert level("language", proof(wrong)) is Level.AMBER
    others = (Section(key="x", title="X", items=(item("b", "Meta shows chips"), item("c", "Oracle lends money"))),)
    marked = issue(lead=item(headline="英伟达向云公司投资二十亿", language="zh"), sections=others)
    assert level("language", proof(marked)) is Level.GREEN


def test_a_letter_without_a_way_out_is_red() -> None:
    made = proof()
    for part in ("html", "text"):
        assert level("unsubscribe", with_letter(**{part: "— gone"})) is Level.RED
    assert level("unsubscribe", replace(made, letter=replace(made.letter, headers=()))) is Level.RED


def test_a_missing_postal_address_is_amber_so_that_the_shipped_config_works() -> None:
    assert level("postal address", proof(house=House())) is Level.AMBER
    assert "[newsroom] postal_address" in found("postal address", proof(house=House())).say
    assert not [one for one in check(proof(house=House())) if one.level is Level.RED]


def test_a_link_that_is_no_web_address_is_red_and_one_without_tls_amber() -> None:
    assert level("links", with_letter(html='<a href="javascript:x">')) is Level.RED
    assert level("links", with_letter(html='<a href="/stories/a">')) is Level.RED
    assert level("links", with_letter(html='<a href="http://x.example/">')) is Level.AMBER


@pytest.mark.parametrize(
    "markup", ["<script>", "<iframe src=x>", '<p onclick="x">', '<img src="data:image/png,x">', "<form>"]
)
def test_what_mail_must_not_hold_is_red(markup: str) -> None:
    assert level("markup", with_letter(html=f"<p>x</p>{markup}")) is Level.RED


def test_a_part_that_fits_latin_1_is_amber() -> None:
    assert level("charset", with_letter(text="plain")) is Level.AMBER


def test_colours_that_cannot_be_read_are_amber() -> None:
    pale = replace(EN, theme=Theme(muted="#CCCCCC"))
    assert "muted on paper" in found("contrast", proof(edition=pale)).say


def test_an_edit_without_its_story_is_amber() -> None:
    lost = edit(EditKind.RETITLE, "x", "Mine")
    assert "editor@news.example" in found("edits", proof(gone=(lost,))).say


def test_a_hostile_link_of_a_source_never_makes_the_links_red() -> None:
    source = SourceLine(source="S", title="T", link="javascript:x", language="en", published=NOW)
    made = issue(lead=item(link="javascript:x", sources=(source, source)))
    assert level("links", proof(made)) is Level.GREEN


def test_a_template_that_broke_is_amber_with_its_place_and_reason() -> None:
    broke = found("templates", proof(faults=("templates/email/letter.txt, line 2: 'nonsense' is undefined",)))
    assert broke.level is Level.AMBER
    assert "letter.txt, line 2: 'nonsense' is undefined; the shipped one was used" in broke.say


def test_an_image_without_words_is_amber() -> None:
    html = proof().letter.html
    assert level("images", with_letter(html=html)) is Level.GREEN
    assert (
        level("images", with_letter(html=html.replace("<h1", '<img src="https://x.example/a.png"><h1'))) is Level.AMBER
    )
    worded = html.replace("<h1", '<img src="https://x.example/a.png" alt="A campus"><h1')
    assert level("images", with_letter(html=worded)) is Level.GREEN


def test_a_link_that_hides_where_it_leads_is_amber() -> None:
    html = proof().letter.html + '<a href="https://bit.ly/x">x</a>'
    assert "https://bit.ly/x hides" in found("links", with_letter(html=html)).say


def test_a_page_that_an_earlier_issue_led_to_is_amber() -> None:
    made = issue()
    assert made.lead is not None
    before = Told(issue=IssueKey("weekly-en/2026-W10"), until=NOW, headline="Another", link=made.lead.link)
    told = {StoryId("other"): (before,)}
    assert made.lead.link in found("told before", proof(told=told)).say
    follow = replace(made, lead=replace(made.lead, follow_up="weekly-en/2026-W10"))
    assert level("told before", proof(follow, told=told)) is Level.GREEN
