"""Enqueues that come at once share a transaction: as many as arrived while the one before was committed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from millstream_kit.errors import Refusal

from millstream_jobs.handlers.context import Context
from millstream_jobs.handlers.enqueue import Enqueued, Origin, Wish, enqueue_jobs
from millstream_jobs.inputs import EnqueueIn

MOST = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    wish: Wish
    answer: asyncio.Future[Enqueued | Refusal]


class EnqueueGroup:
    """Adds no delay: a lone enqueue is a group of one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked: list[_Asked] = []
        self._task: asyncio.Task[None] | None = None

    async def enqueue(self, wish: EnqueueIn, origin: Origin) -> Enqueued:
        """Raises:
        Refusal: the function or the parent is unknown, or the idempotency key is taken by other arguments.
        """
        asked = _Asked(Wish(wish, origin), asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        answer = await asked.answer
        if isinstance(answer, Refusal):
            raise answer
        return answer

    async def _work(self) -> None:
        while self._asked:
            group, self._asked = self._asked[:MOST], self._asked[MOST:]
            try:
                await self._commit(group)
            except Exception as error:  # noqa: BLE001 — whoever asked is told
                if len(group) == 1:
                    _tell(group[0], error)
                else:
                    # What one of them carries may be the fault; the others shall not suffer for it.
                    for asked in group:
                        await self._alone(asked)

    async def _alone(self, asked: _Asked) -> None:
        try:
            await self._commit([asked])
        except Exception as error:  # noqa: BLE001 — whoever asked is told
            _tell(asked, error)

    async def _commit(self, group: Sequence[_Asked]) -> None:
        answers = await enqueue_jobs(self._context, [asked.wish for asked in group])
        for asked, answer in zip(group, answers, strict=True):
            if not asked.answer.done():
                asked.answer.set_result(answer)


def _tell(asked: _Asked, error: Exception) -> None:
    if not asked.answer.done():
        asked.answer.set_exception(error)
