"""API keys: made here, once, and kept as hashes; and the Secrets of a cluster that hold them.

    python -m millstream_kit.keys new --role admin --subject ops
    python -m millstream_kit.keys install-secrets --auth-secret NAME [--database-secret NAME]

`install-secrets` runs inside a pod, before anything of ours does. It speaks to the Kubernetes API with httpx and the
pod's own token: two requests do not need a client library of forty megabytes.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml
from millstream_contracts.inventory import load_inventory

from millstream_kit.auth import KeyEntry, hash_key

POD_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
KEYS_FILE, ADMIN_KEY, SERVICE_KEY, PASSWORD = "keys.yaml", "admin-key", "service-key", "password"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its entry; the key itself is shown once and stored nowhere."""

    key: str
    entry: KeyEntry


class SecretIncomplete(Exception):
    """A Secret of that name exists and lacks keys this installation reads."""


def new_key(role: str, subject: str) -> NewKey:
    """Make a key.

    Args:
        role: a role of the inventory.
        subject: who the key stands for, as logs will name it.

    Returns:
        The key, `ms_<id>_<secret>`, and its entry for a keys file.

    Raises:
        ValueError: the inventory has no such role.
    """
    roles = sorted(load_inventory().roles)
    if role not in roles:
        raise ValueError(f"no role {role!r}; there are {', '.join(roles)}")
    key_id = secrets.token_hex(6)
    key = f"ms_{key_id}_{secrets.token_urlsafe(32)}"
    return NewKey(key, KeyEntry(id=key_id, sha256=hash_key(key), subject=subject, role=role))


def _written(entry: KeyEntry) -> dict[str, object]:
    return entry.model_dump(mode="json", exclude_defaults=True)


def auth_secret() -> dict[str, str]:
    """What an installation's auth Secret holds: two keys to read, and the hashed file the services mount."""
    admin, service = new_key("admin", "admin"), new_key("service", "service")
    keys_file = yaml.safe_dump({"keys": [_written(admin.entry), _written(service.entry)]}, sort_keys=False)
    return {ADMIN_KEY: admin.key, SERVICE_KEY: service.key, KEYS_FILE: keys_file}


def database_secret() -> dict[str, str]:
    """A database password made of characters that need no escaping in a URL."""
    return {PASSWORD: secrets.token_urlsafe(32)}


def keep_or_create(client: httpx.Client, name: str, data: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Create a Secret unless it is there already; what is there is never changed.

    Args:
        client: speaks to the Kubernetes API below one namespace.
        name: the Secret's name.
        data: its content if it has to be made.
        labels: its labels if it has to be made.

    Returns:
        True if it was made now.

    Raises:
        SecretIncomplete: it exists without one of the keys of `data`.
        httpx.HTTPStatusError: the API refused.
    """
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": dict(labels)},
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    }
    answer = client.post("/secrets", json=body)
    if answer.status_code != httpx.codes.CONFLICT:
        answer.raise_for_status()
        return True
    missing = data.keys() - (client.get(f"/secrets/{name}").raise_for_status().json().get("data") or {}).keys()
    if missing:
        raise SecretIncomplete(f"Secret {name} exists without {', '.join(sorted(missing))}; add them or delete it")
    return False


def pod_client(account: Path = POD_ACCOUNT) -> httpx.Client:
    """A client for the Kubernetes API below the pod's own namespace, with the pod's token and the cluster's CA."""
    namespace = (account / "namespace").read_text().strip()
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    host = f"[{host}]" if ":" in host else host
    return httpx.Client(
        base_url=f"https://{host}:{port}/api/v1/namespaces/{namespace}",
        headers={"Authorization": f"Bearer {(account / 'token').read_text().strip()}"},
        transport=httpx.HTTPTransport(verify=ssl.create_default_context(cafile=account / "ca.crt"), retries=3),
        timeout=10,
    )


def _install(arguments: argparse.Namespace, client: httpx.Client) -> None:
    labels = dict(label.split("=", 1) for label in arguments.label)
    wanted = {arguments.auth_secret: auth_secret, arguments.database_secret: database_secret}
    for name, content in wanted.items():
        if name:
            made = keep_or_create(client, name, content(), labels)
            print(f"{'created' if made else 'kept'} Secret {name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m millstream_kit.keys", description="Make API keys.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="print a new key and its entry for a keys file, as JSON")
    new.add_argument("--role", required=True)
    new.add_argument("--subject", required=True)
    install = commands.add_parser("install-secrets", help="inside a pod: create the Secrets that are missing")
    install.add_argument("--auth-secret", help="name of the Secret for the API keys")
    install.add_argument("--database-secret", help="name of the Secret for the database password")
    install.add_argument("--label", action="append", default=[], metavar="KEY=VALUE")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "new":
            made = new_key(arguments.role, arguments.subject)
            print(json.dumps({"key": made.key, "entry": _written(made.entry)}))
        else:
            with pod_client() as client:
                _install(arguments, client)
    except (ValueError, SecretIncomplete, httpx.HTTPError, OSError) as error:
        print(f"millstream_kit.keys: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
