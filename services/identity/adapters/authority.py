"""The port `Authority`: what the embedded deployment can say about a name and a number, and an authority asked by HTTP.

Embedded: form, check character and date of the number are the value's own, age and blocked numbers the use case's; a
well-formed pair then passes, with no more authority than that. HTTP: whatever is no clear word is UNKNOWN, never a MATCH.
"""

from __future__ import annotations

from services.common.kit.errors import Unavailable
from services.common.kit.outside import Partner
from services.common.values import IdNumber, PersonName
from services.identity.application.ports import NameVerdict

_WORDS = {"MATCH": NameVerdict.MATCH, "MISMATCH": NameVerdict.MISMATCH, "NO_RECORD": NameVerdict.UNKNOWN}


class EmbeddedAuthority:
    """Knows nobody: says MATCH to what is well formed."""

    def check_name(self, request_id: str, name: PersonName, id_number: IdNumber) -> NameVerdict:
        """Return MATCH."""
        del request_id, name, id_number
        return NameVerdict.MATCH


class HttpAuthority:
    """Asks `POST /name-checks` with {request_id, name, id_number}; answered {result}: MATCH, MISMATCH or NO_RECORD."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def check_name(self, request_id: str, name: PersonName, id_number: IdNumber) -> NameVerdict:
        """Return its word; UNKNOWN where it does not answer or says something else."""
        asked = {"request_id": request_id, "name": str(name), "id_number": str(id_number)}
        try:
            answer = self._partner.ask("/name-checks", asked)
        except Unavailable:
            return NameVerdict.UNKNOWN
        return _WORDS.get(str(answer.get("result")), NameVerdict.UNKNOWN)
