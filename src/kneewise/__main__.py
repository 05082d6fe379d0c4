"""``python -m kneewise``."""

from kneewise.cli.app import main

main()
