"""What the environment says: where the shop listens."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """Host and port of the shop."""

    host: str
    port: int

    @classmethod
    def read(cls) -> ShopSettings:
        return cls(os.environ.get("SHOP_HOST", "127.0.0.1"), int(os.environ.get("SHOP_PORT", "8090")))

    @property
    def url(self) -> str:
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0"} else self.host  # noqa: S104 - compared, not bound
        return os.environ.get("SHOP_URL") or f"http://{host}:{self.port}"
