"""The people of the sale: citizens who sign up, prove who they are and act; staff who help and review. All generated."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass, field
from typing import Any

import pyotp

from deploy.demo.client import Client, Refused, wait_for
from deploy.demo.faces import Face

CITY = "huangshi"
JPEG = {"Content-Type": "image/jpeg"}
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
            body = {"login": self.login, "password": self.password, "totp": pyotp.TOTP(self.totp_secret).now()}
            try:
                session = self.client.post("/v1/staff-sessions", body)
            except Refused as refused:
                if refused.code == "identity.totp_already_used":
                    return False
                raise
            self.client.token, self.client.refresh_token = session["access_token"], session["refresh_token"]
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
        sent = self.client.post("/v1/sms-codes", {"mobile": self.mobile, "purpose": purpose})
        message_id, code = self.operator.newest(self.mobile, r"验证码(\d{6})", self.read)
        self.read.add(message_id)
        return {"code_id": sent["code_id"], "code": code}

    def sign_up(self) -> None:
        """注册: with an own mobile; a repeat finds the account there."""
        body = {"name": self.name, "id_number": self.id_number, "mobile": self.mobile}
        self.client.post("/v1/accounts", {**body, **self.code("REGISTER")})

    def sign_in(self) -> None:
        """By mobile and SMS code."""
        self.client.token = ""
        session = self.client.post("/v1/sessions", {"mobile": self.mobile, **self.code("SIGN_IN")})
        self._hold(session, "SMS")
        self.client.renew = self.sign_in

    def sign_in_by_password(self) -> None:
        """By mobile and the password chosen before (decision 4)."""
        self.client.token = ""
        session = self.client.post("/v1/sessions/password", {"name": self.mobile, "password": self.password})
        self._hold(session, "PASSWORD")
        self.client.renew = self.sign_in_by_password

    def _hold(self, session: dict[str, Any], way: str) -> None:
        self.client.token, self.client.refresh_token = session["access_token"], session["refresh_token"]
        self.used.append(f"SIGN_IN {way}")

    def arrive(self) -> None:
        """Sign up and sign in; who has a password chooses it now, and comes in again by it."""
        self.sign_up()
        self.sign_in()
        if self.password:
            self.client.call("PUT", "/v1/accounts/me/password", json={"password": self.password})
            self.sign_in_by_password()

    def consent(self, notice: dict[str, Any], purpose: str) -> None:
        """Tick a text that was shown."""
        body = {
            "purpose": purpose,
            "text_id": notice["text_id"],
            "text_version": notice["version"],
            "text_hash": notice["sha256"],
        }
        self.client.post("/v1/consents", body)

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
        check = self._start(purpose, task)
        body = {"card_number": self.card_number, "mobile": self.mobile, **self.code("BANK_CARD")}
        return str(self.client.post(f"/v1/face-checks/{check['check_id']}/bank-card", body)["proof"])

    def _start(self, purpose: str, task: str | None) -> dict[str, Any]:
        body = {"purpose": purpose} | ({"signing_task": task} if task else {})
        check: dict[str, Any] = self.client.post("/v1/face-checks", body)
        return check

    def prove_at_counter(self, purpose: str, task: str | None = None) -> str:
        """A proof by a counter check that a clerk made today."""
        check = self._start(purpose, task)
        done = self.client.post(f"/v1/face-checks/{check['check_id']}/alternatives", {"method": "COUNTER"})
        return str(done["proof"])

    def prove_by_face(self, purpose: str, task: str | None = None) -> str:
        """A proof by the face check: portrait first, then each step as it is revealed. Starts anew if the service went away."""
        face = self.face
        if face is None:
            raise RuntimeError("this person has no camera")
        if not self.enrolled:
            self.client.call("PUT", "/v1/accounts/me/portrait", data=face.card.read_bytes(), headers=JPEG)
            self.enrolled = True

        def attempt() -> str | None:
            frames = face.next_take()
            check = self._start(purpose, task)
            try:
                while check["state"] == "RUNNING":
                    time.sleep(
                        HOLD
                    )  # a person needs a moment to turn the head; the check refuses what comes too quickly
                    step = check["step"]
                    path = f"/v1/face-checks/{check['check_id']}/frames"
                    headers = {**JPEG, "X-Step-Token": step["step_token"]}
                    check = self.client.call(
                        "POST", path, data=frames[step["action"].lower()].read_bytes(), headers=headers
                    ).json()
            except Refused as refused:
                if refused.code.startswith("identity.step") or refused.code in FACE_ENDED:
                    return None
                raise
            return check["proof"] or None

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
