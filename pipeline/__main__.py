"""`python -m pipeline`: the command where no script is installed."""

from pipeline.cli import main

main()
