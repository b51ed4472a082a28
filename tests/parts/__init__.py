"""Real parts for tests: an Apache Kafka, a PostgreSQL, a Chromium, found or started once per session.

Each is looked for in this order: an address in the environment, a container when Docker answers, a local binary or jars.
`parts.plugin` offers them as fixtures; `python -m parts kafka|postgres` runs one in the foreground.
"""
