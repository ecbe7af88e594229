"""`python -m ccdash.cli` is `ccdash`."""

from __future__ import annotations

from ccdash.cli import main

main()
