"""The command line; `main` is the script `ccdash`. Each module holds a group of commands.

What a command needs is imported when it runs, so that --help comes at once.
"""

from __future__ import annotations

from ccdash.cli.program import main

__all__ = ["main"]
