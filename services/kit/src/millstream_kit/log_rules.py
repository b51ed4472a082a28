"""What is the same in every log: which partition a key goes to, and how large a record may be."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache

from millstream_contracts.inventory import TopicSpec

from millstream_kit.log import LogUnavailable, NewRecord, RecordTooLarge, TopicInfo

# Kafka counts the framing of a batch of one record against `max.message.bytes` too: 61 bytes, and up to 35 of varints.
FRAMING_BYTES = 96
HEADER_FRAMING_BYTES = 10
_MIX, _SEED, _WORD = 0x5BD1E995, 0x9747B28C, 0xFFFFFFFF


@lru_cache(maxsize=8192)
def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key: murmur2, as every Kafka client chooses by default."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """What Kafka's clients hash keys with. Our own, because importing a client for it is a sixth of a local start."""
    whole = len(data) & ~3
    hashed = _SEED ^ len(data)
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        mixed = word * _MIX & _WORD
        mixed ^= mixed >> 24
        hashed = (hashed * _MIX ^ mixed * _MIX) & _WORD
    if whole < len(data):
        hashed = (hashed ^ int.from_bytes(data[whole:], "little")) * _MIX & _WORD
    hashed ^= hashed >> 13
    hashed = hashed * _MIX & _WORD
    return hashed ^ hashed >> 15


def record_bytes(record: NewRecord) -> int:
    """How much of `max_message_bytes` a record takes, never less than what Kafka counts."""
    headers = sum(len(name.encode()) + len(value) + HEADER_FRAMING_BYTES for name, value in record.headers)
    return FRAMING_BYTES + len(record.key) + len(record.value or b"") + headers


def check_records(records: Sequence[NewRecord], topics: Mapping[str, TopicSpec]) -> None:
    """Refuse a batch that can never be appended.

    Raises:
        LogUnavailable: a topic the inventory does not name.
        RecordTooLarge: a record is larger than its topic allows.
    """
    for index, record in enumerate(records):
        spec = topics.get(record.topic)
        if spec is None:
            raise LogUnavailable(f"topic {record.topic} is not in the inventory")
        size = record_bytes(record)
        if size > spec.max_message_bytes:
            raise RecordTooLarge(record.topic, index, size, spec.max_message_bytes)


def differences(info: TopicInfo, spec: TopicSpec) -> list[str]:
    """What a topic has that the inventory does not say, one sentence each."""
    found: list[str] = []
    if info.partitions != spec.partitions:
        found.append(f"{info.name} has {info.partitions} partitions, not {spec.partitions}")
    if info.cleanup != spec.cleanup:
        found.append(f"{info.name} has cleanup {info.cleanup}, not {spec.cleanup}")
    return found
