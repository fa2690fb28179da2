"""The people of the sale: citizens who sign up, prove who they are and act; staff who help and review. All generated."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass, field
from typing import Any

import pyotp

from clients.python.guohu_client import Client, IdentityCheck, Refused, Sessions, wait_for
from clients.python.guohu_client.identity import enrol_portrait
from deploy.demo.faces import Face

CITY = "huangshi"
HOLD = 0.5
FACE_ENDED = frozenset({"identity.face_check_over", "identity.face_check_not_found"})


@dataclass
class Staff:
    """A member of staff, created by the operators' command beforehand."""

    client: Client
    login: str
    password: str
    totp_secret: str

    def sign_in(self) -> None:
        """Password and one-time password; a one-time password works once, so wait for the next if it was just used."""
        self.client.token = ""

        def attempt() -> bool:
            try:
                Sessions(self.client).as_staff(self.login, self.password, pyotp.TOTP(self.totp_secret).now())
            except Refused as refused:
                if refused.code == "identity.totp_already_used":
                    return False
                raise
            return True

        wait_for(attempt, f"{self.login} signing in", 70)
        self.client.renew = self.sign_in


@dataclass
class Operator(Staff):
    """Reads the embedded SMS outbox: the demo's people have no phones."""

    def newest(self, mobile: str, pattern: str, after: set[str]) -> tuple[str, str]:
        """Return message id and what `pattern` finds in the newest message to that phone that is not in `after`."""

        def look() -> tuple[str, str] | None:
            found = self.client.post("/v1/staff/messages/lookup", {"mobile": mobile, "limit": 50})
            for one in found["messages"]:
                match = re.search(pattern, one["text"])
                if one["message_id"] not in after and match:
                    return one["message_id"], match.group(1)
            return None

        answer: tuple[str, str] = wait_for(look, "the SMS")
        return answer


@dataclass
class Citizen:
    """One person with an own account and an own (imagined) phone."""

    client: Client
    operator: Operator
    name: str
    id_number: str
    mobile: str
    address: str
    marital: str = "MARRIED"
    face: Face | None = None
    read: set[str] = field(default_factory=set)
    ways: dict[str, str] = field(default_factory=dict)
    """How this person proves who they are, by purpose (OPEN_CASE, JOIN_CASE, SIGN); COUNTER where nothing is said."""
    enrolled: bool = False
    """Whether the portrait on the ID card was handed in."""
    card_number: str = ""
    """Of a made-up bank card, reserved with the own mobile."""
    password: str = ""
    """Chosen after the first sign-in and used for the next, where there is one."""
    used: list[str] = field(default_factory=list)
    """What was really done: `OPEN_CASE FACE`, `SIGN_IN PASSWORD`."""

    def code(self, purpose: str) -> dict[str, str]:
        """Ask for an SMS code and read it."""
        code_id = Sessions(self.client).send_code(self.mobile, purpose)
        message_id, code = self.operator.newest(self.mobile, r"验证码(\d{6})", self.read)
        self.read.add(message_id)
        return {"code_id": code_id, "code": code}

    def sign_up(self) -> None:
        """注册: with an own mobile; a repeat finds the account there."""
        Sessions(self.client).register(self.name, self.id_number, self.mobile, **self.code("REGISTER"))

    def sign_in(self) -> None:
        """By mobile and SMS code."""
        Sessions(self.client).by_code(self.mobile, **self.code("SIGN_IN"))
        self.used.append("SIGN_IN SMS")
        self.client.renew = self.sign_in

    def sign_in_by_password(self) -> None:
        """By mobile and the password chosen before (decision 4)."""
        Sessions(self.client).by_password(self.mobile, self.password)
        self.used.append("SIGN_IN PASSWORD")
        self.client.renew = self.sign_in_by_password

    def arrive(self) -> None:
        """Sign up and sign in; who has a password chooses it now, and comes in again by it."""
        self.sign_up()
        self.sign_in()
        if self.password:
            self.client.call("PUT", "/v1/accounts/me/password", json={"password": self.password})
            self.sign_in_by_password()

    def consent(self, notice: dict[str, Any], purpose: str) -> None:
        """Tick a text that was shown."""
        Sessions(self.client).tick(notice, purpose)

    def way(self, purpose: str) -> str:
        """FACE, COUNTER or BANK_CARD."""
        return self.ways.get(purpose, "COUNTER")

    def prove(self, purpose: str, task: str | None = None) -> str:
        """A proof in this person's own way."""
        way = self.way(purpose)
        means = {"FACE": self.prove_by_face, "BANK_CARD": self.prove_by_bank_card, "COUNTER": self.prove_at_counter}
        proof = means[way](purpose, task)
        self.used.append(f"{purpose} {way}")
        return proof

    def prove_by_bank_card(self, purpose: str, task: str | None = None) -> str:
        """A proof by the four elements of a bank card and a code to the mobile reserved with it."""
        check = IdentityCheck.start(self.client, purpose, task or "")
        return check.by_bank_card(self.card_number, self.mobile, **self.code("BANK_CARD"))

    def prove_at_counter(self, purpose: str, task: str | None = None) -> str:
        """A proof by a counter check that a clerk made today."""
        return IdentityCheck.start(self.client, purpose, task or "").at_counter()

    def prove_by_face(self, purpose: str, task: str | None = None) -> str:
        """A proof by the face check: portrait first, then each step as it is revealed. Starts anew if the service went away."""
        face = self.face
        if face is None:
            raise RuntimeError("this person has no camera")
        if not self.enrolled:
            enrol_portrait(self.client, face.card.read_bytes())
            self.enrolled = True

        def attempt() -> str | None:
            frames = face.next_take()
            check = IdentityCheck.start(self.client, purpose, task or "")
            step = check.step
            try:
                while step is not None:
                    time.sleep(HOLD)  # a person needs a moment to turn the head; what comes too quickly is refused
                    step = check.send_frame(frames[step.action.lower()].read_bytes())
            except Refused as refused:
                if refused.code.startswith("identity.step") or refused.code in FACE_ENDED:
                    return None
                raise
            return check.proof or None

        return str(wait_for(attempt, "the face check"))

    def party(self) -> dict[str, str]:
        """How this person is entered in the contract."""
        return {
            "name": self.name,
            "id_number": self.id_number,
            "mobile": self.mobile,
            "marital": self.marital,
            "address": self.address,
            "id_valid_until": str(dt.date(dt.datetime.now(dt.UTC).year + 10, 1, 1)),
        }
