"""A value in words that are bounded and masked, whatever it is and however its own `__repr__` behaves.

Containers and objects of fields are walked, so that what is in them is masked by its name; of others their `repr` is read.
See docs/adr/0042-locals-of-a-failure.md.
"""

from __future__ import annotations

import collections
import dataclasses
import re
import reprlib
import types
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from pydantic import BaseModel

from millstream.traffic.masking import MASK, Masking, encodable, printable

READ_CHARS = 8_192  # of one text: a secret that begins in what is shown is whole in them
KEY_CHARS = 256
LEVELS = 4
INT_BITS = 1_024  # the digits of a larger number take long, or are refused
# Django asks the database when one of these is to say what it is.
ASKING = frozenset({"django.db.models.query.QuerySet", "django.db.models.query.RawQuerySet"})

_WORD = re.compile(r"-{0,2}[\w.-]{1,64}")
_SCALARS = (type(None), bool, int, float, complex)
_GENERATED = (dataclasses.__file__, reprlib.__file__, "<string>")
_NAME = type.__dict__["__name__"]  # of a class, whatever its metaclass says


class _Full(Exception):
    """No more is shown."""


def shown(value: object, masking: Masking, chars: int) -> str:
    """What `repr` says of a value, masked, in at most `chars` characters of one line.

    It never raises. It may take long, or not end: an object's own `__repr__` is called where it has one.
    """
    words = _Words(masking, chars)
    try:
        words.add(value, LEVELS)
    except _Full:
        return encodable(words.text[: chars - 1]) + "…"
    return encodable(words.text)


class _Words:
    """A text that grows until it is full."""

    def __init__(self, masking: Masking, chars: int) -> None:
        self._pieces: list[str] = []
        self._masking = masking
        self._left = chars

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, value: Any, levels: int) -> None:
        try:
            self._add(value, levels)
        except _Full:
            raise
        except Exception as error:  # noqa: BLE001 - what is asked here may be somebody's code
            self._put(f"<{_NAME.__get__(type(value))}, whose repr raised {_NAME.__get__(type(error))}>")

    def _add(self, value: Any, levels: int) -> None:
        kind = type(value)
        if kind is int and value.bit_length() > INT_BITS:
            self._put(f"<int of {value.bit_length()} bits>")
        elif kind in _SCALARS:
            self._put(self._masking.of_source(repr(value)))
        elif kind is str:
            self._put(repr(self._masking.of_source(value[:READ_CHARS])))
        elif (walk := _WALKS.get(kind.__repr__)) is not None:
            walk(self, value, levels)
        elif (fields := _fields_of(value)) is not None:
            self._put(f"{kind.__name__}(")
            self._each((partial(self._named, f"{name}=", name, inner, levels) for name, inner in fields), levels)
            self._put(")")
        else:
            self._put(self._own_words(value))

    def mapping(self, value: Any, levels: int) -> None:
        kind = type(value)
        opening, closing = ("{", "}") if kind is dict else (f"{kind.__name__}({{", "})")
        items = value.items() if kind is types.MappingProxyType else dict.items(value)
        self._put(opening)
        self._each((partial(self._item, key, inner, levels) for key, inner in items), levels)
        self._put(closing)

    def sequence(self, value: Any, levels: int) -> None:
        kind = type(value)
        opening, closing = _AROUND.get(kind, (f"{kind.__name__}([", "])"))
        if kind is set and not value:
            opening, closing = "set(", ")"
        before = [""]
        self._put(opening)
        self._each((partial(self._behind, before, one, levels) for one in _SEQUENCES[kind.__repr__](value)), levels)
        self._put(",)" if kind is tuple and len(value) == 1 else closing)

    def bytes(self, value: Any, _: int) -> None:
        read = bytes(value[:READ_CHARS])
        text = read.decode("latin-1")
        masked = self._masking.of_source(text)
        self._put(repr(read) if masked == text else f"b{masked!r}")

    def _each(self, writing: Iterable[Callable[[], None]], levels: int) -> None:
        for number, write in enumerate(writing):
            if not levels:
                self._put("…")
                return
            if number:
                self._put(", ")
            write()

    def _item(self, key: object, value: object, levels: int) -> None:
        words = _Words(self._masking, KEY_CHARS)
        with suppress(_Full):
            words.add(key, levels - 1)
        self._named(f"{words.text}: ", _name_of(key) or words.text, value, levels)

    def _behind(self, before: list[str], value: object, levels: int) -> None:
        """What stands behind a secret's name in a sequence is one: `("password", …)`, `["--token", …]`."""
        name, before[0] = before[0], _name_of(value)
        self._named("", name if _WORD.fullmatch(name) else "", value, levels)

    def _named(self, said: str, name: str, value: Any, levels: int) -> None:
        self._put(said)
        if is_hidden(name, value, self._masking):
            self._put(MASK)
        else:
            self.add(value, levels - 1)

    def _own_words(self, value: object) -> str:
        kind = type(value)
        if any(f"{one.__module__}.{one.__qualname__}" in ASKING for one in kind.__mro__):
            return f"<{kind.__name__}>"
        said = str.__getitem__(repr(value), slice(0, READ_CHARS))
        return self._masking.of_source(" ".join(printable(said).split()))

    def _put(self, text: str) -> None:
        self._pieces.append(text[: self._left])
        self._left -= len(text)
        if self._left < 0:
            raise _Full


def is_hidden(name: str, value: object, masking: Masking) -> bool:
    """Whether a value is masked for its name. That there is none, or an empty text, is no secret."""
    return value is not None and not (type(value) is str and not value) and masking.hides(name)


def _name_of(value: object) -> str:
    """A text that may be a name; else nothing."""
    if type(value) is bytes:
        return value[:READ_CHARS].decode("latin-1")
    return value[:READ_CHARS] if type(value) is str else ""


def _fields_of(value: Any) -> Iterable[tuple[str, object]] | None:
    """Of an object that says nothing but its fields: those it would say. None where it has words of its own."""
    kind: Any = type(value)
    say = kind.__repr__
    code = getattr(getattr(say, "__code__", None), "co_filename", "")
    if say is BaseModel.__repr__ and kind.__repr_args__ is BaseModel.__repr_args__:
        fields = kind.model_fields
        own = ((name, inner) for name, inner in vars(value).items() if name not in fields or fields[name].repr)
        return chain(own, (value.__pydantic_extra__ or {}).items())
    if dataclasses.is_dataclass(kind) and code in _GENERATED:
        return ((f.name, getattr(value, f.name)) for f in dataclasses.fields(kind) if f.repr)
    if code.startswith("<attrs generated repr"):
        return ((a.name, getattr(value, a.name)) for a in kind.__attrs_attrs__ if a.repr is True)
    if issubclass(kind, tuple) and getattr(say, "__module__", None) == "collections":
        return zip(kind._fields, tuple.__iter__(value), strict=False)
    return None


# By who would write them: a class derived from one of these that says something else of itself is heard.
_MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter, types.MappingProxyType)
_SEQUENCES: Mapping[Any, Callable[[Any], Iterable[object]]] = {
    kind.__repr__: kind.__iter__ for kind in (list, tuple, set, frozenset, collections.deque)
}
_AROUND: Mapping[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}")}
_WALKS: Mapping[Any, Callable[[_Words, Any, int], None]] = {
    **{kind.__repr__: _Words.mapping for kind in _MAPPINGS},
    **dict.fromkeys(_SEQUENCES, _Words.sequence),
    **{kind.__repr__: _Words.bytes for kind in (bytes, bytearray)},
}
