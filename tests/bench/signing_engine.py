"""What a signature costs: the platform's engine beside stock pyHanko on the same document.

Compared is CPU time (user and system) for one PAdES B-T signature in an existing field: the engine with one-event ECDSA P-256
certificate, vector ink and in-process time stamp, against pyHanko's `SimpleSigner` (ECDSA P-256) with a text stamp and its own
in-process `DummyTimeStamper` (RSA-2048), the only one it brings. Then a whole document: four signatures, seal, B-LTA.
Run: `python -m tests.bench.signing_engine`.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.signing.adapters.engine.jobs import Engine, build_engine
from services.signing.adapters.engine.platform_folder import add_seal, create_platform
from services.signing.adapters.engine.timestamping import now_utc
from tests.adapters.signing.sample import OFFICE, SIGNERS, contract, crowded, ink, person_of

ROUNDS = 9
FIFTY = tuple(f"signer_{number}" for number in range(1, 51))
"""With the seal a file of 51 signatures: more than any sale, as many as a long-lived register entry might collect."""


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return medians: milliseconds of CPU per signature for both, their ratio, seconds of CPU for a whole document and its check, seconds for a check of 51 signatures."""
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(Path(folder) / "pki")
        document = contract()
        stock = _stock_signer()
        theirs = _median_cpu(lambda: stock(document), rounds)
        ours = _median_cpu(lambda: _sign(engine, document, SIGNERS[0]), rounds)
        whole = _median_cpu(lambda: _whole(engine, document), rounds)
        finished, expected = _whole(engine, document)
        check = _median_cpu(lambda: _accepted(engine, finished, expected), rounds)
        many, known = _whole(engine, crowded(FIFTY), FIFTY)
        cpu, wall = _median_both(lambda: _accepted(engine, many, known), 3)
    return {
        "signing.bt.ms": round(ours * 1000, 2),
        "signing.bt.stock_ms": round(theirs * 1000, 2),
        "signing.bt.ratio_to_stock": round(ours / theirs, 4),
        "signing.document.cpu_s": round(whole, 4),
        "signing.document.verify_cpu_s": round(check, 4),
        "signing.document.bytes": float(len(finished)),
        "signing.verify_51.cpu_s": round(cpu, 3),
        "signing.verify_51.wall_s": round(wall, 3),
    }


def _accepted(engine: Engine, document: bytes, expected: dict[str, object]) -> None:
    facts = engine.verify({"document": document, "expected": expected})
    if not facts["accepted"]:
        raise AssertionError(facts)  # a figure for a document nobody would accept is none


def _engine(pki: Path) -> Engine:
    start = datetime.now(UTC) - timedelta(hours=1)
    create_platform(pki, "测试平台", start)
    add_seal(pki, OFFICE, start)
    return build_engine({"pki": str(pki)}, now_utc)


def _sign(engine: Engine, document: bytes, field: str) -> dict[str, Any]:
    return engine.sign(
        {
            "document": document,
            "expected_sha256": sha256(document).hexdigest(),
            "field": field,
            "signer": {"person_id": person_of(field), "name": "测试甲", "case_no": "2026010500001"},
            "ink": ink(),
            "signing_time": now_utc().isoformat(),
        }
    )


def _whole(engine: Engine, document: bytes, fields: tuple[str, ...] = SIGNERS) -> tuple[bytes, dict[str, object]]:
    signed = []
    for field in fields:
        document = _sign(engine, document, field)["document"]
        signed.append({"field": field, "signer": person_of(field)})
    sealed = engine.seal(
        {
            "document": document,
            "expected_sha256": sha256(document).hexdigest(),
            "field": "seal",
            "office_name": OFFICE,
            "filing_no": "HS-2026-000123",
            "filing_date": "2026-01-05",
            "signing_time": now_utc().isoformat(),
        }
    )
    signed.append({"field": "seal", "signer": OFFICE})
    expected = {"signatures": signed, "revision_hashes": sealed["revision_hashes"], "document_timestamp": True}
    return sealed["document"], expected


def _stock_signer() -> Callable[[bytes], bytes]:
    signer_key, stamp_key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    certificate, private = _self_signed("stock signer", signer_key)
    signer = SimpleSigner(certificate, private, SimpleCertificateStore())
    stamper = DummyTimeStamper(*_self_signed("stock time stamper", stamp_key))
    meta = PdfSignatureMetadata(field_name=SIGNERS[0], subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    style = TextStampStyle(stamp_text="signed by %(signer)s\n%(ts)s")

    def sign(document: bytes) -> bytes:
        tool = PdfSigner(meta, signer, timestamper=stamper, stamp_style=style)
        written: bytes = tool.sign_pdf(IncrementalPdfFileWriter(BytesIO(document))).getvalue()
        return written

    return sign


def _self_signed(
    name: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> tuple[x509.Certificate, keys.PrivateKeyInfo]:
    subject = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        pyca.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(private)


def _median_cpu(act: Callable[[], object], rounds: int) -> float:
    act()
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return median(taken)


def _median_both(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return CPU and wall time, both medians."""
    taken = []
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        act()
        taken.append((time.process_time() - cpu, time.perf_counter() - wall))
    return median(one for one, _ in taken), median(other for _, other in taken)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))  # noqa: T201 - the command's output
