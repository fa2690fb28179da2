"""Operators see what is behind and what runs out; readers of signatures get today's lists of revoked certificates."""

from __future__ import annotations

import base64
import datetime as dt
import logging
from dataclasses import dataclass

import pytest

from services.common.kit.calls import Call
from services.common.kit.errors import Forbidden
from services.common.messages.signing import GetRevocationList, ListBehind, ListCertificates
from services.signing.application.ports import Expiry
from services.signing.application.watch_platform import PlatformWatching
from services.signing.domain.errors import RevocationListUnknown
from tests.unit.signing.desk import NOW, OFFICE, Desk, nobody, opened, person, service, staff

CLI = service("cli")


@dataclass
class FakeKeeper:
    asked: int = 0

    def expiries(self) -> tuple[Expiry, ...]:
        return (
            Expiry("root_list", "", NOW + dt.timedelta(days=29, hours=23)),
            Expiry("seal", OFFICE, NOW + dt.timedelta(days=400)),
        )

    def lists(self) -> dict[str, bytes]:
        self.asked += 1
        names = ("root", "intermediate", "intermediate-20401122040000")
        return {name: b"%s %d" % (name.encode(), self.asked) for name in names}


def watching(desk: Desk) -> PlatformWatching:
    return PlatformWatching(FakeKeeper(), desk.reading, desk.now)


def test_operators_see_the_days_left_and_are_warned_below_thirty(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = watching(Desk()).certificates(ListCertificates(), CLI).certificates

    assert [(one.kind, one.name, one.days_left) for one in found] == [("root_list", "", 29), ("seal", OFFICE, 400)]
    assert len(caplog.records) == 1


def test_operators_see_what_waits_longer_than_it_should() -> None:
    desk = opened()
    desk.read(0)
    desk.sign(0)
    assert watching(desk).behind(ListBehind(), CLI).left == ()
    desk.wait(seconds=31)

    (left,) = watching(desk).behind(ListBehind(), CLI).left

    assert (left.kind, left.envelope_id, left.task_id) == (
        "signature",
        desk.envelope.envelope_id,
        desk.task(0).task_id,
    )


@pytest.mark.parametrize("call", [nobody(), person(0), staff(), service("notice")])
def test_nobody_else_is_told(call: Call) -> None:
    with pytest.raises(Forbidden):
        watching(Desk()).behind(ListBehind(), call)
    with pytest.raises(Forbidden):
        watching(Desk()).certificates(ListCertificates(), call)


def test_anybody_gets_the_lists_which_are_made_anew_every_five_minutes() -> None:
    desk = Desk()
    watch = watching(desk)

    def got(name: str) -> bytes:
        return base64.b64decode(watch.revocation_list(GetRevocationList(name=name), nobody()).der)

    assert (got("root"), got("intermediate")) == (b"root 1", b"intermediate 1")
    assert got("intermediate-20401122040000") == b"intermediate-20401122040000 1"
    desk.wait(minutes=5)
    assert got("root") == b"root 2"
    with pytest.raises(RevocationListUnknown):
        got("tsa")
