"""Topics and offsets of Kafka, asked by its admin client: blocking, to be called in one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from kafka import KafkaAdminClient
from kafka import TopicPartition as KafkaPartition
from kafka.admin import ConfigResource
from kafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code
from kafka.protocol.consumer import OffsetSpec
from millstream_contracts.inventory import TopicSpec

from millstream_kit.log import LogUnavailable, TopicInfo, TopicMismatch, TopicPartition
from millstream_kit.log_rules import differences

T = TypeVar("T")

CLEANUP = "cleanup.policy"
# A record's time is when the log took it, so that times rise with offsets and "since" can be answered by searching.
ALWAYS = {"message.timestamp.type": "LogAppendTime"}


class KafkaTopics:
    """What is asked of the cluster as a whole.

    Args:
        make: builds an admin client; it fails when no broker answers.
        specs: what topics must be like.
        replication_factor: copies of each topic made here.
    """

    def __init__(
        self, make: Callable[[], KafkaAdminClient], specs: Mapping[str, TopicSpec], replication_factor: int
    ) -> None:
        self._make = make
        self._specs = specs
        self._replication_factor = replication_factor
        self._admin: KafkaAdminClient | None = None

    def ensure(self, names: Sequence[str]) -> dict[str, TopicInfo]:
        """Make what is missing, also while others do, and check all.

        Raises:
            TopicMismatch: some exist with other settings.
        """
        unknown = [name for name in names if name not in self._specs]
        if unknown:
            raise TopicMismatch(f"not in the inventory: {', '.join(unknown)}")
        return self._ask(lambda admin: self._ensure(admin, names))

    def describe(self, names: Sequence[str]) -> dict[str, TopicInfo]:
        """The topics that exist."""
        return self._ask(lambda admin: self._describe(admin, names)[0])

    def delete(self, names: Sequence[str]) -> None:
        """Remove topics."""
        self._ask(lambda admin: admin.delete_topics(list(names)))

    def begins(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The first offset held."""
        return self._ask(lambda admin: _offsets(admin, partitions, OffsetSpec.EARLIEST))

    def ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The next offset."""
        return self._ask(lambda admin: _offsets(admin, partitions, OffsetSpec.LATEST))

    def at(self, partitions: Sequence[TopicPartition], timestamp_ms: int) -> dict[TopicPartition, int]:
        """The first offset as young, or the end."""

        def search(admin: KafkaAdminClient) -> dict[TopicPartition, int]:
            # The end first: what is appended in between is then found by its time.
            ends = _offsets(admin, partitions, OffsetSpec.LATEST)
            found = _offsets(admin, partitions, max(0, timestamp_ms))
            return {tp: ends[tp] if offset < 0 else offset for tp, offset in found.items()}

        return self._ask(search)

    def close(self) -> None:
        """Close the connection."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def _ask(self, question: Callable[[KafkaAdminClient], T]) -> T:
        try:
            if self._admin is None:
                self._admin = self._make()
            return question(self._admin)
        except KafkaError as error:
            self.close()
            raise LogUnavailable(f"Kafka does not answer: {error!r}") from error

    def _ensure(self, admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, TopicInfo]:
        existing, _ = self._describe(admin, names)
        missing = [name for name in names if name not in existing]
        if missing:
            self._create(admin, missing)
        found, configs = self._describe(admin, names)
        wrong = [
            sentence
            for name in names
            for sentence in (*differences(found[name], self._specs[name]), *self._wrong_config(name, configs[name]))
        ]
        if wrong:
            raise TopicMismatch("; ".join(wrong))
        return found

    def _create(self, admin: KafkaAdminClient, names: Iterable[str]) -> None:
        wanted = {
            name: {
                "num_partitions": self._specs[name].partitions,
                "replication_factor": self._replication_factor,
                "configs": ALWAYS | self._specs[name].config(),
            }
            for name in names
        }
        answer = admin.create_topics(wanted, raise_errors=False)
        for topic in answer["topics"]:
            error = for_code(topic["error_code"])
            # Another service was quicker: as good, and checked like any topic that was there before.
            if topic["error_code"] != 0 and error is not TopicAlreadyExistsError:
                raise error(f"cannot make topic {topic['name']}: {topic.get('error_message')}")
        admin.wait_for_topics(list(wanted))

    def _describe(
        self, admin: KafkaAdminClient, names: Sequence[str]
    ) -> tuple[dict[str, TopicInfo], dict[str, dict[str, str]]]:
        described: dict[str, Any] = {}
        for topic in admin.describe_topics(list(names)):
            error = for_code(topic["error_code"])
            if error is UnknownTopicOrPartitionError:
                continue
            if topic["error_code"] != 0:
                raise error(f"cannot describe topic {topic['name']}")
            described[topic["name"]] = topic
        if not described:
            return {}, {}
        answer = admin.describe_configs([ConfigResource("TOPIC", name) for name in described], config_filter="all")
        configs = {
            name: {key: str(entry["value"]) for key, entry in entries.items()}
            for name, entries in answer["topic"].items()
        }
        infos = {
            name: TopicInfo(
                name,
                str(topic["topic_id"]),
                len(topic["partitions"]),
                "compact" if "compact" in configs[name].get(CLEANUP, "") else "delete",
            )
            for name, topic in described.items()
        }
        return infos, configs

    def _wrong_config(self, name: str, found: Mapping[str, str]) -> list[str]:
        wanted = ALWAYS | self._specs[name].config()
        return [
            f"{name} has {key}={found.get(key)}, not {value}"
            for key, value in wanted.items()
            if key != CLEANUP and not _same(found.get(key), value)
        ]


def _offsets(
    admin: KafkaAdminClient, partitions: Sequence[TopicPartition], spec: OffsetSpec | int
) -> dict[TopicPartition, int]:
    if not partitions:
        return {}
    answer = admin.list_partition_offsets({KafkaPartition(*tp): spec for tp in partitions})
    return {(tp.topic, tp.partition): found.offset for tp, found in answer.items()}


def _same(found: str | None, wanted: str) -> bool:
    try:
        return found is not None and float(found) == float(wanted)
    except ValueError:
        return found == wanted
