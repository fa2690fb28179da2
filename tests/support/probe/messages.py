"""What the probe answers and tells. Registered with the real registry, in test processes only."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.messages import registry
from services.common.messages.shapes import command, event, query


@dataclass(frozen=True, kw_only=True)
class Echoed:
    """What was asked, and by which process it was answered."""

    text: str
    pid: int


@query("probe", "echo", reply=Echoed)
@dataclass(frozen=True, kw_only=True)
class Echo:
    """Answer the same text after `seconds`; `starts` counts in the log file how often it began."""

    text: str
    seconds: float = 0.0
    log: str = ""


@query("probe", "doze", reply=Echoed, process="worker")
@dataclass(frozen=True, kw_only=True)
class Doze:
    """As Echo, answered by the worker process."""

    text: str
    seconds: float = 0.0
    log: str = ""


@query("probe", "pass_on", reply=Echoed, deadline=20.0)
@dataclass(frozen=True, kw_only=True)
class PassOn:
    """Ask the worker to doze, in the same name; wait for it at most `patience` seconds."""

    text: str
    seconds: float = 0.0
    log: str = ""
    patience: float = 5.0


@query("probe", "explode", reply=Echoed)
@dataclass(frozen=True, kw_only=True)
class Explode:
    """Say the secret in a log field nobody allowed, then fail with it in the exception's text."""

    secret: str


@query("probe", "who_asks", reply=Echoed)
@dataclass(frozen=True, kw_only=True)
class WhoAsks:
    """Answer kind and id of the asker as the handler sees it."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A counter's value after the command."""

    name: str
    value: int


@command("probe", "count", reply=Counted)
@dataclass(frozen=True, kw_only=True)
class Count:
    """Add to a counter; `seconds`: take that long before the transaction; `kill_at`: end the process there, once."""

    name: str
    add: int = 1
    seconds: float = 0.0
    kill_at: str = ""
    fail: bool = False
    whisper: bool = False


@command("probe", "acknowledge", reply=Echoed)
@dataclass(frozen=True, kw_only=True)
class Acknowledge:
    """A command that changes nothing: what is kept is its answer alone."""

    text: str


@query("probe", "get_count", reply=Counted)
@dataclass(frozen=True, kw_only=True)
class GetCount:
    """The counter, and how often its events were handled (`handled:<name>`)."""

    name: str


@query("probe", "crunch", reply=Echoed, process="worker", deadline=30.0)
@dataclass(frozen=True, kw_only=True)
class Crunch:
    """Run a job in the engine process; `patience`: how long it may take."""

    job: str
    text: str
    seconds: float = 0.0
    patience: float = 20.0


@event("probe.counted")
@dataclass(frozen=True, kw_only=True)
class CounterCounted:
    """A counter was added to."""

    name: str
    value: int
    kill_at: str = ""


@event("probe.whispered")
@dataclass(frozen=True, kw_only=True)
class CounterWhispered:
    """Nobody hears this one."""

    name: str


registry.SUBSCRIPTIONS.append(registry.Subscription("probe.follow", "probe", "worker", (CounterCounted,), ordered=True))
