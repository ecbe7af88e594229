"""The fields that a mapping may fill, read from the types of events themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec import inspect as ins

_LIST = ins.VarTupleType


@dataclass(frozen=True)
class Field:
    """One field of an event or of an entry in it: what it holds, the words that it may be, and of a
    list what an entry is and has."""

    name: str
    holds: type[ins.Type]
    words: tuple[str, ...] = ()
    is_required: bool = False
    of: type | None = None
    parts: tuple[Field, ...] = ()


def fields_of(type_: type) -> dict[str, Field]:
    """The fields of a type of event that can be made from a row, by name."""
    told = ins.type_info(type_)
    return _fields(told) if isinstance(told, ins.StructType) else {}


def _fields(told: ins.StructType) -> dict[str, Field]:
    found = {one.name: _field(one) for one in told.fields}
    return {name: one for name, one in found.items() if one.parts or one.holds is not _LIST}


def _field(told: ins.Field) -> Field:
    shape = _bare(told.type)
    item = _bare(shape.item_type) if isinstance(shape, _LIST) else shape
    words = tuple(one.value for one in shape.cls) if isinstance(shape, ins.EnumType) else ()
    field = Field(told.name, type(shape), words, told.required)
    if isinstance(item, ins.StructType):
        return replace(field, of=item.cls, parts=tuple(_fields(item).values()))
    return field


def _bare(shape: ins.Type) -> ins.Type:
    """What is held when it is held at all."""
    while isinstance(shape, ins.Metadata | ins.UnionType):
        if isinstance(shape, ins.Metadata):
            shape = shape.type
        else:
            shape = next(one for one in shape.types if not isinstance(one, ins.NoneType))
    return shape
