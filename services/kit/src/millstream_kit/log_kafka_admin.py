"""Questions to the cluster, asked in one thread; one whose answer is lost is given up, thread, connection and all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from millstream_kit.log import LogUnavailable
from millstream_kit.log_kafka_topics import KafkaTopics

T = TypeVar("T")

logger = logging.getLogger(__name__)

# Longer than every time limit of kafka-python's own: a call that takes this long does not return
# (https://github.com/dpkp/kafka-python/issues/3121).
ASK_S = 30.0


class KafkaAdmin:
    """The thread that asks, and what it asks with.

    Args:
        make: builds what is asked; connects to nothing yet.
    """

    def __init__(self, make: Callable[[], KafkaTopics]) -> None:
        self._make = make
        self._begin()

    async def ask(self, question: Callable[[KafkaTopics], T]) -> T:
        """
        Raises:
            LogUnavailable: no answer.
        """
        topics, loop = self._topics, asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._thread, question, topics), ASK_S)
        except TimeoutError as error:
            if topics is self._topics:
                logger.warning("a question to Kafka is not answered, asking with a new connection")
                self._give_up(loop)
            raise LogUnavailable(f"Kafka did not answer within {ASK_S:.0f} s") from error

    def close(self) -> None:
        """Close the connection. Blocks until what was asked before is done."""
        self._thread.submit(self._topics.close)
        self._thread.shutdown(wait=True)

    def _begin(self) -> None:
        self._topics = self._make()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kafka admin")

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        topics, thread = self._topics, self._thread
        self._begin()
        loop.run_in_executor(None, topics.close)  # the call that is lost fails, and what waits behind it goes on
        thread.submit(topics.close)
        thread.shutdown(wait=False)
