"""The worker: leases jobs and runs them.

service loop (nobody else's code)          user loop (a thread)      thread pool
leases · reports · heartbeats · drain  ──▶ async functions           synchronous functions
                                       ◀── what they say: outboxes
"""

from millstream.worker.runtime import Worker, WorkerOptions

__all__ = ["Worker", "WorkerOptions"]
