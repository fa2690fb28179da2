"""The probe's questions."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import eventlet
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.common.kit.calls import Call
from services.common.kit.entrypoints import Wired, rpc
from services.common.kit.errors import Conflict
from services.common.kit.unit_of_work import UnitOfWork, Works
from tests.support.probe.faults import end_here, stamp
from tests.support.probe.messages import (
    Acknowledge,
    Count,
    Counted,
    CounterCounted,
    CounterWhispered,
    Doze,
    Echo,
    Echoed,
    Explode,
    GetCount,
    PassOn,
    WhoAsks,
)
from tests.support.probe.tables import COUNTERS, HANDLED

careless = logging.getLogger("services.probe")


def build(resources: Any) -> Any:
    """The probe needs nothing but its database."""
    return Works(resources.database, UnitOfWork)


def told(message: Any) -> Echoed:
    """Write down that it began, take as long as asked, answer."""
    if message.log:
        with Path(message.log).open("a") as file:
            file.write(f"{message.text}\n")
    if message.seconds:
        eventlet.sleep(message.seconds)
    return Echoed(text=message.text, pid=os.getpid())


class ProbeService:
    """Echoes and counts."""

    name = "probe"
    works = Wired(build)

    @rpc(Echo)
    def echo(self, message: Echo, call: Call) -> Echoed:
        """Answer the same text."""
        del call
        return told(message)

    @rpc(PassOn)
    def pass_on(self, message: PassOn, call: Call) -> Echoed:
        """Ask a neighbour."""
        question = Doze(text=message.text, seconds=message.seconds, log=message.log)
        reply: Echoed = self.resources.client.ask(question, call, deadline=message.patience)
        return reply

    @rpc(Explode)
    def explode(self, message: Explode, call: Call) -> Echoed:
        """Be careless."""
        del call
        careless.info("about to fail", extra={"code": "probe.careless", "id_number": message.secret})
        raise ValueError(message.secret)

    @rpc(WhoAsks)
    def who_asks(self, message: WhoAsks, call: Call) -> Echoed:
        """Name the actor."""
        del message
        return Echoed(text=f"{call.actor.kind}:{call.actor.id}:{call.actor.on_behalf_of}", pid=os.getpid())

    @rpc(Count)
    def count(self, message: Count, call: Call) -> Counted:
        """Add in one transaction and tell of it."""
        if message.seconds:
            eventlet.sleep(message.seconds)
        if message.fail:
            raise Conflict("probe.refused")
        with self.works(call) as work:
            row = upsert(COUNTERS).values(name=message.name, value=message.add)
            added = row.on_conflict_do_update(index_elements=["name"], set_={"value": COUNTERS.c.value + message.add})
            value = work.session.execute(added.returning(COUNTERS.c.value)).scalar_one()
            work.emit(
                CounterCounted(name=message.name, value=value, kill_at=message.kill_at), aggregate_id=message.name
            )
            if message.whisper:
                work.emit(CounterWhispered(name=message.name), aggregate_id=message.name)
            if message.kill_at == "before_commit":
                end_here(message.name)
            answer = Counted(name=message.name, value=value)
            if message.kill_at == "after_commit":
                work._database.on_commit = lambda: None  # noqa: SLF001 - the relay must not be quicker than the end
            work.commit(answer)
            stamp("committed", value)
        if message.kill_at == "after_commit":
            end_here(message.name)
        return answer

    @rpc(Acknowledge)
    def acknowledge(self, message: Acknowledge, call: Call) -> Echoed:
        """Answer the same text, once per request."""
        del call
        return Echoed(text=message.text, pid=os.getpid())

    @rpc(GetCount)
    def get_count(self, message: GetCount, call: Call) -> Counted:
        """Read."""
        del call
        with self.resources.database.read() as session:
            if message.name.startswith("handled:"):
                name = message.name.removeprefix("handled:")
                value = session.execute(
                    select(func.count()).select_from(HANDLED).where(HANDLED.c.name == name)
                ).scalar_one()
            else:
                value = (
                    session.execute(
                        select(COUNTERS.c.value).where(COUNTERS.c.name == message.name)
                    ).scalar_one_or_none()
                    or 0
                )
        return Counted(name=message.name, value=value)
