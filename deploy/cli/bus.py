"""The command's connection to the bus, in its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.common.kit.actors import ActorSigner
from services.common.kit.blocking import BlockingClient
from services.common.kit.settings import Environment
from services.common.messages.operations import operation

ISSUER = "cli"


@dataclass
class Bus:
    """Asks services as `cli`. Connects for each question: the broker may have been restarted in between."""

    url: str
    signer: ActorSigner

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Bus:
        """Read GUOHU_AMQP_URL and GUOHU_ACTOR_KEY_FILE. Raises SettingMissing."""
        values = Environment(environ)
        return cls(values.text("GUOHU_AMQP_URL"), ActorSigner.from_pem(ISSUER, values.pem("GUOHU_ACTOR_KEY_FILE")))

    def ask(self, message: Any, *, request_id: str | None = None, seconds: float | None = None) -> Any:
        """Return the reply. Raises ServiceError, Unavailable; a repeat with the same `request_id` is carried out once."""
        client = BlockingClient(self.url, self.signer)
        try:
            return client.ask(message, request_id=request_id, seconds=seconds)
        finally:
            client.close()

    def operate(self, service: str, message: Any) -> Any:
        """Ask one of the questions every service answers alike."""
        client = BlockingClient(self.url, self.signer)
        try:
            return client.ask_as(operation(service, type(message)), message)
        finally:
            client.close()
