"""How contract refuses: codes are stable, context is plain and free of personal details."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.kit.errors import Conflict, DomainError, Forbidden, InvalidValue, Kind, NotFound


@dataclass(frozen=True)
class Fault:
    """One mistake in what was typed: the field's path and a code without the service's name."""

    field: str
    code: str


class InputRefused(InvalidValue):
    """What was typed breaks a rule: code and field of the first fault, all faults as `path: code` lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Take at least one fault."""
        found = self.faults = tuple(faults)
        problems = [f"{one.field}: contract.{one.code}" for one in found]
        super().__init__(f"contract.{found[0].code}", field=found[0].field, problems=problems)


class StaleVersion(DomainError):
    """The case has changed since the caller read it: read again, then repeat."""

    code = "contract.stale_version"
    kind = Kind.STALE


class ActBarred(Conflict):
    """The state does not allow the act; the code says why."""


class NotAllowed(Forbidden):
    """This party never does that act."""

    code = "contract.not_allowed"


class CaseNotFound(NotFound):
    """No such case, or not for this person: never told apart."""

    code = "contract.not_found"


class HouseBarred(Conflict):
    """The register does not allow the sale; `reasons` are its refusal codes."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Take the register's codes, the gravest first."""
        super().__init__(f"contract.{reasons[0].lower()}", reasons=list(reasons))


class PartyBarred(Conflict):
    """The party may not buy; `reasons` are the screening's codes, `field` where he was typed."""

    def __init__(self, reasons: tuple[str, ...], field: str = "") -> None:
        """Take the screening's codes, the gravest first."""
        super().__init__(f"contract.{reasons[0].lower()}", reasons=list(reasons))
        if field:
            self.context["field"] = field


class HouseTaken(Conflict):
    """Another live or filed case holds the house (domain rule 7)."""

    code = "contract.duplicate_house"


class NotYet(Conflict):
    """A fact arrived before the one it follows from: to be tried again."""

    code = "contract.fact_too_early"


class CancelNeedsBoth(Conflict):
    """A filing is cancelled by both sides, or by one with a judgment (domain rule 26)."""

    code = "contract.cancel_needs_both"


class AlreadyTransferred(Conflict):
    """The sellers own the house no more: the filing has done its work (domain rule 26)."""

    code = "contract.already_transferred"
