"""What messages say: a template's name and its parameters; the words stand in `texts/*.yaml`, per language and place.

No personal data in any of them: a bare case number, a code or a link, a time; never a name, number of a person or address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from services.common.values import CaseNo
from services.notice.domain.channel import SHANGHAI

INVITATION = "invitation"
"""The one template that carries a link to sign."""


@dataclass(frozen=True)
class Wording:
    """A message before it has words. `urgent`: goes out at night too. A parameter `word:x` is itself put into words."""

    template: str
    parameters: tuple[tuple[str, str], ...] = ()
    urgent: bool = False


@dataclass(frozen=True)
class Catalogue:
    """The texts of all languages. `phone` goes to phones, `app` is shown inside the app, `words` stand in for parameters."""

    phone: Mapping[str, Mapping[str, str]]
    app: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, str]]

    def on_phone(self, wording: Wording, language: str) -> str | None:
        """Return the text for a phone, signature in front; None where phones are not told."""
        told = self._fill(self.phone[language].get(wording.template), wording, language)
        return None if told is None else self.words[language]["signature"] + told

    def in_app(self, wording: Wording, language: str) -> str | None:
        """Return the text shown in the app: its own, or the one for phones; None where there is neither."""
        own = self.app[language].get(wording.template)
        return self._fill(own or self.phone[language].get(wording.template), wording, language)

    def _fill(self, text: str | None, wording: Wording, language: str) -> str | None:
        if text is None:
            return None
        words = self.words[language]
        return text.format_map({name: self._said(value, words) for name, value in wording.parameters})

    def _said(self, value: str, words: Mapping[str, str]) -> str:
        return words[value.removeprefix("word:")] if value.startswith("word:") else value


def sms_code(code: str, purpose: str, left: dt.timedelta) -> Wording:
    """Return the message with a code; `left`: how long it is still good."""
    minutes = max(1, ceil(left.total_seconds() / 60))
    parameters = (("code", code), ("minutes", str(minutes)), ("purpose", f"word:purpose_{purpose.lower()}"))
    return Wording("sms_code", parameters, urgent=True)


def account_change(kind: str, at: dt.datetime) -> Wording:
    """Return what the former mobile is told of a change in its account."""
    return Wording(f"account_{kind.lower()}", (("at", _moment(at)),), urgent=True)


def invitation(case_no: CaseNo, link: str, until: dt.datetime) -> Wording:
    """Return what asks a signer to sign, with the link of his own."""
    return Wording(INVITATION, (("number", case_no.number), ("until", _moment(until)), ("link", link)), urgent=True)


def case_state(case_no: CaseNo, state: str) -> Wording:
    """Return what parties are told of a state."""
    return Wording(f"case_{state.lower()}", (("number", case_no.number),))


def deadline(case_no: CaseNo, then: str, state: str, due_at: dt.datetime) -> Wording:
    """Return what parties are told before a deadline: what happens then, or what is still to be done, and by when."""
    template = f"deadline_remind_{state.lower()}" if then == "REMIND" else f"deadline_{then.lower()}"
    return Wording(template, (("number", case_no.number), ("until", f"{due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")))


def rescission(case_no: CaseNo, step: str) -> Wording:
    """Return what parties are told when one side agrees to give the contract up, or takes that back."""
    return Wording(f"rescission_{step}", (("number", case_no.number),))


def _moment(at: dt.datetime) -> str:
    """Return day and time in Shanghai in figures, which both languages read."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
