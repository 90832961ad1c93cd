"""The few sentences that tell a story: the sources' own, so that no figure can be wrong.

Leads of news are hard to beat, so position counts most, then closeness to what all reports say (notes/curate.md
section 7).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt

from newsletter.language.indexing import index_terms
from newsletter.language.lexicon import Lexicon
from newsletter.language.quantities import quantities
from newsletter.language.script import has_han
from newsletter.language.sentences import sentences
from newsletter.model import Article, ArticleId, KeyPoint, Story

_POSITION, _CENTRE, _TITLE, _FIGURES, _NAMES = 0.35, 0.25, 0.15, 0.15, 0.10
_FALL = 2.5
_DIVERSITY = 0.3
# What a figure said twice costs, in full where a sentence has no other: 10,850万元 and then 1.085亿元.
_SAME_FIGURES = 0.25
_CLOSE = 0.01
_ONLY_HERE = 0.12
_CUT_SHORT = 0.5
_AGAIN = 0.8
_MORE = 1.6
# Characters; the second is for a story that has nothing shorter to say.
_LIMITS = {"zh": (110, 170)}
_LIMIT = (240, 360)
_SHORTEST = {"zh": 12}
_SHORT = 40
_READ = 2_500
_SENTENCES = 12
_REPORTS = 6

# Words that agencies and aggregators put around a report, and what feeds leave of a cut text.
_OPENING = re.compile(
    r"^\s*(?:"
    r"[【\[][^】\]]{0,40}[】\]]\s*|[①-⑳]\s*|[（(]?\d{1,2}[)）、]\s*(?=[\u4e00-\u9fff])"
    r"|[^，。：\s]{0,14}\d{1,2}月\d{1,2}日(?:[^，。：\s]{0,8})?(?:电|讯|消息)(?:[（(][^）)]*[）)])?[，,：:\s]*(?:[（(][^）)]{0,20}[）)])?"
    r"|《[^》]{2,20}》\d{1,2}日(?:讯|电|消息)(?:[（(][^）)]*[）)])?[，,：:\s]*"
    r"|(?:36氪|钛媒体|IT之家|财联社|界面新闻|智通财经|格隆汇|证券时报|第一财经|新浪科技|凤凰网科技|雷峰网|量子位|机器之心|AI前线)"
    r"[^，。：]{0,6}?(?:获悉|讯|消息|报道|电)[，,：:\s]*"
    r"|\d{1,2}月\d{1,2}日(?:消息)[，,：:\s]*"
    r"|据悉[，,]\s*|\([^()]{0,24}\bpic\)\s*|[A-Z][A-Z .,'’]{3,30}: "
    r"|(?:[A-Z][A-Za-z.'’]+(?:[ ,]+[A-Z][A-Za-z.'’]+){0,3},?\s+(?:[A-Z][a-z]{2,8}\.? \d{1,2},? )?(?:\d{4} )?)"
    r"?\((?:Reuters|Bloomberg|AP|AFP|BUSINESS WIRE|GLOBE NEWSWIRE|PRNewswire)\)\s*[-–—]*\s*"
    r")+"
)
_CLOSING = re.compile(
    r"\s*(?:\((?:36氪|财联社|新华社|证券时报|界面新闻|央视新闻|第一财经)[^)]*\)|（(?:[^）]{0,12}(?:社|报|网|新闻|财经|记者|日报|科技|氪)[^）]{0,8})）)\s*$"
)
_BOILERPLATE = re.compile(
    r"https?://|www\.|Article URL|Comments URL|^Points: \d|# Comments|appeared first on|^Read more|Read the full"
    r"|Continue reading|Sign up|subscribe|newsletter|All rights reserved|Image credit|Getty Images|Photo(?:graph)? by"
    r"|Click here|Follow us"
    r"|disclosure:|this (?:article|story|post) (?:was|first|originally|is)|we may earn|affiliate|cookie"
    r"|点击(?:查看|阅读|这里)|阅读原文|阅读全文|查看更多|扫码|关注(?:我们|公众号)|微信公众号|责任编辑|原标题|来源[:：]|编辑[:：丨|]|作者[:：丨|]|文[|｜丨]"
    r"|本文(?:来自|首发|由|作者)|转载|免责声明|风险提示|不构成投资建议|图片来源|题图|版权所有|星标|点赞|投稿",
    re.IGNORECASE,
)
_TRUNCATED = re.compile(r"(?:\.{3,}|…+|\[(?:…|\.{3,})\]|\[\+\d+ chars\]|&hellip;)[\s”\"』」]*$")
_ENDED = re.compile(r"[.!?。！？；;…][\s”\"’'」』）)\]]*$")
_QUESTION = re.compile(r"[?？][”\"]?$")
_LEANING = re.compile(
    r"(?:He|She|They|It|But|And|So|This|These|That|Those|However|Meanwhile|Also|Still|Yet)\b"
    r"|此外|但|而|并|该|其|同时|不过|对此|为此|因此|然而|另外|他|她|它"
)
_OWN_VOICE = re.compile(r"\b(?:I|we|my|our|me|us)\b|我们?|笔者|咱")


def key_points(
    story: Story,
    articles: Mapping[ArticleId, Article],
    *,
    language: str,
    lexicon: Lexicon | None = None,
    k: int = 3,
) -> tuple[KeyPoint, ...]:
    """At most `k` sentences of the reports in `language` ("" is the lead's), in the order of the reports.

    None repeats a title or another point; one that only one source has is worth more; a sentence that the feed cut
    is used only when there is nothing else.
    """
    reports = [articles[one] for one in story.articles if one in articles]
    wanted = language or (reports[0].language if reports else "")
    chosen = [report for report in reports if report.language == wanted][:_REPORTS]
    candidates = _candidates(chosen, wanted, lexicon)
    picked = next((best for group in _groups(candidates) if (best := _diverse(group, k))), [])
    picked.sort(key=lambda one: (one.report, one.at))
    return tuple(KeyPoint(text=one.text, article_id=chosen[one.report].id, language=wanted) for one in picked)


def clean(sentence: str) -> str:
    """Without what agencies and feeds put around it; "" when nothing of the sentence is the report's own."""
    if _BOILERPLATE.search(sentence):
        return ""
    sentence = _CLOSING.sub("", _OPENING.sub("", sentence)).strip(" \t\u3000-–—|｜·•*")
    return sentence if any(sign.isalnum() for sign in sentence) else ""


_Figure = tuple[str, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    text: str
    report: int
    at: int
    terms: Mapping[str, float]
    figures: frozenset[_Figure]
    truncated: bool
    long: bool
    score: float = 0.0


def _groups(candidates: Sequence[_Sentence]) -> Iterable[list[_Sentence]]:
    """What to choose from: whole sentences of good length; failing those long ones; failing those cut ones."""
    whole = [one for one in candidates if not one.truncated]
    yield [one for one in whole if not one.long]
    yield whole
    yield list(candidates)


def _candidates(reports: Sequence[Article], language: str, lexicon: Lexicon | None) -> list[_Sentence]:
    pool = [one for at, report in enumerate(reports) for one in _sentences(at, report, language)]
    titles = [_unit(index_terms(report.title)) for report in reports]
    pool = [one for one in pool if not any(_retells(one.terms, title) for title in titles)]
    centre = _unit(term for one in pool for term in one.terms)
    owners: dict[_Figure, set[int]] = {}
    for one in pool:
        for figure in one.figures:
            owners.setdefault(figure, set()).add(one.report)
    scored: list[_Sentence] = []
    for one in pool:
        alone = len(reports) > 1 and any(len(owners[figure]) == 1 for figure in one.figures)
        score = (
            _POSITION * exp(-one.at / _FALL)
            + _CENTRE * _dot(one.terms, centre)
            + _TITLE * max((_dot(one.terms, title) for title in titles), default=0.0)
            + _FIGURES * min(len(one.figures), 2) / 2
            + _NAMES * min(_names(one.text, lexicon), 3) / 3
            + _ONLY_HERE * alone
            - _shape(one.text, language)
        )
        scored.append(replace(one, score=score))
    return scored


def _sentences(at: int, report: Article, language: str) -> Iterable[_Sentence]:
    """The report's own sentences in its language, with their place; what is too long or too short keeps its place."""
    body = (report.text if len(report.text) > len(report.summary) else report.summary).strip()
    limit, most = _LIMITS.get(language, _LIMIT)
    found = sentences(body[:_READ])
    for place, raw in enumerate(found[:_SENTENCES]):
        last = place == len(found) - 1
        truncated = bool(_TRUNCATED.search(raw)) or (last and _breaks_off(raw, body, place))
        text = clean(_TRUNCATED.sub("", raw).rstrip("；;")) + ("…" if truncated else "")
        if not _SHORTEST.get(language, _SHORT) <= len(text) <= most or has_han(text) != (language == "zh"):
            continue
        amounts = frozenset((q.kind, q.unit, q.value) for q in quantities(text))
        terms = _unit(index_terms(text))
        long = len(text) > limit
        yield _Sentence(text=text, report=at, at=place, terms=terms, figures=amounts, truncated=truncated, long=long)


def _breaks_off(last: str, body: str, place: int) -> bool:
    """A body that was cut without a sign ends in mid-sentence; a single line without a period is a headline's way."""
    return len(body) > _READ or (place > 0 and not _ENDED.search(last))


def _diverse(pool: Sequence[_Sentence], k: int) -> list[_Sentence]:
    """Maximal marginal relevance; a sentence that says what is said already never comes."""
    left, picked = list(pool), list[_Sentence]()
    while left and len(picked) < k:
        best = max(left, key=lambda one: (_marginal(one, picked), -one.report, -one.at))
        picked.append(best)
        left = [one for one in left if one is not best and not _repeats(one.terms, best.terms)]
    return picked


def _marginal(one: _Sentence, picked: Sequence[_Sentence]) -> float:
    alike = max((_dot(one.terms, other.terms) for other in picked), default=0.0)
    told = [figure for other in picked for figure in other.figures]
    again = sum(any(_same(figure, known) for known in told) for figure in one.figures)
    return one.score - _DIVERSITY * alike - _SAME_FIGURES * again / max(1, len(one.figures))


def _same(one: _Figure, other: _Figure) -> bool:
    return one[:2] == other[:2] and abs(one[2] - other[2]) <= _CLOSE * abs(one[2])


def _repeats(terms: Mapping[str, float], said: Mapping[str, float]) -> bool:
    """Most of the shorter one's words are in the other."""
    if not terms or not said:
        return False
    return len(terms.keys() & said.keys()) >= _AGAIN * min(len(terms), len(said))


def _retells(terms: Mapping[str, float], title: Mapping[str, float]) -> bool:
    """It says the title and hardly more."""
    return _repeats(terms, title) and len(terms) < _MORE * len(title)


def _shape(text: str, language: str) -> float:
    """What makes a sentence a poor point: a question, a mere lead-in, one that leans on the one before, a long one."""
    return (
        0.15 * (len(text) > 0.75 * _LIMITS.get(language, _LIMIT)[0])
        + 0.25 * bool(_QUESTION.search(text))
        + 0.30 * text.endswith((":", "："))
        + 0.08 * bool(_LEANING.match(text))
        + 0.15 * bool(_OWN_VOICE.search(text))
    )


def _names(text: str, lexicon: Lexicon | None) -> int:
    return len({hit.entity for hit in lexicon.gazetteer.find("", text)}) if lexicon is not None else 0


def _unit(terms: Iterable[str]) -> dict[str, float]:
    counts = Counter(terms)
    weights = {term: 1 + log(count) for term, count in counts.items()}
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * large[term] for term, weight in small.items() if term in large)
