"""Contact details as a screen shows them to somebody who need not know them."""

from __future__ import annotations

from ccdash.vocabulary import TOKEN, IdentityKind

DOTS = "•••"


def masked(kind: IdentityKind, value: str) -> str:
    """Enough to tell one from another: the end of a number, at most half of it, the first letter
    and the domain of an address; of who was forgotten that they were."""
    if value.startswith(TOKEN):
        return f"{TOKEN}{DOTS}{value[-4:]}"
    if kind is IdentityKind.EMAIL and "@" in value:
        name, _, domain = value.partition("@")
        return f"{name[:1]}{DOTS}@{domain}"
    if kind is IdentityKind.HANDLE:
        return f"{value[:2]}{DOTS}"
    return f"{DOTS} {value[len(value) - min(3, len(value) // 2) :]}".rstrip()


def parted(detail: str) -> tuple[IdentityKind, str] | None:
    """Of `kind:value`, as lists of contacts name their customer."""
    kind, sign, value = detail.partition(":")
    if not sign or kind not in list(IdentityKind):
        return None
    return IdentityKind(kind), value.strip()
