"""The id: exact, small, and never trusted."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.inventory import load_inventory
from millstream_stream_edge.position import InvalidPosition, PositionCodec, TopicPosition
from millstream_stream_edge.source import stream_topics

TOPICS = stream_topics()
CODEC = PositionCodec("here", TOPICS)
URL_SAFE = set(string.ascii_letters + string.digits + "-_")

topic_positions = st.builds(
    TopicPosition,
    epoch=st.integers(0, 2**32 - 1),
    offsets=st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=32).map(tuple),
)
positions = st.dictionaries(st.sampled_from(TOPICS), topic_positions, min_size=1)


@given(positions)
def test_what_is_written_is_read(position: dict[str, TopicPosition]) -> None:
    token = CODEC.encode(position)
    assert set(token) <= URL_SAFE
    assert CODEC.decode(token) == position


@given(positions)
def test_the_order_of_topics_does_not_matter(position: dict[str, TopicPosition]) -> None:
    assert CODEC.encode(dict(reversed(position.items()))) == CODEC.encode(position)


@given(st.text(max_size=400))
def test_garbage_is_invalid(token: str) -> None:
    with pytest.raises(InvalidPosition):
        CODEC.decode(token)


@given(st.binary(min_size=0, max_size=300))
def test_random_bytes_are_invalid(raw: bytes) -> None:
    with pytest.raises(InvalidPosition):
        CODEC.decode(base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


@given(positions, st.data())
def test_a_damaged_id_is_invalid(position: dict[str, TopicPosition], data: st.DataObject) -> None:
    token = CODEC.encode(position)
    at = data.draw(st.integers(0, len(token) - 2))  # the last character may hold bits that stand for nothing
    other = data.draw(st.sampled_from(sorted(URL_SAFE - {token[at]})))
    with pytest.raises(InvalidPosition):
        CODEC.decode(token[:at] + other + token[at + 1 :])


@given(positions, st.integers(1, 40))
def test_a_cut_id_is_invalid(position: dict[str, TopicPosition], cut: int) -> None:
    with pytest.raises(InvalidPosition):
        CODEC.decode(CODEC.encode(position)[:-cut])


def test_another_installations_id_is_invalid() -> None:
    token = PositionCodec("there", TOPICS).encode({TOPICS[0]: TopicPosition(1, (1,))})
    with pytest.raises(InvalidPosition, match="another"):
        CODEC.decode(token)


def test_another_versions_id_is_invalid() -> None:
    raw = bytearray(base64.urlsafe_b64decode(CODEC.encode({}) + "=="))
    raw[0] = 2
    with pytest.raises(InvalidPosition):
        CODEC.decode(base64.urlsafe_b64encode(raw).decode())


def test_topics_that_are_no_more_are_ignored() -> None:
    older = PositionCodec("here", [*TOPICS, "gone"])
    kept = TopicPosition(1, (1, 2))
    assert CODEC.decode(older.encode({"gone": TopicPosition(3, (4,)), TOPICS[0]: kept})) == {TOPICS[0]: kept}


def test_it_holds_32_partitions_of_four_trillion_records_in_300_bytes() -> None:
    at = TopicPosition(2**32 - 1, (2**42 - 1,) * 32)
    assert len(CODEC.encode({TOPICS[0]: at})) <= 300


def test_all_streams_together_fit_a_kilobyte() -> None:
    topics = load_inventory().topics
    whole = {t: TopicPosition(2**32 - 1, (2**42 - 1,) * topics[t].partitions) for t in TOPICS}
    assert len(CODEC.encode(whole)) <= 1024
