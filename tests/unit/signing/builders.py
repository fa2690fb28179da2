"""Envelopes put into any state, for tests of the domain alone."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

from services.signing.domain import handwriting
from services.signing.domain.agreement import Agreement
from services.signing.domain.envelope import Envelope
from services.signing.domain.lifecycle import Act, EnvelopeState, TaskState
from services.signing.domain.parts import Document, Growth, Identification, Session, Task
from tests.unit.signing.desk import CASE, CODE, DRAWN, MOBILES, NAMES, NOW, OFFICE, PEOPLE

BASE = "b" * 64
HOUR = dt.timedelta(hours=1)
WEEK = dt.timedelta(days=7)
REACHED_BY_SIGNING = frozenset({TaskState.IDENTIFIED, TaskState.READ, TaskState.SIGNING})
State: TypeAlias = EnvelopeState


def agreement(*hashes: str) -> Agreement:
    drawing = handwriting.drawn(DRAWN.width, DRAWN.height, DRAWN.strokes)
    return Agreement.given(hashes or (BASE,), drawing, "签署提交")


def identification(who: int = 0, proof: str = "j1") -> Identification:
    return Identification(PEOPLE[who], "FACE", "basic", proof)


def growth(envelope: Envelope, number: int = 1, kind: str = "sale_contract") -> Growth:
    before = envelope.document(kind).sha256
    return Growth(kind, before, f"key-{number}", (f"{number:064x}",), f"serial-{number}", "B-T")


def envelope(state: EnvelopeState = EnvelopeState.SIGNING, task_state: TaskState = TaskState.CREATED) -> Envelope:
    """Two signers, one document; the first signer's task is put into `task_state` with what belongs to it."""
    fields = ("signer_1", "signer_2", "seal")
    found = Envelope(
        envelope_id="e1",
        case_no=CASE,
        version=1,
        state=state,
        verification_code=CODE,
        office_name=OFFICE,
        seal_field="seal",
        expires_at=NOW + WEEK,
        documents=[Document.frozen("sale_contract", "base", BASE, pages=3, fields=fields)],
        tasks=[Task(f"{n:032x}", PEOPLE[n], NAMES[n], MOBILES[n], "SELLER", f"signer_{n + 1}") for n in range(2)],
    )
    task = found.tasks[0]
    task.state = task_state
    if task_state in REACHED_BY_SIGNING:
        task.session = Session(NOW + HOUR)
    if task_state in {TaskState.READ, TaskState.SIGNING, TaskState.SIGNED}:
        task.opened["sale_contract"] = NOW
    if task_state is TaskState.SIGNING:
        task.handwriting = agreement().drawing.ink
    return found


def perform(found: Envelope, act: Act, now: dt.datetime = NOW) -> object:
    """One act of the first signer, or on the envelope, with everything it needs."""
    task = found.tasks[0]
    acts = {
        Act.NOTIFY: lambda: found.notify(task, "hash", now),
        Act.OPEN: lambda: found.mark_opened(task, now),
        Act.IDENTIFY: lambda: found.identify(task, identification(), "", HOUR, now),
        Act.OPEN_DOCUMENT: lambda: found.open_document(task, "sale_contract", "", HOUR, now),
        Act.SIGN: lambda: found.sign(task, agreement(), "", now),
        Act.REFUSE: lambda: found.refuse(task, "不卖了", "", now),
        Act.APPLY: lambda: found.apply(task, [growth(found)], now),
        Act.SEAL: lambda: found.seal("42HS1", [growth(found)], now),
        Act.RECALL: lambda: found.recall("REVOKED", now),
        Act.EXPIRE: lambda: found.expire(now + WEEK),
    }
    return acts[act]()
