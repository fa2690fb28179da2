"""Checks the filed PDF with two readers that are not ours: poppler's pdfsig and pyHanko's validator."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Checked:
    """What the readers say."""

    pdfsig_valid: int
    signatures: int
    timestamps: int
    all_true: bool
    last_covers_file: bool
    pages: int

    def is_good(self, signatures: int) -> bool:
        """Whether it is the contract of that many signatures, seal included."""
        counted = self.pdfsig_valid == self.signatures == signatures and self.timestamps == 1
        return counted and self.all_true and self.last_covers_file


def check(file: Path, root_certificate: Path) -> Checked:
    """Validate a file. `root_certificate`: the only anchor trusted."""
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    data = file.read_bytes()
    return asyncio.run(_validate(data, root_certificate, len(re.findall(r"Signature is Valid", said))))


async def _validate(data: bytes, root: Path, pdfsig_valid: int) -> Checked:
    reader = PdfFileReader(io.BytesIO(data))
    anchor = load_cert_from_pemder(str(root))  # type: ignore[no-untyped-call]
    verdicts, coverage = [], []
    for one in reader.embedded_regular_signatures:
        status = await async_validate_pdf_signature(one, ValidationContext(trust_roots=[anchor], allow_fetching=False))
        harmless = status.modification_level in {
            ModificationLevel.NONE,
            ModificationLevel.LTA_UPDATES,
            ModificationLevel.FORM_FILLING,
        }
        verdicts.append(status.bottom_line and harmless)
        coverage.append((one.signed_revision, status.coverage))
    for stamp in reader.embedded_timestamp_signatures:
        found = await async_validate_pdf_timestamp(stamp, ValidationContext(trust_roots=[anchor], allow_fetching=False))
        verdicts.append(
            found.bottom_line if hasattr(found, "bottom_line") else found.valid and found.intact and found.trusted
        )
        coverage.append((stamp.signed_revision, found.coverage))
    last = max(coverage, key=lambda one: one[0])[1] if coverage else None
    return Checked(
        pdfsig_valid=pdfsig_valid,
        signatures=len(reader.embedded_regular_signatures),
        timestamps=len(reader.embedded_timestamp_signatures),
        all_true=bool(verdicts) and all(verdicts),
        last_covers_file=last == SignatureCoverageLevel.ENTIRE_FILE,
        pages=int(reader.root["/Pages"]["/Count"]),
    )
