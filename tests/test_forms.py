"""Where known names and terms stand, and what is no place for them."""

import pytest

from newsletter.language.forms import Forms, Place, longest, prepared


def found(forms: list[str], text: str) -> list[str]:
    return [text[place.start : place.end] for place in Forms(forms).find(prepared(text))]


@pytest.mark.parametrize(
    ("form", "text", "places"),
    [
        ("meta", "Meta and metadata, Meta's and meta-analysis", ["Meta", "Meta", "meta"]),
        ("arm", "Arm armed farm alarm ARM", ["Arm", "ARM"]),
        (
            "data center",
            "data-center, data centers, data  center, Data Center's",
            ["data-center", "data center", "Data Center"],
        ),
        ("gpu", "GPUs and GPUS, gpu2 and ngpu", ["GPU", "GPU"]),
        ("box", "boxes, boxer", ["box"]),
        ("invest*", "invests investing investor reinvest", ["invest", "invest", "invest"]),
        ("h20", "H20 h200 H20s", ["H20"]),
        ("英伟达", "英伟达GPU与英偉達，新英伟达人", ["英伟达", "英偉達", "英伟达"]),
        ("SK海力士", "韩国SK海力士公司", ["SK海力士"]),
        ("ai", "AI芯片与人工智能AI、Ai said", ["AI", "AI", "Ai"]),
        ("c++", "C++ and c++17", ["C++", "c++"]),
        ("café", "a Café cafés", ["Café", "café"]),
        ("nvidia", "ＮＶＩＤＩＡ新品", ["ＮＶＩＤＩＡ"]),
    ],
)
def test_latin_forms_have_boundaries_and_han_forms_none(form: str, text: str, places: list[str]) -> None:
    assert found([form], text) == places


def test_of_places_that_overlap_the_first_and_longest_stays() -> None:
    text = prepared("super micro computer")
    places = longest(list(Forms(["super micro", "micro", "micro computer", "super micro computer"]).find(text)))
    assert [text[place.start : place.end] for place in places] == ["super micro computer"]


def test_equal_places_of_two_owners_all_stay() -> None:
    assert longest([Place(0, 3, 5), Place(1, 3, 5), Place(2, 4, 6)]) == [Place(0, 3, 5), Place(1, 3, 5)]


def test_no_forms_find_nothing() -> None:
    assert found([], "anything") == []
    assert found(["", "*"], "anything") == []
