"""HTTP API traffic: ingest, aggregates, request feed."""

VERSION = "0.1.0"
