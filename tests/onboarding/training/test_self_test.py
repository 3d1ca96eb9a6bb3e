"""The questions and how they are drawn: pure."""

from collections import Counter

import pytest

from maerker.errors import Invalid
from onboarding.training.questions import CURRENT, POOLS, TOPIC_LABELS
from onboarding.training.self_test import DRAWN, QUESTIONS, Marked, draw, kept, marked_try, read_answers, score

WHOSE = "0f-7"


@pytest.mark.parametrize("version", POOLS)
def test_a_pool_holds_twenty_different_questions_with_three_or_four_answers(version: int) -> None:
    pool = POOLS[version]
    assert len({one.key for one in pool}) == len({one.text for one in pool}) == len(pool) == 20
    for one in pool:
        assert 3 <= len(set(one.answers)) == len(one.answers) <= 4
        assert len(one.why) > 60
    for topic, share in DRAWN.items():
        assert sum(one.topic is topic for one in pool) > share, "Each try must be able to differ."


def test_a_draw_is_ten_of_all_topics_and_the_same_until_it_is_handed_in() -> None:
    drawn = draw(WHOSE, 0)
    assert len({one.key for one in drawn}) == QUESTIONS == 10
    assert Counter(one.topic for one in drawn) == {TOPIC_LABELS[topic]: share for topic, share in DRAWN.items()}
    assert draw(WHOSE, 0) == drawn


def test_tries_and_people_get_other_questions() -> None:
    draws = [tuple(one.key for one in draw(whose, number)) for whose in ("a", "b") for number in range(5)]
    assert len(set(draws)) == len(draws)


def test_every_question_is_asked_sooner_or_later_and_its_right_answer_wanders() -> None:
    asked = [one for number in range(60) for one in draw(WHOSE, number)]
    assert {one.key for one in asked} == {one.key for one in POOLS[CURRENT]}
    places = Counter([option.key for option in one.options].index(one.right) for one in asked if len(one.options) == 4)
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) < 2.5 * min(places.values())


def test_right_answers_are_counted_from_what_is_kept() -> None:
    asked = draw(WHOSE, 3)
    given = {one.key: one.right for one in asked}
    wrong = next(option.key for option in asked[0].options if option.key != asked[0].right)
    given[asked[0].key] = wrong
    tried = marked_try(WHOSE, kept(3, read_answers(asked, given)))
    assert score(tried) == 9
    assert tried[0] == Marked(asked[0], wrong)
    assert marked_try(WHOSE, {}) == ()


def test_an_open_or_unknown_answer_is_named() -> None:
    asked = draw(WHOSE, 0)
    given = {one.key: one.right for one in asked}
    del given[asked[2].key]
    given[asked[5].key] = asked[6].right
    with pytest.raises(Invalid) as refused:
        read_answers(asked, given)
    assert set(refused.value.fields) == {asked[2].key, asked[5].key}


def test_a_pool_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid):
        draw(WHOSE, 0, version=99)


def test_the_keys_of_answers_differ_within_a_question_and_between_questions() -> None:
    keys = [option.key for number in range(30) for one in draw(WHOSE, number) for option in one.options]
    assert len(set(keys)) == sum(len(one.answers) for one in POOLS[CURRENT])
