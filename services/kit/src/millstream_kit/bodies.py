"""Bodies a route reads by itself: refused in the same words as those FastAPI reads."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from millstream_kit.errors import faults_of, invalid, refused

M = TypeVar("M", bound=BaseModel)


def read_body(shape: type[M], body: bytes) -> M:
    """JSON as what it describes.

    Raises:
        Refusal: 422, it is no JSON, or not of this shape.
    """
    try:
        return shape.model_validate(json.loads(body))
    except ValidationError as error:
        raise refused(faults_of(error)) from error
    except (ValueError, RecursionError) as error:
        raise invalid("", f"not JSON: {error}") from error
