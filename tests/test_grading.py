"""The formulas against values worked out by hand."""

from math import log2

import pytest

from newsletter.curate.grading import bcubed, false_merges, joined_across, macro_f1, micro, ndcg, steep

# Two events in one story, and one event in two stories.
EVENTS = {"a": "x", "b": "x", "c": "y", "d": "z", "e": "z"}
STORIES = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "3"}


def test_bcubed_is_the_mean_over_articles_of_what_they_share() -> None:
    score = bcubed(STORIES, EVENTS)
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert score.recall == pytest.approx((1 + 1 + 1 + 1 / 2 + 1 / 2) / 5)
    assert score.f1 == pytest.approx(2 * (11 / 15) * (4 / 5) / (11 / 15 + 4 / 5))


def test_bcubed_of_everything_in_one_story_and_of_everything_apart() -> None:
    one = bcubed(dict.fromkeys(EVENTS, "1"), EVENTS)
    assert one.precision == pytest.approx((4 + 1 + 4) / 25)
    assert one.recall == 1.0
    apart = bcubed({key: key for key in EVENTS}, EVENTS)
    assert apart.precision == 1.0
    assert apart.recall == pytest.approx(3 / 5)


def test_a_story_of_three_events_is_two_false_merges() -> None:
    assert false_merges(STORIES, EVENTS) == 1
    assert false_merges(dict.fromkeys(EVENTS, "1"), EVENTS) == 2
    assert false_merges({key: key for key in EVENTS}, EVENTS) == 0


def test_an_event_of_two_languages_is_joined_when_one_story_has_both() -> None:
    languages = {"a": "en", "b": "zh", "c": "zh", "d": "en", "e": "zh"}
    assert joined_across(STORIES, EVENTS, languages) == (1, 2)
    assert joined_across(STORIES, EVENTS, dict.fromkeys(EVENTS, "en")) == (0, 0)


def test_micro_counts_every_label_and_macro_every_kind() -> None:
    pairs = [({"chips", "power"}, {"chips"}), ({"chips"}, {"chips", "cloud"}), ({"power"}, set[str]())]
    assert micro(pairs).precision == pytest.approx(2 / 3)
    assert micro(pairs).recall == pytest.approx(2 / 4)
    assert macro_f1(pairs) == pytest.approx((1 + 0) / 2)  # chips right both times, power never; cloud is not judged


def test_nothing_to_find_and_nothing_found_is_right() -> None:
    assert micro([(set(), set())]).f1 == 1.0
    assert micro([(set(), {"x"})]).f1 == 0.0
    assert micro([({"x"}, set())]).f1 == 0.0


def test_ndcg_discounts_by_place_and_divides_by_the_best_order() -> None:
    found, best = 2 + 0 / log2(3) + 3 / log2(4), 3 + 2 / log2(3)
    assert ndcg([2, 0, 3], [2, 3, 0], 3) == pytest.approx(found / best)
    assert ndcg([2, 0, 3], [2, 3, 0], 2) == pytest.approx(2 / best)
    assert ndcg([3, 2], [3, 2], 15) == 1.0
    assert ndcg([0, 0], [0], 5) == 0.0
    assert steep([0, 1, 2, 3]) == [0, 1, 3, 7]
