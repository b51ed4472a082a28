"""errors.md from the refusals in the sources: every call that names an HTTP status and, next to it, a code."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generators.markdown import ROOT, code, link, table

INTRO = """# Errors

Every error is a problem document (RFC 9457, `application/problem+json`):

```json
{"type": "urn:millstream:problem:unknown_job", "title": "Not Found", "status": 404,
 "detail": "There is no job job_01JD….", "code": "unknown_job"}
```

`POST /api/v1/otlp/v1/traces` alone refuses as OTLP says: a `google.rpc.Status` in the encoding of the request, the code as
the `reason` of its `google.rpc.ErrorInfo`.

`code` is stable: programs may rely on it. `detail` is a sentence for people and may change. A 422 adds `errors`, one
entry `{"field": …, "message": …}` per fault. `POST /api/v1/leases/reports` and `POST /api/v1/jobs/batch` answer 200 and carry a code per item.
"""
STREAMS = """
Streams refuse in their own way where any other status would close an `EventSource` for good: see
[reading streams](../use/streams.md#when-a-stream-is-refused).
"""
SLUG = re.compile(r"[a-z]+(_[a-z]+)*")
SDK_INTRO = """## Exceptions of the SDK

Every exception of `millstream` that comes from a refusal carries the server's `code` and `status`. These have their own:
"""


@dataclass
class Error:
    """One code: its statuses, the sentences it comes with, the files that say it."""

    statuses: set[int] = field(default_factory=set)
    sentences: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)


def page() -> str:
    """The page."""
    rows = []
    for name, error in sorted(found().items(), key=lambda item: (min(item[1].statuses), item[0])):
        where = " ".join(link(path, path.split("/src/")[1]) for path in sorted(error.files))
        statuses = ", ".join(map(str, sorted(error.statuses)))
        sentences = sorted(error.sentences, key=lambda sentence: not sentence[:1].isupper())
        rows.append((code(name), statuses, sentences[0] if sentences else "", where))
    listed = table(("code", "status", "as in", "said by"), rows)
    return "\n".join([INTRO, listed, STREAMS, SDK_INTRO, _sdk()])


def found() -> dict[str, Error]:
    """Every code of the services."""
    errors: dict[str, Error] = defaultdict(Error)
    for path in sources():
        relative = path.relative_to(ROOT).as_posix()
        for status, name, sentence in _said(ast.parse(path.read_text(encoding="utf-8"))):
            errors[name].statuses.add(status)
            errors[name].files.add(relative)
            if sentence:
                errors[name].sentences.append(sentence)
    return dict(errors)


def sources() -> Iterator[Path]:
    """The Python sources of the services, without the SDK and what is generated."""
    for path in sorted((ROOT / "services").glob("*/src/**/*.py")):
        if not {"generated", "sdk", "node_modules"} & set(path.relative_to(ROOT).parts):
            yield path


def _said(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    wrappers: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            status = _status_of_wrapper(node)
            if status is not None:
                wrappers[node.name] = status
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if (pair := _pair(key, value)) is not None:
                    yield *pair, ""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for index, (first, second) in enumerate(zip(node.args, node.args[1:], strict=False)):
            if (pair := _pair(first, second)) is not None:
                yield *pair, _sentence(node.args[index + 2 : index + 3], tree)
        if isinstance(node.func, ast.Name) and node.func.id in wrappers and node.args:
            name = _slug(node.args[0])
            if name is not None:
                yield wrappers[node.func.id], name, _sentence(node.args[1:2], tree)


def _status_of_wrapper(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int | None:
    """The status of a function that takes the code as its first argument and hands it on."""
    names = [argument.arg for argument in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            for first, second in zip(node.args, node.args[1:], strict=False):
                status = _status(first)
                if status is not None and isinstance(second, ast.Name) and names[:1] == [second.id]:
                    return status
    return None


def _pair(first: ast.expr | None, second: ast.expr | None) -> tuple[int, str] | None:
    status, name = _status(first), _slug(second)
    return None if status is None or name is None else (status, name)


def _status(node: ast.expr | None) -> int | None:
    if isinstance(node, ast.Constant) and type(node.value) is int and 400 <= node.value < 600:
        return node.value
    return None


def _slug(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SLUG.fullmatch(node.value):
        return node.value
    return None


def _sentence(nodes: list[ast.expr], tree: ast.Module) -> str:
    """The text of an expression, `…` for what is filled in; of a name, what it was last set to above."""
    if not nodes:
        return ""
    node = nodes[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.Name):
        above = [a for a in ast.walk(tree) if isinstance(a, ast.Assign) and _targets(a) == [node.id]]
        above = [assignment for assignment in above if assignment.lineno < node.lineno]
        return _sentence([above[-1].value], tree) if above else ""
    return ""


def _sdk() -> str:
    tree = ast.parse((ROOT / "services/sdk/src/millstream/errors.py").read_text(encoding="utf-8"))
    rows = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        own = next((s.value for s in node.body if isinstance(s, ast.Assign) and _targets(s) == ["code"]), None)
        rows.append((code(node.name), code(_slug(own) or ""), (ast.get_docstring(node) or "").splitlines()[0]))
    return table(("exception", "code", "meaning"), rows)


def _targets(statement: ast.Assign) -> list[str]:
    return [target.id for target in statement.targets if isinstance(target, ast.Name)]
