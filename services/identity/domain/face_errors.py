"""Refusals of face checks, portraits and reviews of doubts; `errors` holds the others."""

from __future__ import annotations

from services.common.kit.errors import Conflict, Forbidden, InvalidValue, NotFound, Unavailable


class FaceRefused(Conflict):
    """The face cannot be used now; `methods` are the ways that stay open (人脸识别技术应用安全管理办法 10)."""

    def __init__(self, code: str, methods: tuple[str, ...]) -> None:
        super().__init__(code, methods=list(methods))


class FaceLineFull(Unavailable):
    """Too many face checks are under way; `retry_after` seconds until coming back makes sense; `methods` stay open. Nothing is counted."""

    def __init__(self, retry_after: int, methods: tuple[str, ...]) -> None:
        super().__init__("identity.face_line_full", retry_after=retry_after, methods=list(methods))


class CheckUnknown(NotFound):
    """No such check, or not for this caller."""

    code = "identity.face_check_unknown"


class CheckOver(Conflict):
    """The check has ended; start another."""

    code = "identity.face_check_over"


class StepTokenInvalid(Conflict):
    """The token is not that of the step asked now: forged, used before, or overtaken by another frame."""

    code = "identity.face_step_token_invalid"


class PortraitExists(Conflict):
    """A portrait is captured once; replacing it needs a valid counter check."""

    code = "identity.portrait_exists"


class FaceReviewOver(Conflict):
    """The review was decided, lapsed, was withdrawn, or there is nothing to review any more."""

    code = "identity.face_review_over"


class FaceReviewUnknown(NotFound):
    """No such review, or not of this office."""

    code = "identity.face_review_unknown"


class FaceReviewNotRead(Conflict):
    """Whoever decides must have looked at the pictures first."""

    code = "identity.face_review_not_read"


class FaceReviewOfOneself(Forbidden):
    """A clerk does not judge his own face."""

    code = "identity.face_review_of_oneself"


class FaceReviewCardDiffers(InvalidValue):
    """The picture is not of the card whose portrait was enrolled."""

    code = "identity.face_review_card_differs"
