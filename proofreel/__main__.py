"""`python -m proofreel`."""

from proofreel.cli import main

main()
