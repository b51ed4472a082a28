"""`python -m millstream_apis`."""

from millstream_apis.main import main

main()
