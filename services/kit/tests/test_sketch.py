"""Sketches are true within what they promise, however they were put together."""

from __future__ import annotations

import random

import pytest
from ddsketch import DDSketch
from hypothesis import given
from hypothesis import strategies as st
from millstream_kit.sketch import ACCURACY, Sketch

latencies = st.lists(st.floats(0, 86_400_000, allow_nan=False), min_size=1, max_size=200)


def a_sketch(values: list[float]) -> Sketch:
    sketch = Sketch()
    for value in values:
        sketch.add(value)
    return sketch


class TestSketch:
    @given(latencies, st.sampled_from([0.0, 0.5, 0.95, 0.99, 1.0]))
    def test_a_quantile_is_within_one_percent(self, values: list[float], q: float) -> None:
        truth = sorted(values)[int(q * (len(values) - 1))]
        found = a_sketch(values).quantile(q)
        assert found == pytest.approx(truth, rel=0.0101, abs=0.0011)

    @given(latencies)
    def test_bytes_give_the_same_sketch(self, values: list[float]) -> None:
        sketch = a_sketch(values)
        again = Sketch.from_bytes(sketch.to_bytes())
        assert again.count == len(values)
        assert [again.quantile(q) for q in (0, 0.5, 0.99, 1)] == [sketch.quantile(q) for q in (0, 0.5, 0.99, 1)]
        assert again.to_bytes() == sketch.to_bytes()

    @given(st.lists(latencies, min_size=1, max_size=6))
    def test_merging_is_as_if_one_had_seen_all(self, parts: list[list[float]]) -> None:
        merged = Sketch()
        for part in parts:
            merged.merge(Sketch.from_bytes(a_sketch(part).to_bytes()))
            merged = Sketch.from_bytes(merged.to_bytes())
        assert merged.to_bytes() == a_sketch([v for part in parts for v in part]).to_bytes()

    @given(st.lists(st.tuples(latencies, st.sampled_from([1, 127, 128, 100_000])), max_size=6))
    def test_many_are_put_together_as_if_one_had_seen_all(self, parts: list[tuple[list[float], int]]) -> None:
        """Bins of a byte are added in bulk, larger ones one by one."""
        packed, whole = [b""], Sketch()
        for values, times in parts:
            part = Sketch()
            part.add_all(values, [times] * len(values))
            whole.merge(part)
            packed.append(part.to_bytes())
        assert Sketch.together(packed).to_bytes() == whole.to_bytes()

    @given(
        st.lists(st.floats(0, 10_000, allow_nan=False), max_size=200),
        st.sampled_from([(0.5,), (1, 2, 5, 10, 100, 1_000)]),
    )
    def test_classes_move_nothing_further_than_a_bin_over_an_end(
        self, values: list[float], ends: tuple[float, ...]
    ) -> None:
        found = a_sketch(values).classes(ends)
        assert sum(one.many for one in found) == len(values)
        for end in ends:
            above = sum(value >= end for value in values)
            told = sum(one.many for one in found if one.least >= end)
            assert above <= told <= sum(value >= end * 0.98 for value in values)

    @given(st.lists(st.integers(0, 50), max_size=100))
    def test_small_whole_numbers_are_told_exactly_from_the_first_to_the_last(self, values: list[int]) -> None:
        found = a_sketch([*map(float, values)]).classes(range(1, 51))
        expected = range(min(values), max(values) + 1) if values else ()
        assert [(one.least, one.many) for one in found] == [(n, values.count(n)) for n in expected]
        assert all(one.below == (None if one.least == 50 else one.least + 1) for one in found)

    @given(latencies, st.floats(0.001, 86_400_000))
    def test_what_is_at_most_a_value_is_counted_to_within_a_bin(self, values: list[float], most: float) -> None:
        found = a_sketch(values).at_most(most)
        assert sum(value <= most for value in values) <= found <= sum(value <= most * 1.0203 for value in values)

    def test_thousands_put_together_carry_nothing_into_the_next_bin(self) -> None:
        part = Sketch()
        part.add_all([5.0, 5.2, 9.0], [127, 1, 127])
        whole = Sketch.together([part.to_bytes()] * 3000)
        assert (whole.count, whole.quantile(0), whole.quantile(1)) == (255 * 3000, part.quantile(0), part.quantile(1))

    def test_empty_has_no_quantile(self) -> None:
        assert Sketch().quantile(0.5) is None
        assert Sketch.from_bytes(Sketch().to_bytes()).count == 0

    def test_merging_leaves_the_other_as_it_was(self) -> None:
        one, other = a_sketch([1.0]), a_sketch([2.0])
        whole = Sketch()
        whole.merge(one)
        whole.merge(other)
        assert (one.count, other.count, whole.count) == (1, 1, 2)

    def test_it_stays_small(self) -> None:
        dice = random.Random(1)
        assert len(a_sketch([dice.lognormvariate(3, 1) for _ in range(100_000)]).to_bytes()) < 1_500

    def test_it_answers_as_the_library_does(self) -> None:
        dice = random.Random(2)
        values = [dice.lognormvariate(5, 2) for _ in range(2_000)]
        theirs = DDSketch(ACCURACY)
        for value in values:
            theirs.add(value)
        ours = a_sketch(values)
        for q in (0, 0.01, 0.5, 0.95, 0.99, 1):
            assert ours.quantile(q) == round(theirs.get_quantile_value(q), 3)

    @given(latencies, latencies)
    def test_what_is_taken_away_was_never_seen(self, kept: list[float], left: list[float]) -> None:
        sketch = a_sketch(kept + left)
        sketch.take_away(a_sketch(left))
        assert sketch.to_bytes() == a_sketch(kept).to_bytes()

    @given(latencies, latencies)
    def test_what_was_never_seen_takes_away_nothing_else(self, kept: list[float], others: list[float]) -> None:
        beside = [
            value for value in others if a_sketch([value]).to_bytes() not in {a_sketch([k]).to_bytes() for k in kept}
        ]
        sketch = a_sketch(kept)
        sketch.take_away(a_sketch(beside))
        assert sketch.to_bytes() == a_sketch(kept).to_bytes()
