"""The command line: parse, call one service, show.

One module per command group. Modules import services inside their commands, so that ``kneewise --help`` stays fast.
"""

from kneewise.cli.app import app, main

__all__ = ["app", "main"]
