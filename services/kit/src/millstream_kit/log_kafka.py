"""The log in Apache Kafka, by kafka-python: idempotent producer with `acks=all`, readers without a group, topics checked.

A topic's epoch is Kafka's own topic id, which a topic made again does not share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from millstream_contracts.inventory import TopicSpec, load_inventory

from millstream_kit.log import Appended, Batch, LogReader, LogUnavailable, NewRecord, TopicInfo, TopicPartition
from millstream_kit.log_delivery import Bounds, Delivery
from millstream_kit.log_kafka_admin import KafkaAdmin
from millstream_kit.log_kafka_producer import KafkaAppender
from millstream_kit.log_kafka_reader import KafkaReader
from millstream_kit.log_kafka_topics import KafkaTopics
from millstream_kit.log_rules import check_records

T = TypeVar("T")

LINGER_MS = 2
BATCH_BYTES = 64 * 1024
FETCH_BYTES = 16 * 1024 * 1024
BOOTSTRAP_MS = 5_000
METADATA_MS = 30_000
REQUEST_MS = 8_000


class KafkaLog:
    """The log in a Kafka cluster. Making one connects to nothing; the first use does.

    Args:
        bootstrap_servers: host:port, comma separated.
        client_id: how the brokers' logs and quotas name this process.
        replication_factor: copies of each topic made here.
        append_timeout_s: how long an append is retried before it is `LogUnavailable`.
        topics: their settings; those of the inventory unless given.
        security: kafka-python's own options for TLS and SASL (`security_protocol`, `ssl_cafile`, `sasl_mechanism`, …).
    """

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        client_id: str = "millstream",
        replication_factor: int = 1,
        append_timeout_s: float = 10.0,
        topics: Mapping[str, TopicSpec] | None = None,
        bounds: Bounds | None = None,
        **security: Any,
    ) -> None:
        self._specs = load_inventory().topics if topics is None else topics
        self._bounds = bounds or Bounds()
        self._append_timeout_s = append_timeout_s
        self._common: dict[str, Any] = {
            "bootstrap_servers": [server.strip() for server in bootstrap_servers.split(",")],
            "client_id": client_id,
            "bootstrap_timeout_ms": BOOTSTRAP_MS,
            "request_timeout_ms": REQUEST_MS,
            # A broker that is back is noticed within a second.
            "reconnect_backoff_max_ms": 1_000,
            **security,
        }
        self._admin = KafkaAdmin(lambda: KafkaTopics(self._make_admin, self._specs, replication_factor))
        self._appender: KafkaAppender | None = None
        self._readers: set[KafkaReader] = set()
        self._is_closed = False

    async def ensure_topics(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        """Make the topics that are missing and check the others.

        Raises:
            TopicMismatch: some exist with other settings.
        """
        return await self._ask(lambda topics: topics.ensure(names))

    async def describe(self, names: Sequence[str]) -> Mapping[str, TopicInfo]:
        """The topics that exist, by name."""
        return await self._ask(lambda topics: topics.describe(names))

    async def delete_topics(self, names: Sequence[str]) -> None:
        """Remove topics with their records; made again, they have another epoch."""
        await self._ask(lambda topics: topics.delete(names))

    async def begin_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The first offset still held, by partition."""
        return await self._ask(lambda topics: topics.begins(partitions))

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """The offset the next record will get, by partition."""
        return await self._ask(lambda topics: topics.ends(partitions))

    async def offsets_at(self, partitions: Sequence[TopicPartition], timestamp_ms: int) -> Mapping[TopicPartition, int]:
        """The first offset as young as `timestamp_ms`, or the end, by partition."""
        return await self._ask(lambda topics: topics.at(partitions, timestamp_ms))

    async def append(self, records: Sequence[NewRecord]) -> list[Appended]:
        """Append in order per key; returns when the brokers in sync have all records.

        Raises:
            LogUnavailable: not all could be acknowledged; some may have been appended.
            RecordTooLarge: one of them is too large; none was appended.
        """
        check_records(records, self._specs)
        if self._is_closed:
            raise LogUnavailable("the log is closed")
        if self._appender is None:
            self._appender = KafkaAppender(self._make_producer)
        return await self._appender.append(records)

    def reader(
        self,
        positions: Mapping[TopicPartition, int],
        on_batch: Callable[[Batch], None],
        on_status: Callable[[bool], None] | None = None,
    ) -> LogReader:
        """Start reading in a thread of its own, with a consumer of its own."""
        delivery = Delivery(on_batch, on_status, bounds=self._bounds)
        reader = KafkaReader(self._make_consumer, positions, delivery, self._bounds, self._readers.discard)
        self._readers.add(reader)
        return reader

    async def close(self) -> None:
        """End readers, send what was asked for, close connections."""
        if self._is_closed:
            return
        self._is_closed = True
        for reader in list(self._readers):
            await reader.close()
        if self._appender is not None:
            await asyncio.to_thread(self._appender.close)
        await asyncio.to_thread(self._admin.close)

    async def _ask(self, question: Callable[[KafkaTopics], T]) -> T:
        if self._is_closed:
            raise LogUnavailable("the log is closed")
        return await self._admin.ask(question)

    def _make_admin(self) -> KafkaAdminClient:
        return KafkaAdminClient(**self._common)

    def _make_producer(self) -> KafkaProducer:
        largest = max(spec.max_message_bytes for spec in self._specs.values())
        smallest = min(spec.max_message_bytes for spec in self._specs.values())
        return KafkaProducer(
            **self._common,
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            # A batch may be no larger than the largest message of its topic.
            batch_size=min(BATCH_BYTES, smallest),
            max_request_size=largest + BATCH_BYTES,
            delivery_timeout_ms=max(self._append_timeout_s * 1000, REQUEST_MS + LINGER_MS),
            max_block_ms=BOOTSTRAP_MS,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    def _make_consumer(self) -> KafkaConsumer:
        return KafkaConsumer(
            **self._common,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            fetch_max_bytes=FETCH_BYTES,
            # How soon a topic made again in an instant is noticed.
            metadata_max_age_ms=METADATA_MS,
            metrics_enabled=False,
        )
