"""How a dataclass becomes a message: queries and commands (asked of one service), events (told to subscribers).

A *command* changes its owner's data once per `request_id`; its reply holds ids, codes and times only, because it is kept.
A *query* changes nothing another caller could notice and may be repeated freely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T", bound=type)

RPC_OF: dict[type, Rpc] = {}
EVENT_OF: dict[type, EventName] = {}
EVENT_SHAPES: dict[tuple[str, int], type] = {}


@dataclass(frozen=True)
class Rpc:
    """What is asked: owner, method, version, and the shape of the answer.

    `process` is `serve`, or `worker` where the answer needs an engine. `deadline` in seconds.
    """

    service: str
    method: str
    version: int
    reply: type
    is_command: bool
    process: str
    deadline: float

    @property
    def name(self) -> str:
        """`contract.open_case.v1`."""
        return f"{self.service}.{self.method}.v{self.version}"

    @property
    def queue(self) -> str:
        """The queue the owner's process reads."""
        return f"rpc.{self.service}.{self.process}"


@dataclass(frozen=True)
class EventName:
    """`contract.case_opened`, and its version."""

    name: str
    version: int

    @property
    def routing_key(self) -> str:
        """What queues are bound with."""
        return f"{self.name}.v{self.version}"


@dataclass(frozen=True)
class Nothing:
    """An answer without content."""


def query(
    service: str, method: str, *, reply: type, version: int = 1, process: str = "serve", deadline: float = 5.0
) -> Callable[[T], T]:
    """Declare a dataclass as a question."""

    def declare(shape: T) -> T:
        RPC_OF[shape] = Rpc(service, method, version, reply, is_command=False, process=process, deadline=deadline)
        return shape

    return declare


def command(
    service: str, method: str, *, reply: type, version: int = 1, process: str = "serve", deadline: float = 5.0
) -> Callable[[T], T]:
    """Declare a dataclass as an order, carried out once per `request_id`."""

    def declare(shape: T) -> T:
        RPC_OF[shape] = Rpc(service, method, version, reply, is_command=True, process=process, deadline=deadline)
        return shape

    return declare


def event(name: str, *, version: int = 1) -> Callable[[T], T]:
    """Declare a dataclass as a fact. Fields are ids and codes, never personal data."""

    def declare(shape: T) -> T:
        EVENT_OF[shape] = EventName(name, version)
        EVENT_SHAPES[name, version] = shape
        return shape

    return declare
