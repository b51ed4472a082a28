"""Declaring and calling functions: what is checked where it is written."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from millstream import Context, InvalidArguments, Millstream, TooLarge
from millstream.arguments import Parameters
from pydantic import BaseModel, Field
from pydantic_core import core_schema


class Order(BaseModel):
    number: int
    at: datetime


class Odd:
    """Checked by Python alone: nothing of it can be said in a JSON Schema."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(cls)


Wide = Annotated[int, Field(description="much to say " * 2000)]
app = Millstream("shop")


@app.function(retries=5, timeout=30)
def price(order: Order, discount: Annotated[float, Field(ge=0, le=1)] = 0.0) -> float:
    return order.number * (1 - discount)


@app.function(key="mail.receipt", name="Receipt")
async def receipt(ctx: Context, to: UUID, copies: int = 1) -> set[int]:
    return {copies}


def test_calling_a_function_is_calling_the_function() -> None:
    assert price(Order(number=2, at=datetime.now(UTC)), discount=0.5) == 1.0


def test_its_key_is_its_name_unless_one_is_given() -> None:
    assert list(app.functions) == ["price", "mail.receipt"]


def test_it_declares_its_policy() -> None:
    assert price.declaration() == {
        "key": "price", "name": "price", "type": "task", "timeout": 30, "max_retries": 5, "retry_delay": 1.0,
        "parameters": price.parameters.schema(), "import_path": f"{__name__}:price",
    }  # fmt: skip


def test_it_says_where_it_is_imported_from_where_it_is_what_an_import_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    @Millstream("other").function()
    def nested() -> None: ...

    assert nested.import_path is None
    kept = price
    assert kept.import_path == f"{__name__}:price"
    monkeypatch.setitem(globals(), "price", kept.fn)
    assert kept.import_path is None


def test_one_of_the_program_itself_is_where_its_module_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules[__name__])
    monkeypatch.setattr(price.fn, "__module__", "__main__")
    assert price.import_path == f"{__name__}:price"
    monkeypatch.setattr(sys.modules[__name__], "__spec__", None)
    assert price.import_path is None


def test_it_declares_what_it_takes_in_its_own_order_with_its_defaults() -> None:
    def take(
        ctx: Context,
        order: Order,
        to: Annotated[str, Field(max_length=20, description="Whom to tell.")],
        how: Literal["mail", "call"] = "mail",
        copies: int | None = None,
        weight: float = math.nan,
    ) -> None: ...

    schema = Parameters.of(take, "take").schema()
    assert schema is not None
    Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == ["order", "to", "how", "copies", "weight"]
    assert schema["required"] == ["order", "to"]
    assert schema["properties"]["order"] == {"$ref": "#/$defs/Order"}
    assert schema["properties"]["to"] == {"type": "string", "maxLength": 20, "description": "Whom to tell."}
    assert schema["properties"]["how"] == {"type": "string", "enum": ["mail", "call"], "default": "mail"}
    assert schema["properties"]["copies"]["default"] is None
    assert "default" not in schema["properties"]["weight"]
    checker = Draft202012Validator(schema)
    order = {"number": 7, "at": "2026-01-01T00:00:00Z"}
    assert checker.is_valid({"order": order, "to": "x"})
    assert not checker.is_valid({"order": order, "to": "x", "cc": "y"})


def test_what_has_no_schema_or_too_large_a_one_is_declared_without() -> None:
    def open_odd(odd: Odd) -> None: ...

    def choose(one: Wide) -> None: ...

    assert Parameters.of(open_odd, "open_odd").schema() is None
    assert Parameters.of(choose, "choose").schema() is None


def test_arguments_travel_as_json_and_come_back_as_their_types() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    sent = price.parameters.encode((Order(number=7, at=at),), {"discount": 0.25})
    assert sent == {"order": {"number": 7, "at": "2026-01-01T00:00:00Z"}, "discount": 0.25}
    assert price.parameters.decode(sent) == {"order": Order(number=7, at=at), "discount": 0.25}


def test_the_context_is_no_argument() -> None:
    to = UUID(int=1)
    assert receipt.parameters.encode((), {"to": to}) == {"to": str(to)}
    assert receipt.parameters.context == "ctx"


def test_what_is_left_out_stays_out_so_that_the_worker_fills_in_its_own_default() -> None:
    assert "copies" not in receipt.parameters.encode((UUID(int=1),), {})


def test_every_wrong_argument_is_named_at_once() -> None:
    with pytest.raises(InvalidArguments) as caught:
        price.parameters.encode((), {"discount": 2, "colour": "red"})
    assert [error["field"] for error in caught.value.errors] == ["colour", "order", "discount"]
    assert (caught.value.code, caught.value.status) == ("invalid_arguments", 422)
    assert "the arguments do not fit price" in caught.value.detail


def test_what_json_cannot_say_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidArguments, match="NaN"):

        @Millstream("nan").function()
        def weigh(grams: float) -> None: ...

        weigh.parameters.encode((float("nan"),), {})


def test_an_argument_given_twice_is_refused() -> None:
    with pytest.raises(InvalidArguments, match="given twice"):
        receipt.parameters.encode((UUID(int=1),), {"to": UUID(int=2)})


def test_arguments_larger_than_a_job_may_carry_are_refused_before_anything_is_sent() -> None:
    @Millstream("big").function()
    def keep(text: str) -> None: ...

    with pytest.raises(TooLarge, match="at most 262,144"):
        keep.parameters.encode(("x" * 262_144,), {})


@pytest.mark.parametrize("key", ["Resize", "a b", "", "events", "x" * 64])
def test_a_key_that_is_no_name_is_refused_where_it_is_declared(key: str) -> None:
    with pytest.raises(ValueError, match="function key"):
        Millstream("names").function(key=key)(lambda: None)


def test_variable_arguments_are_refused_where_they_are_declared() -> None:
    with pytest.raises(TypeError, match=r"no \*rest"):

        @Millstream("variadic").function()
        def many(*rest: int) -> None: ...


def test_a_type_that_json_cannot_say_is_refused_by_name() -> None:
    class Socket: ...

    def send(over: Socket) -> None: ...

    send.__annotations__["over"] = Socket
    made = Millstream("types").function()(send)
    with pytest.raises(TypeError, match="send: the argument over cannot be said in JSON"):
        _ = made.parameters


def test_two_functions_cannot_share_a_key() -> None:
    other = Millstream("twice")
    other.function(key="one")(lambda: None)
    with pytest.raises(ValueError, match="already"):
        other.function(key="one")(lambda: None)


@pytest.mark.parametrize("limit", ["", "10", "0/s", "ten/s", "10/w", "1000001/s", "10 per second", "10/s "])
def test_a_rate_limit_that_is_none_is_refused_where_it_is_declared(limit: str) -> None:
    with pytest.raises(ValueError, match=r"rate_limit cannot be .*as in '10/s'"):
        Millstream("limited").function(rate_limit=limit)(lambda: None)


def test_a_rate_limit_is_declared_as_it_is_written() -> None:
    made = Millstream("limited").function(rate_limit="100/minute", key="mail")(lambda: None)
    assert made.declaration()["rate_limit"] == "100/minute"


def test_importing_millstream_loads_no_http_library_and_no_framework() -> None:
    """Declaring functions must cost a web app nothing it did not pay already."""
    heavy = "{'httpx', 'fastapi', 'starlette', 'opentelemetry.sdk', 'uvicorn', 'yaml'}"
    code = f"import sys, millstream; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_the_package_needs_six_libraries_and_nothing_of_ours() -> None:
    """Users install it beside their own code."""
    from importlib.metadata import requires

    needed = {r.split(">")[0].split("[")[0].strip() for r in requires("millstream") or () if "extra ==" not in r}
    assert needed == {"httpx", "pydantic", "opentelemetry-api", "anyio", "psutil", "cronsim"}


def test_its_limits_are_those_of_the_contract() -> None:
    from millstream import limits
    from millstream_contracts.limits import load_limits

    ours = {name.lower(): value for name, value in vars(limits).items() if name.isupper()}
    assert ours == {name: value for name, value in load_limits().model_dump().items() if name in ours}
    assert len(ours) > 10


def test_its_names_are_those_of_the_contract() -> None:
    from millstream import names
    from millstream_contracts.inventory import load_inventory

    assert names._NAME.pattern == load_inventory().name_pattern
    assert frozenset(load_inventory().reserved_names) == names.RESERVED


def test_its_rate_limits_are_those_of_the_server() -> None:
    from millstream import function
    from millstream_jobs import rates

    assert function._RATE_LIMIT.pattern == rates.PATTERN


def test_it_makes_of_a_text_the_name_the_server_makes_of_it() -> None:
    from millstream import names
    from millstream_apis.otlp import name_of

    for text in ("shop", "Shop API", "-Läden--", "a" * 62 + "-b", "b" * 70, "shop/v2.", "..", ""):
        assert names.slug(text) == (name_of(text) or "x")
