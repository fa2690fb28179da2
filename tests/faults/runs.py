"""Carries one sale while a process is killed, and judges it.

Decides what a run is: a new cast, the sale with its retries, the time to settle, the audit, the PDF, the killed one's return.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clients.python.guohu_client import Client
from deploy.demo.__main__ import WITH_SEAL, root_certificate
from deploy.demo.checking import check
from deploy.demo.sale import Cast, Sale
from deploy.demo.stage import Stage
from deploy.local.stack import Stack
from tests.faults.audit import audit
from tests.faults.killing import Killer
from tests.faults.ledger import Ledger
from tests.faults.matrix import Cell
from tests.stack.waiting import eventually

SETTLE_SECONDS = 90.0
"""A lease whose holder could not even give it back runs out after 60 s."""
FACE_SECONDS = 3.0
"""How much longer a search takes in which a person turns the head for the camera."""


@dataclass
class Run:
    """What came of a cell. `process` is empty for the undisturbed sale that comes first."""

    process: str
    phase: str
    seconds: float = 0.0
    settled_after: float = 0.0
    retries: int = 0  # requests the people's phones sent again
    redone: int = 0  # events of the case that were begun a second time, because the first attempt was cut
    phase_seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


@dataclass
class Trial:
    """Runs cells on one stack. `usual`: the seconds of each phase when nobody disturbs it."""

    stack: Stack
    stage: Stage
    seed: int
    usual: dict[str, float] = field(default_factory=dict)

    def calm(self) -> Run:
        """A sale that nobody disturbs: it warms the processes up, times the phases, and proves the audit."""
        run = self._carried(Run("", ""), lambda phase, event: None, lambda: True)
        self.usual = run.phase_seconds
        return run

    def disturb(self, cell: Cell) -> Run:
        """A sale during which that process dies in that phase."""
        usual = self.usual.get(cell.phase, 1.0) + (FACE_SECONDS if cell.needs_face else 0.0)
        killer = Killer(self.stack, cell, usual * cell.moment(self.seed))
        run = self._carried(Run(cell.process, cell.phase), killer.tell, killer.is_back, with_face=cell.needs_face)
        killer.finish()
        if not killer.killed:
            run.wrong.append(f"{cell.process} had nothing to kill")
        return run

    def _carried(
        self, run: Run, tell: Callable[[str, str], None], is_back: Callable[[], bool], *, with_face: bool = False
    ) -> Run:
        try:
            sale = Sale(self.stage.cast(with_face=with_face), tell)
            self._sell(run, sale)
            self._judge(run, sale, is_back)
        except Exception as wrong:  # noqa: BLE001 - whatever it was, this cell failed, and the next is tried
            place = traceback.extract_tb(wrong.__traceback__)[-1]
            run.wrong.append(f"{type(wrong).__name__}: {wrong} ({Path(place.filename).name}:{place.lineno})")
        return run

    @staticmethod
    def _sell(run: Run, sale: Sale) -> None:
        begun = time.monotonic()
        try:
            sale.run()
        finally:
            run.seconds = round(time.monotonic() - begun, 1)
            run.phase_seconds, run.retries = sale.seconds, sum(one.retried for one in _clients(sale.cast))

    def _judge(self, run: Run, sale: Sale, is_back: Callable[[], bool]) -> None:
        ledger, begun = Ledger(self.stack), time.monotonic()
        try:
            eventually(lambda: is_back() and not ledger.unsettled(), seconds=SETTLE_SECONDS, pause=0.2)
        except AssertionError:
            run.wrong += ledger.unsettled() if is_back() else [f"{run.process} did not come back"]
        run.settled_after = round(time.monotonic() - begun, 1)
        run.redone = ledger.redone(sale.case["case_no"])
        run.wrong += audit(ledger, sale)
        copies = {one.client.bytes(f"{sale.path}/documents/contract") for one in sale.cast.citizens}
        if len(copies) != 1:
            run.wrong.append(f"{len(copies)} different contracts are handed out")
        run.wrong += self._document(sale, copies.pop())

    def _document(self, sale: Sale, content: bytes) -> list[str]:
        file = self.stack.layout.var / f"{sale.case['number']}.pdf"
        file.write_bytes(content)
        found = check(file, root_certificate(self.stack))
        return [] if found.is_good(WITH_SEAL) else [f"the PDF is not good: {found}"]


def _clients(cast: Cast) -> list[Client]:
    staff = (cast.operator, cast.clerk, cast.reviewer)
    return [*(one.client for one in cast.citizens), *(one.client for one in staff), cast.anyone]
