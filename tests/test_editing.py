"""An editor's decisions are laid over the draft in their order, and none is lost."""

from dataclasses import replace

from newsletter.compose.editing import edited, gone, held
from newsletter.model import EditKind, Issue, Section, StoryId
from tests.builders import edit, issue, item


def five() -> Issue:
    """A lead and two sections of two."""
    return issue(
        subject="",
        preheader="",
        lead=item("l", "Lead"),
        sections=(
            Section(key="chips-compute", title="Chips", items=(item("a", "A"), item("b", "B"))),
            Section(key="money-deals", title="Money", items=(item("c", "C"), item("d", "D"))),
        ),
    )


def shape(made: Issue) -> str:
    """The lead, then the sections parted by bars."""
    lead = made.lead.story_id if made.lead else "-"
    return "|".join([lead, *("".join(one.story_id for one in section.items) for section in made.sections)])


def after(*edits: tuple[EditKind, str, str]) -> str:
    return shape(edited(five(), [edit(kind, story, value) for kind, story, value in edits]))


def test_without_edits_the_draft_stays() -> None:
    assert edited(five(), []) == five()


def test_a_move_goes_one_place_and_crosses_into_the_next_section() -> None:
    assert after((EditKind.MOVE, "b", "up")) == "l|ba|cd"
    assert after((EditKind.MOVE, "b", "down")) == "l|a|bcd"
    assert after((EditKind.MOVE, "c", "up")) == "l|abc|d"
    assert after((EditKind.MOVE, "d", "down")) == "l|ab|cd"


def test_the_first_item_moves_up_into_the_lead_and_the_lead_moves_down() -> None:
    assert after((EditKind.MOVE, "a", "up")) == "a|lb|cd"
    assert after((EditKind.MOVE, "l", "down")) == "a|lb|cd"
    assert after((EditKind.MOVE, "l", "up")) == "l|ab|cd"


def test_moves_add_up_in_their_order() -> None:
    up = (EditKind.MOVE, "d", "up")
    assert after(up, up, up) == "l|adb|c"
    assert after(up, up, up, up, up) == "d|lab|c"


def test_a_move_names_a_section_an_empty_one_too_and_weight_gives_the_place() -> None:
    money = Section(key="money-deals", title="Money", items=(item("c", "C", score=0.9), item("d", "D", score=0.1)))
    chips = Section(key="chips-compute", title="Chips", items=(item("a", "A", score=0.5),))
    made = replace(five(), sections=(chips, money, Section(key="reviews", title="Reviews", items=())))
    moved = [edit(EditKind.MOVE, "a", "money-deals"), edit(EditKind.MOVE, "d", "reviews")]
    assert shape(edited(made, moved)) == "l|ca|d"
    assert shape(edited(made, [edit(EditKind.MOVE, "l", "reviews")])) == "a|cd|l"
    assert after((EditKind.MOVE, "a", "no-such-section")) == "l|ab|cd"


def test_a_story_is_moved_to_the_lead_and_the_former_lead_takes_its_section() -> None:
    assert after((EditKind.MOVE, "d", "lead")) == "d|lab|c"
    assert after((EditKind.MOVE, "l", "lead")) == "l|ab|cd"


def test_the_only_story_stays_the_lead() -> None:
    made = replace(five(), sections=(Section(key="reviews", title="Reviews", items=()),))
    assert shape(edited(made, [edit(EditKind.MOVE, "l", "reviews")])) == "l"


def test_an_edit_of_a_story_that_is_told_with_another_is_no_loss() -> None:
    edits = [edit(EditKind.RETITLE, "x", "X"), edit(EditKind.MERGE, "a", "x")]
    made = edited(five(), edits)
    assert gone(made, edits) == ()
    assert made.left_out == ()


def test_a_section_that_loses_its_last_item_vanishes() -> None:
    assert after((EditKind.DROP, "a", ""), (EditKind.DROP, "b", "")) == "l|cd"
    assert after((EditKind.DROP, "a", ""), (EditKind.DROP, "b", ""), (EditKind.MOVE, "c", "up")) == "c|ld"


def test_a_dropped_item_goes_back_to_where_it_was() -> None:
    assert after((EditKind.DROP, "a", "")) == "l|b|cd"
    assert after((EditKind.DROP, "a", ""), (EditKind.RESTORE, "a", "")) == "l|ab|cd"
    assert after((EditKind.DROP, "l", "")) == "a|b|cd"
    assert after((EditKind.DROP, "l", ""), (EditKind.RESTORE, "l", "")) == "l|ab|cd"


def test_all_can_be_dropped_and_all_come_back() -> None:
    drops = [(EditKind.DROP, one, "") for one in "labcd"]
    assert after(*drops) == "-"
    assert after(*drops, *((EditKind.RESTORE, one, "") for one in "dcbal")) == "l|ab|cd"


def test_a_dropped_story_is_listed_with_who_and_why() -> None:
    made = edited(five(), [edit(EditKind.DROP, "b", "an advert")])
    assert [(one.story_id, one.headline, one.why) for one in made.left_out] == [
        ("b", "B", "dropped by editor@news.example: an advert")
    ]


def test_the_reason_is_said_in_the_language_of_the_edition() -> None:
    made = edited(replace(five(), language="zh"), [edit(EditKind.DROP, "b", "广告")])
    assert made.left_out[0].why == "editor@news.example 删除：广告"


def test_words_are_replaced_and_an_empty_value_takes_the_machines_back() -> None:
    made = edited(five(), [edit(EditKind.RETITLE, "a", "New"), edit(EditKind.REWRITE, "a", "Told anew.")])
    changed = made.sections[0].items[0]
    assert (changed.headline, changed.summary, changed.key_points) == ("New", "Told anew.", ())
    undone = [edit(EditKind.RETITLE, "a"), edit(EditKind.REWRITE, "a")]
    reset = edited(five(), [edit(EditKind.RETITLE, "a", "New"), edit(EditKind.REWRITE, "a", "Told anew."), *undone])
    assert reset == five()


def test_a_headline_that_an_editor_translated_is_not_marked_foreign_any_more() -> None:
    draft = replace(five(), language="zh")
    assert edited(draft, [edit(EditKind.RETITLE, "a", "英伟达投资云公司")]).sections[0].items[0].language == "zh"


def test_an_edit_of_a_dropped_story_still_holds_when_the_story_comes_back() -> None:
    made = edited(five(), [edit(EditKind.RETITLE, "a", "New"), edit(EditKind.DROP, "a"), edit(EditKind.RESTORE, "a")])
    assert made.sections[0].items[0].headline == "New"


def test_words_of_an_editor_become_one_line_without_markers() -> None:
    made = edited(five(), [edit(EditKind.RETITLE, "a", "Bcc: x\r\ny \ue0f0unsubscribe\ue0f1")])
    assert made.sections[0].items[0].headline == "Bcc: x y unsubscribe"


def test_an_undone_edit_does_nothing_and_is_no_loss() -> None:
    undone = replace(edit(EditKind.DROP, "a"), undone=True)
    assert edited(five(), [undone]) == five()
    assert gone(five(), [undone]) == ()


def test_issue_edits_set_intro_subject_and_preheader() -> None:
    made = edited(
        five(),
        [edit(EditKind.INTRO, None, "Hello"), edit(EditKind.SUBJECT, None, "S"), edit(EditKind.PREHEADER, None, "P")],
    )
    assert (made.intro, made.subject, made.preheader) == ("Hello", "S", "P")


def test_stories_that_were_worked_on_are_held_and_unpinned_ones_let_go() -> None:
    edits = [edit(EditKind.PIN, "a"), edit(EditKind.UNPIN, "a"), edit(EditKind.PIN, "b"), edit(EditKind.NOTE, "c", "x")]
    assert held(edits) == {"b", "c"}
    assert held([edit(EditKind.RETITLE, "a", "x"), edit(EditKind.PIN, "a"), edit(EditKind.UNPIN, "a")]) == {"a"}


def test_an_edit_whose_story_is_gone_is_shown_and_kept() -> None:
    lost = edit(EditKind.RETITLE, "x", "A headline of mine")
    made = edited(five(), [lost])
    assert [(one.story_id, one.headline) for one in made.left_out] == [(StoryId("x"), "A headline of mine")]
    assert gone(made, [lost]) == (lost,)
    assert shape(made) == shape(five())
