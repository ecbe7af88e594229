"""Numbers of rows, derived from the source's own identifiers.

Whoever makes a row, in whatever order, gives it the same number; that is what makes imports
repeatable row for row and lets a bulk path run without asking the store for numbers.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b


def stable_id(*parts: str) -> int:
    """A positive 63-bit number for these words. Two of a billion rows share one with a chance of
    about 5 %; keys of tables hold more than the number, so that such a pair is refused loudly."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) or 1


named_id = lru_cache(maxsize=65536)(stable_id)
"""`stable_id` for the few names that come again and again: queues, agents, teams."""
