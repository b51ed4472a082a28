"""A function's parameters as data: checked where a job is enqueued and again where it runs, carried as JSON.

Never pickled: what cannot be said in JSON by pydantic is refused when the function is first used.
"""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import JsonSchemaMode
from pydantic_core import PydanticSerializationError, to_jsonable_python

from millstream import limits
from millstream.context import Context
from millstream.errors import InvalidArguments, TooLarge, UnfitResult

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
EVENT = "event"
_NO_OBJECT = (str, bytes, int, float, bool, list, tuple, set, frozenset)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def check_signature(fn: Callable[..., Any]) -> None:
    """Refuse, where it is declared, what can never be called from a job."""
    for parameter in inspect.signature(fn).parameters.values():
        if parameter.kind in _VARIADIC:
            raise TypeError(f"{fn.__qualname__}: a function takes named arguments, so no *{parameter.name}")
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            raise TypeError(f"{fn.__qualname__}: {parameter.name} cannot be positional-only")


def check_event_signature(fn: Callable[..., Any]) -> None:
    """Refuse, where it is declared, what can never be called with an event."""
    names = set(inspect.signature(fn).parameters)
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except NameError:  # an annotation names what is defined further down: looked at once more when it is needed
        is_fit = EVENT in names and len(names) <= 2
    else:
        annotation = hints.get(EVENT)
        is_object = (typing.get_origin(annotation) or annotation) not in _NO_OBJECT
        is_fit = is_object and {n for n in names if not _is_context(hints.get(n))} == {EVENT}
    if not is_fit:
        raise TypeError(_TAKES_EVENT.format(fn.__qualname__))


_TAKES_EVENT = (
    "{}: a function that is triggered by events takes one argument named event beside the context, "
    "an object: a pydantic model, a dataclass or a dict"
)


def check_scheduled_signature(fn: Callable[..., Any]) -> None:
    """Refuse, where it is declared, what the clock can never call: nobody gives it arguments."""
    needed = {n for n, p in inspect.signature(fn).parameters.items() if p.default is inspect.Parameter.empty}
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except NameError:  # as above: one of them may be the context
        needed = set() if len(needed) == 1 else needed
    else:
        needed = {name for name in needed if not _is_context(hints.get(name))}
    if needed:
        raise TypeError(
            f"{fn.__qualname__}: a function that runs by the clock is given no arguments; {', '.join(sorted(needed))} needs a default"
        )


def event_data(event_type: str, data: Any) -> dict[str, Any]:
    """What an event says, as JSON-ready data.

    Raises:
        InvalidArguments: it is no object, or cannot be said in JSON.
        TooLarge: it is more than a job may carry.
    """
    try:
        said = to_jsonable_python({} if data is None else data)
        if not isinstance(said, dict):
            raise InvalidArguments(event_type, [{"field": EVENT, "message": "an object is needed, as a dict"}])
        _fits({EVENT: said}, limits.KWARGS_BYTES, f"the event {event_type}")
    except PydanticSerializationError as error:
        raise InvalidArguments(event_type, [{"field": EVENT, "message": str(error)}]) from error
    except ValueError as error:
        raise InvalidArguments(event_type, [{"field": EVENT, "message": _not_json(error)}]) from error
    return said


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one function, but for the `Context` the worker gives it."""

    function: str
    signature: inspect.Signature
    adapters: Mapping[str, TypeAdapter[Any]]
    required: frozenset[str]
    context: str | None
    result: TypeAdapter[Any]

    @classmethod
    def of(cls, fn: Callable[..., Any], key: str) -> Parameters:
        signature = inspect.signature(fn)
        hints = _hints(fn)
        context = next((n for n in signature.parameters if _is_context(hints.get(n))), None)
        named = {n: p for n, p in signature.parameters.items() if n != context}
        return cls(
            function=key,
            signature=signature.replace(parameters=list(named.values())),
            adapters={n: _adapter(hints.get(n, Any), f"{key}: the argument {n}") for n in named},
            required=frozenset(n for n, p in named.items() if p.default is inspect.Parameter.empty),
            context=context,
            result=_adapter(hints.get("return", Any), f"{key}: the result"),
        )

    def schema(self) -> dict[str, Any] | None:
        """A JSON Schema (2020-12) of the arguments as an object, in the function's order, with its defaults.

        None where pydantic has none for a type (as for one with a validator of its own), or it is larger than is kept.
        """
        mode: JsonSchemaMode = "validation"
        try:
            each, shared = TypeAdapter.json_schemas([(name, mode, adapter) for name, adapter in self.adapters.items()])
        except PydanticInvalidForJsonSchema:
            return None
        properties = {name: each[name, mode] | self._default(name) for name in self.adapters}
        required = [name for name in self.adapters if name in self.required]
        schema = {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        } | shared
        try:
            return schema if json_bytes(schema) <= limits.PARAMETERS_BYTES else None
        except ValueError:  # a NaN or an infinity among the defaults of a model
            return None

    def _default(self, name: str) -> dict[str, Any]:
        if name in self.required:
            return {}
        try:
            default = self.adapters[name].dump_python(self.signature.parameters[name].default, mode="json")
            json_bytes(default)
        except (PydanticSerializationError, ValueError):
            return {}
        return {"default": default}

    def encode(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """What a caller gave, checked, as JSON-ready data. What was left out stays out: the worker knows its defaults.

        Raises:
            InvalidArguments: it does not fit.
            TooLarge: it is more than a job may carry.
        """
        given = self._named(args, kwargs)
        checked = self._checked(given, TypeAdapter.validate_python)
        try:
            data = {name: self.adapters[name].dump_python(value, mode="json") for name, value in checked.items()}
        except PydanticSerializationError as error:
            raise InvalidArguments(self.function, [{"field": "arguments", "message": str(error)}]) from error
        try:
            _fits(data, limits.KWARGS_BYTES, f"the arguments of {self.function}")
        except ValueError as error:
            raise InvalidArguments(self.function, [{"field": "arguments", "message": _not_json(error)}]) from error
        return data

    def decode(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """What a job carries, checked, as the values the function takes.

        Raises:
            InvalidArguments: it does not fit, as after a change of the function.
        """
        return self._checked(kwargs, lambda adapter, value: adapter.validate_json(json.dumps(value)))

    def encode_result(self, value: Any) -> Any:
        """What the function returned, as JSON-ready data.

        Raises:
            UnfitResult: it cannot be said in JSON.
            TooLarge: it is more than a result may be.
        """
        try:
            data = self.result.dump_python(value, mode="json", warnings="error")
        except PydanticSerializationError as error:
            raise UnfitResult(f"the result of {self.function} does not fit its type: {error}") from error
        try:
            _fits(data, limits.RESULT_BYTES, f"the result of {self.function}")
        except ValueError as error:
            raise UnfitResult(f"the result of {self.function} is not JSON: {_not_json(error)}") from error
        return data

    def decode_result(self, data: Any) -> Any:
        """What the server kept, as the type the function says it returns."""
        return self.result.validate_json(json.dumps(data))

    def _named(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        positional = [n for n, p in self.signature.parameters.items() if p.kind in _POSITIONAL]
        if len(args) > len(positional):
            message = f"{len(positional)} arguments may be given by position, not {len(args)}"
            raise InvalidArguments(self.function, [{"field": "arguments", "message": message}])
        twice = set(positional[: len(args)]) & set(kwargs)
        if twice:
            raise InvalidArguments(self.function, [{"field": n, "message": "given twice"} for n in sorted(twice)])
        return dict(zip(positional, args, strict=False)) | dict(kwargs)

    def _checked(self, given: Mapping[str, Any], check: Callable[[TypeAdapter[Any], Any], Any]) -> dict[str, Any]:
        errors = [{"field": n, "message": "the function has no such argument"} for n in given if n not in self.adapters]
        errors += [{"field": n, "message": "missing"} for n in self.adapters if n in self.required - given.keys()]
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in self.adapters:
                continue
            try:
                values[name] = check(self.adapters[name], value)
            except ValidationError as error:
                errors += [
                    {"field": ".".join(map(str, (name, *e["loc"]))), "message": e["msg"]}
                    for e in error.errors(include_url=False, include_context=False, include_input=False)
                ]
        if errors:
            raise InvalidArguments(self.function, errors)
        return values


def json_bytes(data: Any) -> int:
    """How many bytes this is on the wire.

    Raises:
        ValueError: it is not JSON: NaN, infinities, halves of characters.
    """
    return len(json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode())


def _not_json(error: ValueError) -> str:
    return "half a character (a lone surrogate)" if isinstance(error, UnicodeError) else "NaN and infinity"


def _fits(data: Any, limit: int, what: str) -> None:
    size = json_bytes(data)
    if size > limit:
        raise TooLarge(f"{what}: {size:,} bytes of JSON, and at most {limit:,} are kept; put large data in an artifact")


def _hints(fn: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(fn, include_extras=True)
    except NameError as error:
        raise TypeError(f"{fn.__qualname__}: an annotation names what its module does not have: {error}") from error


def _is_context(annotation: Any) -> bool:
    if annotation is Context:
        return True
    return any(part is Context for part in typing.get_args(annotation))


def _adapter(annotation: Any, what: str) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation)
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        raise TypeError(f"{what} cannot be said in JSON: {str(error).splitlines()[0]}") from error
