"""`python -m app.cli` is the `plenaria` command."""

from app.cli import main

main()
