"""The gateway's ways to the rest: the bus to ask services, the object store to open their links and put uploads in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.exchange import Asks, OpensLinks
from gateway.uploads import KeepsIncoming

if TYPE_CHECKING:
    from services.common.kit.resources import Resources


@dataclass(frozen=True)
class Clients:
    """Built once per process from what the runner holds."""

    asks: Asks
    links: OpensLinks
    incoming: KeepsIncoming

    @classmethod
    def of(cls, resources: Resources) -> Clients:
        """Take the runner's client (it signs each request's actor for 60 s) and open the folder of link keys and the way in."""
        return cls(resources.client, resources.links, resources.incoming)
