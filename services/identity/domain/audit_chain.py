"""The hash chain over an audit register (审计哈希链): every act sealed over the one before it, so that no later change goes unseen.

Acts are added freely and sealed afterwards, in the order in which the sealer finds them, so that none waits for another. A seal is a
keyed hash: whoever can write to the database but has not the key can seal nothing. The chain's own record, also keyed, says where it
begins (what was kept long enough is forgotten from the front) and where it ends. A copy of the whole register and its record put back
in place of the present one is a true chain too: only a head noted elsewhere tells it (`verify` compares with one).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from services.common.messages.identity import ChainFault
from services.identity.domain.staff_act import StaffAct

Mac = Callable[[str], str]
"""A keyed hash of a text, as text."""

REGISTER = "staff_acts"


@dataclass(frozen=True)
class Sealed:
    """An act with its place in the chain, 1 upwards, and the seal over it and everything before."""

    act: StaffAct
    place: int
    seal: str


@dataclass(frozen=True)
class Chain:
    """Where a chain ends (`head`), and after which forgotten act it begins (`floor`); `mac` over all of it."""

    register: str
    head: int
    head_seal: str
    floor: int
    floor_seal: str
    floor_at: dt.datetime | None = None
    mac: str = ""

    @classmethod
    def begin(cls, register: str, mac: Mac) -> Chain:
        """Return the chain without an act."""
        seal = mac(json.dumps([register]))
        return cls(register, 0, seal, 0, seal).closed(mac)

    def closed(self, mac: Mac) -> Chain:
        """Return it with its own keyed hash."""
        return replace(self, mac=mac(self._text()))

    def is_ours(self, mac: Mac) -> bool:
        """Whether the record is as the sealer left it."""
        return mac(self._text()) == self.mac

    def _text(self) -> str:
        floor_at = None if self.floor_at is None else _moment(self.floor_at)
        return json.dumps([self.register, self.head, self.head_seal, self.floor, self.floor_seal, floor_at])


@dataclass(frozen=True)
class Checked:
    """How far the chain is good, and the first fault after that."""

    place: int
    seal: str
    fault: ChainFault | None = None
    fault_place: int = 0
    act_id: str = ""


def extend(chain: Chain, acts: Iterable[StaffAct], mac: Mac) -> tuple[Chain, Sequence[Sealed]]:
    """Seal these acts in this order."""
    sealed: list[Sealed] = []
    place, seal = chain.head, chain.head_seal
    for act in acts:
        place, seal = place + 1, _seal(seal, act, mac)
        sealed.append(Sealed(act, place, seal))
    return replace(chain, head=place, head_seal=seal).closed(mac), sealed


def forget(chain: Chain, rows: Sequence[Sealed], before: dt.datetime, mac: Mac) -> Chain:
    """Move the beginning behind those of the first rows that are old enough; a younger one before an old one keeps it."""
    for row in rows:
        if row.place != chain.floor + 1 or row.act.at >= before:
            break
        chain = replace(chain, floor=row.place, floor_seal=row.seal, floor_at=row.act.at)
    return chain.closed(mac)


def check(rows: Sequence[Sealed], place: int, seal: str, mac: Mac) -> Checked:
    """Go on from a good place with the rows that follow it, in the order of their places."""
    for row in rows:
        if row.place > place + 1:
            return Checked(place, seal, ChainFault.MISSING, place + 1)
        if row.place != place + 1 or _seal(seal, row.act, mac) != row.seal:
            return Checked(place, seal, ChainFault.CHANGED, place + 1, row.act.act_id)
        place, seal = row.place, row.seal
    return Checked(place, seal)


def was_moved(row: Sealed, good_seal: str, around: Sequence[Sealed], mac: Mac) -> bool:
    """Whether a row that is not good at its place was sealed at another one near by: with its seal, or without it."""
    formers = [good_seal, *(one.seal for one in around)]
    sealed = {row.seal, *formers}
    return any(_seal(former, row.act, mac) in sealed for former in formers)


def _seal(former: str, act: StaffAct, mac: Mac) -> str:
    return mac(json.dumps([former, act.act_id, act.staff_id, act.office, act.act, act.subject, _moment(act.at)]))


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")
