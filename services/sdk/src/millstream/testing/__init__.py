"""For tests of functions, and of this package: Millstream in memory, and a job's function run in the test's own process."""

from millstream.testing.run import run_job
from millstream.testing.server import MemoryJob, MemoryServer

__all__ = ["MemoryJob", "MemoryServer", "run_job"]
