"""How a face check is written down: what may be read by an operator in columns, the rest in one sealed text.

The sealed text holds the check's private key, its nonce, the accepted steps' measures and the neutral frame's template,
or the visit to an outside provider.
It exists only while the check runs.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from typing import Any

from services.common.kit.fields import FieldCipher
from services.common.messages.identity import Assurance, ProofMethod, ProofPurpose
from services.common.values import PersonId
from services.identity.domain.face_challenge import AcceptedStep, Action, Challenge, Fingerprint, FrameMetrics
from services.identity.domain.face_check import FaceCheck
from services.identity.domain.face_check_parts import CheckState, Neutral, Secrets
from services.identity.domain.face_line import Turn
from services.identity.domain.face_provider import ProviderDecision, ProviderReason, ProviderVerdict, Visit
from services.identity.domain.face_verdict import Decision, FaceVerdict, Reason, RiskSignal

PROVIDER = "embedded"


def to_values(check: FaceCheck, cipher: FieldCipher) -> dict[str, Any]:
    """Return the row."""
    return {
        "check_id": check.check_id,
        "person_id": str(check.person_id),
        "purpose": check.purpose.value,
        "subject": check.subject,
        "by_link": check.by_link,
        "methods": [one.value for one in check.methods],
        "state": check.state.value,
        "reason": check.reason,
        "actions": None if check.challenge is None else [one.value for one in check.challenge.actions],
        "public_key": None if check.secrets is None else check.secrets.public,
        "working_sealed": _sealed_working(check, cipher),
        "tried": check.tried,
        "frames": check.frames,
        "method": None if check.method is None else check.method.value,
        "verdict": _any_verdict(check),
        "proof_id": check.proof_id,
        "assurance": None if check.assurance is None else check.assurance.value,
        "started_at": check.started_at,
        "expires_at": check.expires_at,
        "ended_at": check.ended_at,
        **vars(check.turn),
    }


def from_row(row: Any, cipher: FieldCipher) -> FaceCheck:
    """Return the check."""
    working = {} if row.working_sealed is None else json.loads(cipher.open(row.working_sealed))
    actions = row.actions
    return FaceCheck(
        row.check_id,
        PersonId(row.person_id),
        ProofPurpose(row.purpose),
        row.subject,
        row.by_link,
        row.started_at,
        tuple(ProofMethod(one) for one in row.methods),
        row.reason,
        None if actions is None else Challenge(tuple(Action(one) for one in actions), row.begun_at or row.started_at),
        Secrets(row.public_key, base64.b64decode(working["private"]), working["nonce"])
        if "private" in working
        else None,
        row.expires_at - row.started_at,
        CheckState(row.state),
        tuple(_step(one) for one in working.get("accepted", ())),
        _neutral(working.get("neutral")),
        row.tried,
        row.frames,
        row.ended_at,
        None if row.method is None else ProofMethod(row.method),
        None if row.verdict is None or _is_outside(row.verdict) else _read_verdict(row.verdict),
        row.proof_id,
        None if row.assurance is None else Assurance(row.assurance),
        Visit(**working["visit"]) if "visit" in working else None,
        _read_outside(row.verdict) if row.verdict is not None and _is_outside(row.verdict) else None,
        Turn(row.queued_at, row.held_until, row.begun_at),
    )


def _sealed_working(check: FaceCheck, cipher: FieldCipher) -> str | None:
    if check.visit is not None:
        return cipher.seal(json.dumps({"visit": dataclasses.asdict(check.visit)}))
    return None if check.secrets is None else cipher.seal(_working(check, check.secrets))


def _working(check: FaceCheck, secrets: Secrets) -> str:
    neutral = check.neutral
    return json.dumps(
        {
            "private": base64.b64encode(secrets.private).decode(),
            "nonce": secrets.nonce,
            "accepted": [
                {
                    "action": step.action.value,
                    "arrived_at": step.counted_at.isoformat(),
                    "metrics": dataclasses.asdict(step.metrics),
                }
                for step in check.accepted
            ],
            "neutral": None
            if neutral is None
            else {
                "template": base64.b64encode(neutral.template).decode(),
                "landmarks": base64.b64encode(neutral.landmarks).decode(),
            },
        }
    )


def _step(kept: dict[str, Any]) -> AcceptedStep:
    metrics = dict(kept["metrics"])
    fingerprint = Fingerprint(**metrics.pop("fingerprint"))
    return AcceptedStep(
        Action(kept["action"]),
        FrameMetrics(fingerprint=fingerprint, **metrics),
        dt.datetime.fromisoformat(kept["arrived_at"]),
    )


def _neutral(kept: dict[str, str] | None) -> Neutral | None:
    if kept is None:
        return None
    return Neutral(base64.b64decode(kept["template"]), base64.b64decode(kept["landmarks"]))


def _any_verdict(check: FaceCheck) -> dict[str, Any] | None:
    if check.outside is not None:
        return dataclasses.asdict(check.outside)
    return None if check.verdict is None else _verdict(check.verdict)


def _is_outside(kept: dict[str, Any]) -> bool:
    return bool(kept["provider"] != PROVIDER)


def _read_outside(kept: dict[str, Any]) -> ProviderVerdict:
    reason = kept["reason"]
    return ProviderVerdict(
        kept["provider"],
        ProviderDecision(kept["decision"]),
        None if reason is None else ProviderReason(reason),
        kept["code"],
        kept["trace_id"],
        kept["score"],
        kept["billed"],
    )


def _verdict(verdict: FaceVerdict) -> dict[str, Any]:
    return {
        "provider": PROVIDER,
        "decision": verdict.decision.value,
        "distance": verdict.distance,
        "score": verdict.score,
        "reasons": [one.value for one in verdict.reasons],
        "signals": [one.value for one in verdict.signals],
        "assurance": verdict.assurance,
    }


def _read_verdict(kept: dict[str, Any]) -> FaceVerdict:
    return FaceVerdict(
        Decision(kept["decision"]),
        float(kept["distance"]),
        int(kept["score"]),
        tuple(Reason(one) for one in kept["reasons"]),
        tuple(RiskSignal(one) for one in kept["signals"]),
        kept["assurance"],
    )
