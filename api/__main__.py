"""`python -m api` is `varde`."""

from api.cli import main

main()
