"""What property refuses, and with which code."""

from __future__ import annotations

from services.common.kit.errors import Conflict, DomainError, InvalidValue, Kind, NotFound


class TitleNotFound(NotFound):
    """No such title, or not this caller's: certificate, name and number are never told apart (`TITLE_NOT_FOUND`).

    A refused search adds `registry_phone`, whom to ask (hint 6).
    """

    code = "property.title_not_found"


class TooManySearches(DomainError):
    """20 failed searches within the hour; `retry_after` in seconds."""

    code = "property.too_many_searches"
    kind = Kind.LIMITED


class SearchIncomplete(InvalidValue):
    """The search names neither one whole person nor one whole enterprise."""

    code = "property.search_incomplete"


class StandingUnknown(InvalidValue):
    """The standing of a party is given in a word that is not known."""

    code = "property.standing_unknown"


class NoteUnknown(InvalidValue):
    """A note on a title is given in a word that is not known."""

    code = "property.note_unknown"


class SharesIncomplete(InvalidValue):
    """The owners' shares are missing, misplaced or do not add up to 1 (`SHARE_SUM`)."""

    code = "property.shares_incomplete"


class FilingDiffers(Conflict):
    """The case has another filing in the register already."""

    code = "property.filing_differs"


class HouseAlreadyFiled(Conflict):
    """Another case's live filing is on the house (`DUPLICATE_HOUSE`)."""

    code = "property.house_already_filed"


class HouseBarred(Conflict):
    """The house was barred after the review approved; `barred_by` lists the reasons."""

    code = "property.house_barred"


class SeedRefused(InvalidValue):
    """Titles cannot be generated as asked."""

    code = "property.seed_refused"


class HouseTransferred(Conflict):
    """The registry says that the title has passed on: the filing cannot be cancelled (`ALREADY_TRANSFERRED`)."""

    code = "property.already_transferred"
