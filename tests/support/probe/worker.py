"""The probe's events and engine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import eventlet
from sqlalchemy import insert

from services.common.kit import entrypoints
from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, handles, rpc
from services.common.kit.errors import Unavailable
from services.common.kit.unit_of_work import UnitOfWork, Works
from tests.support.probe.faults import end_here, one_less, stamp
from tests.support.probe.messages import CounterCounted, Crunch, Doze, Echoed
from tests.support.probe.service import told
from tests.support.probe.tables import HANDLED


def build(resources: Any) -> Any:
    """Database and one engine."""
    return Works(resources.database, UnitOfWork), resources.engines("tests.support.probe.engine", {}, 1)


entrypoints.EVENT_SECONDS = float(os.environ.get("PROBE_EVENT_SECONDS", entrypoints.EVENT_SECONDS))


class ProbeWorker:
    """Follows the counters."""

    name = "probe"
    parts = Wired(build)

    @handles("probe.follow")
    def follow(self, event: CounterCounted, call: Call) -> None:
        """Write down that it was handled; before that begin, take long and fail as files in the marks folder say."""
        marks = Path(os.environ["PROBE_MARKS"])
        with (marks / f"begun-{event.name}").open("a") as file:
            file.write(f"{event.value}\n")
        slow = marks / f"slow-{event.name}"
        if slow.exists():
            eventlet.sleep(float(slow.read_text()))
        if one_less(marks / f"fail-{event.name}"):
            raise RuntimeError("told to fail")
        if one_less(marks / f"away-{event.name}"):
            raise Unavailable("bus.no_answer")
        works, _ = self.parts
        with works(call) as work:
            work.session.execute(insert(HANDLED).values(name=event.name, value=event.value))
            if event.kill_at == "before_mark":
                end_here(event.name)
            work.commit()
            stamp("handled", event.value)

    @rpc(Crunch)
    def crunch(self, message: Crunch, call: Call) -> Echoed:
        """Run in the engine."""
        args, seconds = {"text": message.text, "seconds": message.seconds}, min(message.patience, call.remaining)
        result = self.parts[1].run(message.job, args, seconds)
        return Echoed(text=result["text"], pid=result["pid"])

    @rpc(Doze)
    def doze(self, message: Doze, call: Call) -> Echoed:
        """Answer the same text."""
        del call
        return told(message)
