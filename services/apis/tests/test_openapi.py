"""Whatever is sent, the service answers as its OpenAPI document says, and never with a surprise."""

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from millstream_apis.app import create_app
from millstream_apis.settings import ApisSettings
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving_aside
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.serialization import Binary

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on a port, in a thread of its own, with something to find."""
    given = ApisSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path_factory.mktemp("apis"), port=free_port())
    with serving_aside(given, create_app(given)) as url:
        assert (
            httpx.post(f"{url}/api/v1/apis/0/instances/0/heartbeat", json={"endpoints": ["GET /a"]}).status_code == 204
        )
        yield url


@schemathesis.serializer("application/x-protobuf")
def bytes_as_they_are(_: schemathesis.SerializationContext, value: object) -> bytes:
    return value.data if isinstance(value, Binary) else str(value).encode()


schema = schemathesis.openapi.from_dict(create_app(ApisSettings(auth=AuthSettings(mode="off"))).openapi())


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_answers_as_described(case: schemathesis.Case, base_url: str) -> None:
    response = case.call(base_url=base_url, timeout=20, allow_redirects=False)
    case.validate_response(response, checks=CHECKS if response.status_code != 501 else CHECKS[1:])
