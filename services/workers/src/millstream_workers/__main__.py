"""`python -m millstream_workers`."""

from millstream_workers.main import main

main()
