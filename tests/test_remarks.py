"""What the checks, the drafts and the verbs say is said in Chinese too, and no sentence comes without it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import newsletter
from newsletter.compose import supporting
from newsletter.compose.checking import check
from newsletter.compose.probing import NOT_PROBED, Visit, link_check, spam_check
from newsletter.compose.remarks import in_chinese
from newsletter.compose.wording import LEFT_OUT, WORDS, left_out_in
from newsletter.language.phrasebook import Phrasebook
from newsletter.model import EditKind, IssueStatus, Level
from newsletter.web.refusals import refusal_in
from newsletter.web.words import WORDS as WEB_WORDS
from tests.builders import NOW, edit, issue
from tests.test_checking import EN, proof

ROOT = Path(newsletter.__file__).parent
HAN = re.compile("[\u4e00-\u9fff]")
# Values that are words themselves; whatever else stands in a sentence may be a number or anything.
VALUES = {
    "stories": "7 stories",
    "said": "about 7 kB with tracked links; mail programs cut a letter near 102 kB",
    "found[0]": "<svg> (dropped by Gmail and Outlook)",
    "weak[0]": "ink on page is 2.1 to 1",
    "proof.faults[0]": "模板",
    "edit.kind.value": "drop",
    "name": "HTML",
    "status.value": "sent",
    "row.status": "sent",
    "kept.issue.status.value": "sent",
    "why": " (RULE, OTHER_RULE)",
    "when": "; checked 2026-01-07 07:07 UTC",
}


def filled(node: ast.expr) -> str | None:
    """A sentence of the source with something in its places; None for what is no sentence."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else value(part.value)  # type: ignore[attr-defined]
            for part in node.values
        )
    return None


def value(node: ast.expr) -> str:
    if isinstance(node, ast.IfExp):
        return filled(node.body) or ""
    asked = ast.unparse(node)
    if asked.startswith("_more("):
        return " (and 7 more)"
    return VALUES.get(asked, "7")


def calls(file: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def told(file: str) -> list[str]:
    """What checks of this file say, written where they are made."""
    found = []
    for name, call in calls(file):
        given = [call.args[1]] if name in ("_green", "_amber", "_red") else []
        given += [one.value for one in call.keywords if one.arg == "say" and name == "Check"]
        for one in given:
            branches = [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]
            found += [said for branch in branches if (said := filled(branch)) is not None]
    return found


def named(file: str, *names: str) -> list[str]:
    """Sentences of this file that are put together under a name first."""
    found = []
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Assign | ast.AugAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if ast.unparse(target) in names and (said := filled(node.value)) is not None:
                found.append(said)
    return found


def raised(*files: str) -> list[str]:
    found = []
    for file in files:
        for name, call in calls(file):
            if name in ("NewsletterError", "StaleError", "TransportError"):
                found += [said for one in call.args[:1] if (said := filled(one)) is not None]
    return found


def without_chinese(sentences: list[str]) -> list[str]:
    return [one for one in sentences if any(not HAN.search(part) for part in in_chinese(one).split("；"))]


def test_whatever_a_check_says_is_known_in_chinese() -> None:
    """Read from the source, so that a new check does not come without its Chinese."""
    sentences = told("compose/checking.py")
    assert len(sentences) > 45
    assert without_chinese(sentences) == []


def test_whatever_a_look_outside_says_is_known_in_chinese() -> None:
    sentences = told("compose/probing.py") + told("pipeline/probing.py") + named("compose/probing.py", "say", "when")
    assert len(sentences) > 7
    assert without_chinese([one.removeprefix("; ") for one in sentences]) == []


def test_links_that_answer_break_and_lead_elsewhere_are_told_in_chinese() -> None:
    visits = [Visit(url=f"https://{n}.example", problem="HTTP 404", status=404) for n in range(4)]
    visits += [Visit(url=f"https://c{n}.example", problem="HTTP 403", status=403) for n in range(4)]
    visits += [Visit(url=f"https://m{n}.example", at="https://other.example", status=200) for n in range(4)]
    for few in (visits, visits[::4], visits[:1], [Visit(url="https://x.example", problem="silence", silent=True)]):
        assert without_chinese([link_check(few, now=NOW).say]) == []
    said = in_chinese(link_check(visits[::4], now=NOW).say)
    assert said.startswith("3 个链接中有 1 个可以打开；失效：https://0.example (HTTP 404)；")


def test_a_spam_filters_points_are_told_in_chinese_with_its_own_words() -> None:
    head = "X-Spam-Status: No, score=0.5 required=5.0 tests=HTML_MESSAGE autolearn=no\n"
    assert in_chinese(spam_check(head).say) == "按 SpamAssassin 自带规则得 0.5 分，上限 5.0 分（HTML_MESSAGE）"


def test_what_a_writer_did_and_was_kept_from_is_known_in_chinese() -> None:
    sentences = named("pipeline/writing.py", "said")
    assert len(sentences) == 3
    objections = [
        said
        for node in ast.walk(ast.parse((ROOT / "compose/gating.py").read_text("utf-8")))
        if isinstance(node, ast.Yield) and node.value is not None
        for one in ([node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value])
        if (said := filled(one)) is not None
    ]
    assert len(objections) > 8
    refused = [f"7 parts fell back to the reports' own words: {one}" for one in objections]
    assert without_chinese([one.removeprefix("; ") for one in sentences] + objections) == []
    assert [one for one in refused if "报道原文：it" in in_chinese(one)] == []


def test_every_program_that_drops_something_is_named_in_chinese() -> None:
    for by in {by for kind in supporting._DROPPED.values() for by in kind.values()}:
        assert " and " not in in_chinese(f"gap (dropped by {by}); take it out of the template")
        assert " on " not in in_chinese(f"gap (dropped by {by}); take it out of the template")


@pytest.mark.parametrize("kind", EditKind)
def test_every_edit_has_a_chinese_word_where_its_story_is_gone(kind: EditKind) -> None:
    gone = proof(gone=(replace(edit(kind), by="ada"),))
    said = next(one.say for one in check(gone) if one.name == "edits")
    assert kind.value not in in_chinese(said)


def test_the_checks_of_a_real_letter_are_chinese_and_keep_its_words() -> None:
    for one in (*check(proof()), *check(proof(issue(lead=None, sections=(), subject="", preheader=""))), *NOT_PROBED):
        assert HAN.search(in_chinese(one.say)), one.say
    assert in_chinese("“A; B” was in weekly-en/2026-W10 (and 2 more)") == "“A; B”已刊于 weekly-en/2026-W10（另有 2 处）"
    assert in_chinese("nothing from earlier issues but 0 marked follow-ups") == "没有往期内容"
    assert in_chinese("somebody else's words; and more") == "somebody else's words; and more"


def test_a_headline_that_ends_like_one_of_our_sentences_stays_itself() -> None:
    said = in_chinese("“Musk signs” and “3 stories” look like one event; drop one of them")
    assert said == "“Musk signs”与“3 stories”看似同一事件；请撤下其中一则"


@pytest.mark.parametrize("key", LEFT_OUT)
@pytest.mark.parametrize(("own", "other"), [("en", "zh"), ("zh", "en")])
def test_why_a_story_is_left_out_is_said_in_the_editors_language(key: str, own: str, other: str) -> None:
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", WORDS[key]["en"]), "Eins")
    sentence = WORDS[key][own].format(**values)
    assert left_out_in(other, sentence, {}) == WORDS[key][other].format(**values)


def test_every_reason_for_leaving_out_is_among_those_that_can_be_said_again() -> None:
    said = {
        call.args[0].value
        for file in ("compose/choosing.py", "compose/regrouping.py", "compose/editing.py")
        for name, call in calls(file)
        if name in ("say", "self._say", "issue._say") and call.args and isinstance(call.args[0], ast.Constant)
    }
    assert said
    assert said - set(LEFT_OUT) <= {"lead", "empty", "also"}


def test_a_section_is_called_by_its_name_on_the_page() -> None:
    assert left_out_in("zh", "the section “Power” is full", {"Power": "电力"}) == "“电力”版块已满"


def test_whatever_a_verb_of_the_desk_refuses_with_is_known_in_chinese() -> None:
    verbs = [f"pipeline/{name}.py" for name in ("issues", "letters", "standing", "verdicts", "probing")]
    sentences = raised(*verbs, "store/issues.py")
    assert len(sentences) > 20
    assert [one for one in sentences if not HAN.search(refusal_in("zh", one))] == []
    assert refusal_in("en", sentences[0]) == sentences[0]


@pytest.mark.parametrize("status", IssueStatus)
def test_a_state_in_a_refusal_has_its_chinese_word(status: IssueStatus) -> None:
    said = refusal_in("zh", f"weekly-en/2026-W11 is {status.value}; only a draft can be approved")
    assert status.value not in said


def test_a_pause_and_a_failing_feed_are_told_in_chinese_and_a_servers_words_stay() -> None:
    assert refusal_in("zh", "paused by hand") == "已手动暂停"
    assert refusal_in("zh", "cannot be reached: connection refused") == "无法连接：连接被拒绝"
    assert refusal_in("zh", "HTTP 404") == "HTTP 404"


def test_a_phrasebook_takes_the_first_sentence_that_fits_as_a_whole() -> None:
    book = Phrasebook([("{count:n} signs", "{count} 个字符"), ("{one} signs", "{one} 签署")])
    assert book.said("5 signs") == "5 个字符"
    assert book.said("Musk signs") == "Musk 签署"
    assert book.said("signs of life") == "signs of life"


def test_an_edition_without_a_wish_has_no_amber_sentence_in_english() -> None:
    short = next(one for one in check(proof(edition=replace(EN, least=3))) if one.name == "items")
    assert short.level is Level.AMBER
    assert in_chinese(short.say) == "2 则报道，少于本版要求的 3 则；可再等等，也可照此寄出"


def test_every_check_has_a_name_on_the_page() -> None:
    files = ("compose/checking.py", "pipeline/writing.py")
    names = {
        ast.literal_eval(given)
        for file in files
        for name, call in calls(file)
        for given in (call.args[:1] if name in ("_green", "_amber", "_red") else [k.value for k in call.keywords])
        if isinstance(given, ast.Constant) and name in ("_green", "_amber", "_red", "Check")
    }
    assert len(names) > 17
    assert {f"check {name}" for name in names | {one.name for one in NOT_PROBED}} <= set(WEB_WORDS)


def test_why_a_feed_failed_is_known_in_chinese() -> None:
    reasons = [
        said
        for file in ("collect/excusing.py", "collect/fetcher.py")
        for name, call in calls(file)
        if name == "Failed"
        for keyword in call.keywords
        if keyword.arg == "reason" and (said := filled(keyword.value)) is not None and said != "HTTP 7"
    ]
    assert len(reasons) > 6
    assert [one for one in reasons if not HAN.search(refusal_in("zh", one))] == []
