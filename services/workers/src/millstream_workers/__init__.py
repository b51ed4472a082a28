"""The fleet as operators see it: heartbeats and presence."""

VERSION = "0.1.0"
