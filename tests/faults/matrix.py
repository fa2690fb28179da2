"""Which processes are killed in which phase: the whole matrix, and the ten cells that stand for it in every run of the tests.

Decides what a run consists of, the same for the same seed. How a process is killed is `killing`, what must hold then `audit`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.demo.sale import PHASES
from deploy.local.processes import PROCESSES

SERVERS = ("rabbitmq", "postgres")
ENGINES = ("identity.engine", "contract.engine", "signing.engine")
"""The engine children of a service's worker, while the worker itself lives on."""
KINDS = (*(one.name for one in PROCESSES), *ENGINES, *SERVERS)

REPRESENTATIVE = (
    "identity.serve:sign-up",
    "identity.worker:search",
    "contract.serve:edit",
    "gateway.serve:confirm",
    "contract.worker:sign",
    "signing.worker:sign",
    "rabbitmq:sign",
    "postgres:review",
    "signing.worker:seal",
    "review.worker:push",
)
"""Every phase, nine kinds, and where most is under way: the killed one is the one that works just then."""


@dataclass(frozen=True)
class Cell:
    """One run: this process dies in that phase."""

    process: str
    phase: str

    def __str__(self) -> str:
        """Return what `--only` takes."""
        return f"{self.process}:{self.phase}"

    @classmethod
    def parse(cls, text: str) -> Cell:
        """Read `PROCESS:PHASE`. Raises ValueError naming what there is."""
        process, _, phase = text.partition(":")
        if process not in KINDS or phase not in PHASES:
            raise ValueError(f"{text}: a process of {' '.join(KINDS)}, a colon, and a phase of {' '.join(PHASES)}")
        return cls(process, phase)

    @property
    def worker(self) -> str:
        """The supervised process: for an engine the worker it belongs to."""
        return self.process.replace(".engine", ".worker")

    @property
    def is_engine(self) -> bool:
        """Whether only the engine children die."""
        return self.process in ENGINES

    @property
    def needs_face(self) -> bool:
        """Whether the seller looks into a camera: only where the face check is what is disturbed; it costs seconds."""
        return self.worker == "identity.worker" and self.phase == "search"

    def moment(self, seed: int) -> float:
        """Return how far into the phase it dies, from 0 to 1."""
        return random.Random(f"{seed}:{self}").uniform(0.0, 0.8)


def everything() -> list[Cell]:
    """The whole matrix, phase by phase."""
    return [Cell(process, phase) for phase in PHASES for process in KINDS]


def choose(*, only: Sequence[str], count: int | None, seed: int) -> list[Cell]:
    """Return the named cells; else the first `count`, the representative ones before others by the seed; else all."""
    if only:
        return [Cell.parse(one) for one in only]
    if count is None:
        return everything()
    first = [Cell.parse(one) for one in REPRESENTATIVE]
    rest = [one for one in everything() if one not in first]
    random.Random(seed).shuffle(rest)
    return (first + rest)[:count]
