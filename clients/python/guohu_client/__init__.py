"""The client of Guohu for programs: what an app must get right, written once. Start with `Client`, or with the README."""

from .cases import CaseReference, Cases, OpenCase
from .catalogue import Catalogue, Operation, UnknownOperation
from .client import NO_PATIENCE, Client, NoAnswer, Patience
from .downloads import DamagedDownload
from .identity import FaceStep, IdentityCheck
from .paging import pages
from .problems import FieldFault, Limited, NotAuthorised, NotFound, NotSignedIn, Refused, Stale, Unavailable
from .sessions import Session, Sessions
from .signing import SigningTask, TaskDocument
from .verification import SignatureFact, Verification, verify_code, verify_file
from .waiting import wait_for

__version__ = "1.1.0"

__all__ = [
    "NO_PATIENCE",
    "CaseReference",
    "Cases",
    "Catalogue",
    "Client",
    "DamagedDownload",
    "FaceStep",
    "FieldFault",
    "IdentityCheck",
    "Limited",
    "NoAnswer",
    "NotAuthorised",
    "NotFound",
    "NotSignedIn",
    "OpenCase",
    "Operation",
    "Patience",
    "Refused",
    "Session",
    "Sessions",
    "SignatureFact",
    "SigningTask",
    "Stale",
    "TaskDocument",
    "Unavailable",
    "UnknownOperation",
    "Verification",
    "__version__",
    "pages",
    "verify_code",
    "verify_file",
    "wait_for",
]
