"""What is as usual never alarms, few never do, and what matters and is certain does."""

import random

from hypothesis import assume, given
from hypothesis import strategies as st
from millstream_kit.usual import LEAST, Level, Share, beginning, is_more, judged, surprise


def shares(most: int) -> st.SearchStrategy[Share]:
    return st.integers(0, most).flatmap(lambda of: st.integers(0, of).map(lambda wrong: Share(of, wrong)))


@given(shares(100_000), shares(1_000_000))
def test_what_goes_wrong_no_more_often_than_usual_never_alarms(now: Share, usual: Share) -> None:
    assume(now.wrong * usual.of <= usual.wrong * now.of)
    assert judged(now, usual) is None


@given(shares(LEAST - 1), shares(1_000_000))
def test_few_never_alarm_whatever_their_usual_is(now: Share, usual: Share) -> None:
    assert judged(now, usual) is None


@given(shares(100_000))
def test_what_has_no_past_has_no_usual(now: Share) -> None:
    assert judged(now, Share(0, 0)) is None


@given(shares(100_000), shares(1_000_000))
def test_what_alarms_is_twice_the_odds_at_least(now: Share, usual: Share) -> None:
    if judged(now, usual) is not None:
        assert now.wrong * (usual.of - usual.wrong) >= 2 * usual.wrong * (now.of - now.wrong)


@given(shares(10_000), shares(10_000))
def test_surprise_is_none_or_more_the_same_both_ways_and_none_of_two_alike(one: Share, other: Share) -> None:
    assert surprise(one, other) >= -1e-6
    assert abs(surprise(one, other) - surprise(other, one)) < 1e-6
    assert abs(surprise(one, one)) < 1e-6


def test_functions_that_stay_at_their_own_usual_alarm_in_none_of_a_week_of_quarters() -> None:
    """A hundred functions, each drawn from its own share of failures, small and large, ten thousand times in all."""
    dice = random.Random(7)
    for function in range(100):
        part = dice.choice([0.0, 0.001, 0.01, 0.05, 0.3, 0.9])
        past, many = dice.choice([40, 200, 800]), dice.choice([20, 60, 200])
        for _ in range(100):
            usual, now = (Share(of, sum(dice.random() < part for _ in range(of))) for of in (past, many))
            assert judged(now, usual) is None, (function, part, now, usual)


def test_twelve_percent_where_two_is_usual_alarms_once_they_are_enough() -> None:
    usual = Share(5_000, 100)
    assert judged(Share(50, 6), usual) is None
    assert judged(Share(200, 24), usual) is Level.BAD


def test_a_little_more_of_very_many_is_certain_and_matters_to_nobody() -> None:
    now, usual = Share(1_000_000, 15_000), Share(9_000_000, 90_000)
    assert surprise(now, usual) > 900
    assert judged(now, usual) is None


def test_few_more_of_a_hundred_warn_and_ten_more_are_bad() -> None:
    assert judged(Share(2_000, 100), Share(50_000, 500)) is Level.WARN
    assert judged(Share(2_000, 220), Share(50_000, 500)) is Level.BAD


def test_odds_tell_more_where_a_share_cannot_double() -> None:
    assert not is_more(Share(1_000, 700), Share(10_000, 6_000))
    assert is_more(Share(1_000, 800), Share(10_000, 6_000))


def test_a_trouble_begins_where_the_run_that_reaches_the_newest_does() -> None:
    steps = [(at, at in (2, 6, 7, 9)) for at in (1, 2, 3, 4, 5, 6, 7, 9)]
    assert beginning(steps, any) == 6
    assert beginning(steps[:5], any) is None
