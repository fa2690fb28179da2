"""A real S3 server of a test's own: Debian's radosgw on loopback, in a folder, ended with everything it started."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import minio
import urllib3

from tests.stack.waiting import eventually
from tests.support.rig import free_port

SCRIPT = Path(__file__).with_name("radosgw.sh")
PROGRAMS = ("radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "monmaptool")
PACKAGES = "radosgw ceph-mon ceph-osd ceph-common"
PATIENCE = 90.0


def why_not() -> str:
    """Why no server can be started here; empty when one can."""
    missing = [one for one in PROGRAMS if shutil.which(one) is None]
    return f"no S3 server here ({', '.join(missing)} missing): apt-get install {PACKAGES}" if missing else ""


@dataclass
class StoreServer:
    """One server: address, key, secret. `start` may be repeated after `stop` or `kill`: the data stays."""

    folder: Path
    port: int = field(default_factory=free_port)
    monitor_port: int = field(default_factory=free_port)
    access_key: str = field(default_factory=lambda: "k" + secrets.token_hex(8))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(16))
    _process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def client(self) -> minio.Minio:
        """A client of a test's own, to look behind the adapter."""
        pool = urllib3.PoolManager(timeout=5, retries=False)
        return minio.Minio(
            self.host, self.access_key, self.secret_key, secure=False, region="us-east-1", http_client=pool
        )

    def start(self) -> None:
        """Start and wait until it answers. Raises RuntimeError with the end of its log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "server.log"
        command = ["bash", str(SCRIPT), str(self.folder), str(self.port), str(self.monitor_port)]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, self.access_key, self.secret_key],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = self._process
        try:
            eventually(lambda: process.poll() is not None or self._answers(), seconds=PATIENCE, pause=0.1)
            if process.poll() is None:
                return
        except AssertionError:
            pass  # neither ended nor answering: told below
        self.kill()
        raise RuntimeError(f"radosgw did not start:\n{log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        try:
            self.client().list_buckets()
        except (minio.error.MinioException, urllib3.exceptions.HTTPError, OSError):
            return False
        return True

    def kill(self) -> None:
        """kill -9 of all of it, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
