"""Two stories are near by what all their reports share, in any language and in an archive of any size."""

from collections.abc import Collection, Mapping, Sequence

import pytest

from newsletter.curate.profiling import Profile, Rarity, counted, profile
from newsletter.curate.tagging import read
from newsletter.curate.weighing import Side, kinship, same_amount, side
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Article, Found
from newsletter.shipped import shipped
from tests.builders import article, money


class Counts:
    """An archive of so many articles, where every word is equally rare."""

    def __init__(self, size: int, each: int, common: Mapping[str, int] | None = None) -> None:
        self._size, self._each, self._common = size, each, common or {}

    def documents(self, terms: Collection[str]) -> Mapping[str, int]:
        return {term: self._size if term == "" else self._common.get(term, self._each) for term in terms}

    def search(self, terms: Sequence[str], keys: Sequence[str], *, limit: int, newest: float = 1.0) -> Sequence[Found]:
        return ()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def of(rarity: Rarity, lexicon: Lexicon, *articles: Article) -> Side:
    return side([_profile(one, rarity, lexicon) for one in articles])


def _profile(one: Article, rarity: Rarity, lexicon: Lexicon) -> Profile:
    found = read(one, lexicon)
    words = counted(one, found)
    rarity.learn(term for vector in words for term in vector)
    return profile(words, found, rarity)


EN = article("en", "Nscale raises $2 billion for data centres", summary="The AI cloud rents Nvidia chips.")
ZH = article("zh", "数据中心公司Nscale融资20亿美元", summary="这家AI云公司出租英伟达芯片。", language="zh")
LATER = article("later", "Nscale 考虑今年秋季上市", summary="AI云公司Nscale正与银行商谈上市。", language="zh")
BOND = article("bond", "Cloud giants borrow more", summary="Bond sales for AI data centres reach a record.")


def test_reports_in_two_languages_are_nearer_to_either_than_one_alone(lexicon: Lexicon) -> None:
    rarity = Rarity(Counts(1_000, 5))
    both, alone, later = of(rarity, lexicon, EN, ZH), of(rarity, lexicon, EN), of(rarity, lexicon, LATER)
    assert kinship(both, later, rarity).words > kinship(alone, later, rarity).words
    assert kinship(both, later, rarity).score > kinship(both, of(rarity, lexicon, BOND), rarity).score


def test_a_rare_name_joins_more_than_one_that_is_everywhere(lexicon: Lexicon) -> None:
    rarity = Rarity(Counts(1_000, 5, {"e_nvidia": 400}))
    chips = article("chips", "Nvidia shows new chips")
    other = article("other", "Nvidia signs a supplier")
    common = kinship(of(rarity, lexicon, chips), of(rarity, lexicon, other), rarity)
    rare = kinship(of(rarity, lexicon, EN), of(rarity, lexicon, LATER), rarity)
    assert rare.name > 2 * common.name


@pytest.mark.parametrize(("one", "other"), [(EN, BOND), (EN, ZH), (LATER, ZH)])
def test_nearness_means_the_same_in_a_small_archive_and_in_a_large_one(
    lexicon: Lexicon, one: Article, other: Article
) -> None:
    small, large = (
        Rarity(Counts(1_000, 10, {"t_ai_infrastructure": 300})),
        Rarity(Counts(1_000_000, 10_000, {"t_ai_infrastructure": 300_000})),
    )
    scores = [kinship(of(r, lexicon, one), of(r, lexicon, other), r).score for r in (small, large)]
    assert scores[0] == pytest.approx(scores[1], abs=0.03)


def test_what_shares_nothing_is_not_near(lexicon: Lexicon) -> None:
    rarity = Rarity(Counts(1_000, 5))
    club = article("club", "Champions sell a defender")
    rain = article("雨", "北方迎来降雨", language="zh")
    assert kinship(of(rarity, lexicon, club), of(rarity, lexicon, rain), rarity).score == 0
    assert kinship(of(rarity, lexicon, article("e", "")), of(rarity, lexicon, article("f", "")), rarity).score == 0


def test_amounts_are_the_same_within_rounding_and_in_one_unit() -> None:
    assert same_amount(money(2e9), money(2.05e9))
    assert not same_amount(money(2e9), money(2.2e9))
    assert not same_amount(money(2e9), money(2e9, "EUR"))
