"""Terms that this week's events tell more often than the weeks before, in both languages."""

import pytest

from newsletter.curate.emerging import Event, emerging, log_odds, plain_headline


def events(*headlines: str, sources: str = "abc") -> list[Event]:
    """One event a headline, each told by another source."""
    return [
        Event(headlines=(headline,), sources=frozenset(sources[at % len(sources)]))
        for at, headline in enumerate(headlines)
    ]


EN = events(*(f"Firm {at} opens a campus" for at in range(40)))
ZH = events(*(f"企业{at}扩建园区" for at in range(40)))


@pytest.mark.parametrize(
    ("week", "before", "term"),
    [
        (events(*(f"Makers race to ship glass substrates, round {at}" for at in range(6))), EN, "glass substrates"),
        (events(*(f"厂商竞相量产玻璃基板，第{at}批" for at in range(6))), ZH, "玻璃基板"),
    ],
)
def test_a_new_term_of_many_events_emerges_whole(week: list[Event], before: list[Event], term: str) -> None:
    found = {one.term.replace(" ", ""): one for one in emerging(week, before)}
    one = found[term.replace(" ", "")]
    assert (one.events, one.before) == (6, 0)
    assert one.headlines[0] == week[0].headlines[0]


def test_what_was_told_as_often_before_does_not_emerge() -> None:
    assert "campus" not in {one.term for one in emerging(events(*(f"Firm {at} opens a campus" for at in range(6))), EN)}
    assert "园区" not in {one.term for one in emerging(events(*(f"企业{at}扩建园区" for at in range(6))), ZH)}


def test_one_event_told_by_everybody_is_no_trend() -> None:
    told = Event(
        headlines=tuple(f"Glass substrates at last, says {at}" for at in range(30)), sources=frozenset("abcdef")
    )
    assert emerging([told], EN) == ()


def test_one_source_is_no_trend() -> None:
    week = events(*(f"Makers ship glass substrates {at}" for at in range(6)), sources="a")
    assert emerging(week, EN) == ()


def test_a_language_without_a_past_has_no_trend() -> None:
    week = events(*(f"厂商竞相量产玻璃基板，第{at}批" for at in range(6)))
    assert emerging(week, EN) == ()


def test_known_words_are_not_told() -> None:
    week = events(*(f"Glass wafers {at}" for at in range(6)))
    assert {one.term for one in emerging(week, EN)} == {"glass wafers"}
    assert emerging(week, EN, known={"glass wafers", "glass", "wafers"}) == ()


def test_log_odds_grow_with_the_share_and_fall_with_the_past() -> None:
    assert log_odds(10, 100, 0, 100) > log_odds(5, 100, 0, 100) > 0
    assert log_odds(5, 100, 5, 100) == pytest.approx(0)
    assert log_odds(5, 100, 20, 100) < 0


def test_what_papers_put_around_a_headline_is_no_word_of_it() -> None:
    assert plain_headline("财联社3月13日电，海底电缆停工。") == "海底电缆停工。"
    assert plain_headline("xAI gets its permit - The Paper") == "xAI gets its permit"
