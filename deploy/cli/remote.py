"""Asks through the operators' command on the machine where the bus is: for those who reach a deployment by HTTP only.

The question goes in by standard input, so that nothing of it stands in a list of processes.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Any

from services.common.kit import wire
from services.common.kit.errors import InvalidValue, ServiceError, Unavailable, from_wire
from services.common.messages.shapes import RPC_OF

LONGEST = 120


@dataclass(frozen=True)
class OperatorCommand:
    """For example `docker compose run --rm -T operator`; asks as `cli`, like `Bus`."""

    command: tuple[str, ...]

    def ask(self, message: Any, *, request_id: str | None = None, seconds: float | None = None) -> Any:
        """Return the reply. Raises ServiceError, Unavailable; a repeat with the same `request_id` is carried out once."""
        rpc = RPC_OF[type(message)]
        options = [
            *(["--request-id", request_id] if request_id else []),
            *(["--seconds", str(seconds)] if seconds else []),
        ]
        try:
            done = subprocess.run(
                [*self.command, "ask", rpc.name, *options],
                input=wire.dumps(wire.to_plain(message)),
                capture_output=True,
                timeout=LONGEST,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as wrong:
            raise Unavailable("common.unavailable") from wrong
        try:
            said = wire.loads(done.stdout)
        except InvalidValue as nothing:  # not the exit code: `docker compose run` does not always hand it on
            raise ServiceError("common.refused", said=done.stderr.decode(errors="replace")[-500:]) from nothing
        if "refused" in said:
            raise from_wire(said["refused"])
        return wire.from_plain(rpc.reply, said["reply"])
