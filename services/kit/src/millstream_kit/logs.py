"""Which log a service uses: Kafka when it is told where one is, else the embedded one in its data folder."""

from __future__ import annotations

from millstream_kit.clock import Clock
from millstream_kit.log import Log
from millstream_kit.log_embedded import EmbeddedLog
from millstream_kit.settings import ServiceSettings


def open_log(settings: ServiceSettings, *, client_id: str = "millstream", clock: Clock | None = None) -> Log:
    """Open the log the settings name.

    Args:
        settings: of the service; `kafka_bootstrap_servers` decides.
        client_id: how Kafka's brokers name this process.
        clock: times of records in the embedded log.
    """
    if settings.kafka_bootstrap_servers:
        from millstream_kit.log_kafka import KafkaLog

        return KafkaLog(
            settings.kafka_bootstrap_servers,
            client_id=client_id,
            replication_factor=settings.kafka_replication_factor,
            **settings.kafka_security.options(),
        )
    return EmbeddedLog(settings.data_dir / "log.db", clock)
