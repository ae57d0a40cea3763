"""`python -m stream` is the `tocsin` command."""

from stream.cli import main

main()
