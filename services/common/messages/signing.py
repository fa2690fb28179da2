"""What signing answers and tells, one file a subject; this is the door through which everybody imports it."""

from __future__ import annotations

from services.common.messages.signing_envelopes import (  # noqa: F401 - part of signing's messages
    EnvelopeView,
    GetEnvelope,
    GetSignedDocument,
    MintVerificationCode,
    SignerProgress,
    VerificationCode,
)
from services.common.messages.signing_events import (  # noqa: F401 - part of signing's messages
    EnvelopeEnded,
    EnvelopeOpened,
    EnvelopeSealed,
    EnvelopeSigned,
    InvitationRequested,
    SignatureRequested,
    SignerSigned,
)
from services.common.messages.signing_links import (  # noqa: F401 - part of signing's messages
    Invitation,
    InvitationWish,
    IssueLink,
    RequestInvitation,
)
from services.common.messages.signing_platform import (  # noqa: F401 - part of signing's messages
    AllLeftBehind,
    CertificateLife,
    CertificateLives,
    GetRevocationList,
    LeftBehind,
    ListBehind,
    ListCertificates,
    RevocationList,
)
from services.common.messages.signing_tasks import (  # noqa: F401 - part of signing's messages
    GetTask,
    Handwriting,
    IdentifySigner,
    ListOpenTasks,
    ListTasks,
    OpenTasks,
    Refuse,
    Sign,
    TaskDocument,
    TaskList,
    TaskReference,
    TaskView,
    ViewDocument,
)
from services.common.messages.signing_verification import (  # noqa: F401 - part of signing's messages
    AdmitUpload,
    GetEvidence,
    ShowTaskPage,
    ShowVerifiedPage,
    SignatureFact,
    UploadTicket,
    Verification,
    VerifyCode,
    VerifyUpload,
)
