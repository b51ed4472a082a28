"""A value in words: bounded, on one line, and nothing of it that a name says is secret."""

from __future__ import annotations

import collections
import json
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from millstream import limits
from millstream.traffic.masking import MASK, Masking
from millstream.worker.shown import ASKING, shown
from pydantic import BaseModel, Field, SecretStr

SECRET = "tulip-hunter-2"


def said(value: object, chars: int = limits.LOCAL_CHARS) -> str:
    return shown(value, Masking(), chars)


@dataclass
class Bank:
    url: str
    password: Any
    retries: int = 3
    note: str = field(default="not to be shown", repr=False)


@dataclass(slots=True)
class Slim:
    token: Any


class Pair(NamedTuple):
    name: str
    access_key: Any


class Model(BaseModel):
    user: str
    api_token: Any
    hidden: Any = Field("not to be shown", repr=False)


class Words:
    """Says what it holds in words of its own."""

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def __repr__(self) -> str:
        return f"<Words {self.name}={self.value!r}>"


class Raising:
    def __repr__(self) -> str:
        raise RuntimeError(SECRET)


class Kind(Enum):
    PASSWORD = "p"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (41, "41"),
        ("it's", '"it\'s"'),
        (b"a\x00\xff", "b'a\\x00\\xff'"),
        ([1, (2,), set(), {3}, []], "[1, (2,), set(), {3}, []]"),
        ({"a": {"b": [1]}}, "{'a': {'b': [1]}}"),
        (collections.OrderedDict(a=1), "OrderedDict({'a': 1})"),
        (collections.deque([1, 2]), "deque([1, 2])"),
        ([[[[[1]]]]], "[[[[[…]]]]]"),
        (10**400, "<int of 1329 bits>"),
        (Raising(), "<Raising, whose repr raised RuntimeError>"),
        ({"x": Raising()}, "{'x': <Raising, whose repr raised RuntimeError>}"),
        (Words("a\nb", 1), "<Words a b=1>"),
        (Bank("https://bank", None), "Bank(url='https://bank', password=None, retries=3)"),
        ("", "''"),
        # What is masked.
        (Bank("https://bank", SECRET), f"Bank(url='https://bank', password={MASK}, retries=3)"),
        (Slim(SECRET), f"Slim(token={MASK})"),
        (Pair("a", SECRET), f"Pair(name='a', access_key={MASK})"),
        (Model(user="ada", api_token=SECRET), f"Model(user='ada', api_token={MASK})"),
        (SecretStr(SECRET), "SecretStr('**********')"),
        ({"Api-Key": SECRET, "n": 1}, f"{{'Api-Key': {MASK}, 'n': 1}}"),
        ({b"cookie": SECRET}, f"{{b'cookie': {MASK}}}"),
        ({Kind.PASSWORD: SECRET}, f"{{<Kind.PASSWORD: {MASK}: {MASK}}}"),
        ([(b"authorization", b"x"), (b"host", b"y")], f"[(b'authorization', {MASK}), (b'host', b'y')]"),
        (["mysql", "--password", SECRET, "db"], f"['mysql', '--password', {MASK}, 'db']"),
        (f'{{"user": "ada", "password": "{SECRET}"}}', f"'{{\"user\": \"ada\", \"password\": {MASK}'"),
        (f"postgresql://app:{SECRET}@db/shop", f"'postgresql://{MASK}@db/shop'"),
        (Words("password", {"a": 'it\'s "x"'}), f"<Words password={MASK}"),
        (Words("headers", [("cookie", SECRET)]), f"<Words headers=[('cookie', {MASK}"),
        (4111111111111111, MASK),
    ],
)  # fmt: skip
def test_a_value_says_what_it_is_but_for_what_is_secret(value: object, text: str) -> None:
    assert said(value) == text


def test_who_hides_something_in_its_own_words_is_heard_and_not_walked() -> None:
    class Vault(dict[str, str]):
        def __repr__(self) -> str:
            return "<Vault>"

    assert said(Vault(a=SECRET)) == "<Vault>"
    assert "not to be shown" not in said([Bank("u", "p"), Model(user="a", api_token="b")])


def test_a_query_is_not_asked_for_its_rows() -> None:
    asked: list[int] = []
    kind = type("QuerySet", (), {"__module__": "django.db.models.query", "__repr__": lambda _: str(asked.append(1))})
    more = type("Products", (kind,), {})
    assert (said(kind()), said([more()]), asked) == ("<QuerySet>", "[<Products>]", [])
    assert "django.db.models.query.QuerySet" in ASKING


def test_what_is_huge_is_cut() -> None:
    cyclic: list[Any] = [1]
    cyclic.append(cyclic)
    huge = [
        "x" * 10_000_000,
        b"x" * 10_000_000,
        list(range(1_000_000)),
        set(range(1_000_000)),
        Words("x", "y" * 1_000_000),
    ]
    for value in [*huge, {n: n for n in range(100_000)}, {"k" * 100_000: 1}, cyclic]:
        text = said(value)
        assert len(text) <= limits.LOCAL_CHARS
        assert "…" in text
    assert len(said("x" * limits.LOCAL_CHARS)) == limits.LOCAL_CHARS


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=20)
NAMES = st.sampled_from(
    [
        "password",
        "PASSWORD",
        "db_password",
        "api-key",
        "accessToken",
        "Authorization",
        "Set-Cookie",
        "client_secret",
        "iban",
    ]
)
Nesting = Callable[[Any], Any]


def _kept(name: str, value: object) -> st.SearchStrategy[Any]:
    """Ways to hold a value under a name."""
    made: list[Any] = [
        {name: value}, {name.encode(): value}, collections.OrderedDict([(name, value)]), collections.defaultdict(int, {name: value}),
        types.MappingProxyType({name: value}), [name, value], (name, value), (name.encode(), value), collections.deque([name, value]),
        Bank("u", value), Slim(value), Pair("p", value), Model(user="u", api_token=value), {"a": 1, name: value, "z": 2},
        Words(name, value), Words("fields", {name: value}), Words("pairs", [(name, value)]), repr({name: value}),
        json.dumps({name: repr(value)}), f"{name} = {value!r}", f"{name}: {value}", f"--{name}={value}",
        json.dumps(json.dumps({name: repr(value)})), repr(repr({name: value})),
    ]  # fmt: skip
    return st.sampled_from(made)


@st.composite
def holding(draw: st.DrawFn) -> Any:
    """Anything, with a secret somewhere in it under a name that says so."""
    quotes = st.text(alphabet="'\"\\,;:= )]}\n", max_size=6)
    secret: Any = draw(quotes) + SECRET + draw(quotes)
    inner = draw(
        st.recursive(st.just(secret), lambda more: st.lists(more, min_size=1, max_size=2) | st.builds(Bank, more, more))
    )
    value = draw(_kept(draw(NAMES), inner))
    for _ in range(draw(st.integers(0, 3))):
        beside = draw(st.lists(SCALARS, max_size=3))
        value = draw(
            st.sampled_from(
                [[*beside, value], (value, *beside), {"a": value}, {"b": beside, "c": value}, Words("x", value)]
            )
        )
    return value


@settings(max_examples=150)
@given(holding(), st.integers(20, 400))
def test_nothing_under_a_secrets_name_is_said_however_it_is_held(value: object, chars: int) -> None:
    text = said(value, chars)
    assert SECRET not in text
    assert len(text) <= chars


@given(st.recursive(SCALARS, lambda more: st.lists(more) | st.dictionaries(st.text(), more) | st.tuples(more, more)))
def test_anything_is_said_within_bounds_on_one_line(value: object) -> None:
    text = said(value)
    assert len(text) <= limits.LOCAL_CHARS
    assert "\n" not in text
    assert text.encode()
