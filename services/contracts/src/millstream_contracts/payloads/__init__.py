"""What streams send, as types. JSON Schemas, AsyncAPI and the dashboard's types are made from these (docs/adr/0023).

jobs.py · apis.py · workers.py · control.py   one per domain, in the words of fields.py
events.py                                     all of them; what is in envelope.py carries one
parameters.py                                 what streams may be asked with
"""

from __future__ import annotations

from typing import get_args

from millstream_contracts.payloads.control import Problem
from millstream_contracts.payloads.envelope import CloudEvent, StreamEnvelope
from millstream_contracts.payloads.events import ControlEvent, DataEvent
from millstream_contracts.payloads.parameters import PARAMETERS

# What is published: the events, the envelopes around them, what is said instead of a stream, and what may be asked.
PUBLISHED = (
    *get_args(DataEvent),
    *get_args(ControlEvent),
    StreamEnvelope,
    CloudEvent,
    Problem,
    *dict.fromkeys(PARAMETERS.values()),
)

__all__ = ["PUBLISHED", "ControlEvent", "DataEvent"]
