"""What review answers and tells, one file a subject; this is the door through which everybody imports it."""

from __future__ import annotations

from services.common.messages.review_dossier import (  # noqa: F401 - part of review's messages
    Change,
    Check,
    Difference,
    Dossier,
    Findings,
    GetDossier,
    ListReasons,
    PreviewFindings,
    ReasonCatalogue,
    ReasonRule,
    ReviewRound,
)
from services.common.messages.review_events import (  # noqa: F401 - part of review's messages
    CancellationRefused,
    FilingCancelled,
    FilingPushed,
    ReviewApproved,
    ReviewClaimed,
    ReviewRejected,
    ReviewReturned,
)
from services.common.messages.review_office import (  # noqa: F401 - part of review's messages
    DeclareRelative,
    GetStatistics,
    RecusalsKept,
    RuleCount,
    Statistics,
)
from services.common.messages.review_queue import (  # noqa: F401 - part of review's messages
    Approve,
    Claim,
    ListQueue,
    Reject,
    ReleaseClaim,
    RetryPush,
    ReturnCase,
    ReviewItem,
    ReviewQueue,
    ReviewReference,
    StateCount,
    WithdrawFromReview,
)
