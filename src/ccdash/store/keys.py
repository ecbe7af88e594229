"""The numbers by which customers and agents are kept, as they stand in addresses."""

from __future__ import annotations

LONGEST = 19


def key_number(text: str) -> int | None:
    """The number, of 64 bits with a sign; None for what cannot be one."""
    digits = text.removeprefix("-")
    if not digits.isdecimal() or len(digits) > LONGEST:
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None
