"""What tests need to talk to an edge: records to append, and a client that reads streams as the standard says."""

from millstream_stream_edge.testing.client import Block, EdgeClient, Running, Serve, StreamReader, parse, serving_edge
from millstream_stream_edge.testing.records import (
    NOON_MS,
    a_feed,
    a_job_event,
    a_job_hour,
    a_worker,
    an_api,
    an_api_hour,
    an_artifact_event,
    api_record,
    artifact_record,
    feed_record,
    job_record,
    tombstone,
    worker_record,
)

__all__ = [
    "NOON_MS",
    "Block",
    "EdgeClient",
    "Running",
    "Serve",
    "StreamReader",
    "a_feed",
    "a_job_event",
    "a_job_hour",
    "a_worker",
    "an_api",
    "an_api_hour",
    "an_artifact_event",
    "api_record",
    "artifact_record",
    "feed_record",
    "job_record",
    "parse",
    "serving_edge",
    "tombstone",
    "worker_record",
]
