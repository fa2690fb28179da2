"""Documents drawn in an engine process and kept in the object store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from services.contract.adapters.rendering.document_json import to_json
from services.contract.application.ports import Drawn
from services.contract.domain.document import ContractDocument

ENGINE = "services.contract.adapters.rendering.engine"
JOB = "render_contract"
SECONDS = 30.0


class Pool(Protocol):
    """Engine processes."""

    def run(self, job: str, args: dict[str, Any], timeout: float = ...) -> dict[str, Any]:
        """Run one job."""


class Store(Protocol):
    """The object store as kit gives it."""

    def put(self, key: str, data: bytes) -> str:
        """Keep."""

    def link(self, key: str) -> str:
        """Return a link."""


@dataclass(frozen=True)
class EngineRenderer:
    """Draws in the engine; the refusals of the engine arrive as DomainError."""

    pool: Pool

    def draw(self, document: ContractDocument, *, preview: bool) -> Drawn:
        """Return the PDF. Raises DomainError with the engine's code, Unavailable when it died or took too long."""
        result = self.pool.run(JOB, {"document": to_json(document), "preview": preview}, SECONDS)
        fields = tuple(str(one["name"]) for one in result["fields"])
        return Drawn(pdf=result["pdf"], sha256=str(result["sha256"]), pages=int(result["pages"]), fields=fields)


@dataclass(frozen=True)
class StoredDocuments:
    """The object store as the use cases see it."""

    store: Store

    def put(self, key: str, data: bytes) -> None:
        """Keep; durable when it returns."""
        self.store.put(key, data)

    def link(self, key: str) -> str:
        """Return a 60-second internal link."""
        return self.store.link(key)
