"""What the service asks about the pods behind workers."""

from __future__ import annotations

from typing import Protocol

from millstream_workers.model import Pod


class Pods(Protocol):
    """Pods as their cluster has them."""

    def look(self, pod: Pod) -> Pod:
        """The same pod as it is now: as it was given where nothing is known of it, without a phase if it is gone."""
        ...

    def take_change(self) -> bool:
        """Whether anything may have changed since this was last asked."""
        ...

    def watches(self, namespace: str) -> bool:
        """Whether the pods of a namespace are looked at."""
        ...

    def delete(self, pod: Pod) -> None:
        """End a pod at once. Blocks: call it in a thread.

        Raises:
            PodGone: it is not there.
            KillForbidden: the service may not.
            ClusterAway: nobody answers, or not with sense.
        """
        ...
