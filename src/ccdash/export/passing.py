"""A file that is handed on while it is written."""

from __future__ import annotations


class Passing:
    """Takes what is written, knows how much that was, and keeps only what nobody took yet."""

    closed = False

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._length = 0

    def write(self, data: bytes) -> int:
        """As a file does."""
        self._waiting += data
        self._length += len(data)
        return len(data)

    def tell(self) -> int:
        """How much has been written."""
        return self._length

    def flush(self) -> None:
        """Nothing waits for it."""

    def close(self) -> None:
        """The end of the file is still to be taken."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = bytes(self._waiting)
        self._waiting.clear()
        return found
