"""The converter and its sandbox: failures are failures, nothing runs on, nothing reaches out."""

import os
import select
import shutil
import subprocess
from pathlib import Path

import pytest

from services.contract.adapters.rendering.errors import EngineError, RenderError
from services.contract.adapters.rendering.safe_pdfkit import SafePdfKit
from services.contract.adapters.rendering.sandbox import Limits, Sandbox
from tests.adapters.contract.listening import Listener

OPEN = Sandbox(prefix=(), isolated=False)
MINIMAL = "%PDF-1.4\\n%%EOF\\n"


def program(folder: Path, body: str) -> str:
    script = folder / "wkhtmltopdf"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)
    return str(script)


def ends(process: int) -> bool:
    """Wait until `process` has ended, at most ten seconds."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    readable, _, _ = select.select([handle], [], [], 10)
    os.close(handle)
    return bool(readable)


def test_a_converter_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    path = program(tmp_path, f"sleep 600 & echo $$ $! > {ids}; cat > /dev/null; wait")

    with pytest.raises(RenderError) as late:
        SafePdfKit(OPEN, timeout_seconds=0.5, program=path).convert("<p>")

    assert late.value.context == {"reason": "timeout"}
    assert all(ends(int(process)) for process in ids.read_text().split())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f"cat > /dev/null; printf '{MINIMAL}'; exit 1", "converter_failed"),
        ("cat > /dev/null; printf 'no document'", "not_a_pdf"),
        ("cat > /dev/null; printf '%%PDF-1.4 cut off'", "not_a_pdf"),
        ("cat > /dev/null", "not_a_pdf"),
        ("kill -9 $$", "converter_failed"),
    ],
)
def test_whatever_is_no_whole_pdf_is_a_failure(tmp_path: Path, body: str, reason: str) -> None:
    with pytest.raises(RenderError) as failed:
        SafePdfKit(OPEN, program=program(tmp_path, body)).convert("<p>")

    assert failed.value.context["reason"] == reason


def test_a_converter_that_computes_for_ever_ends_by_its_cpu_limit(tmp_path: Path) -> None:
    prefix = Sandbox.prepare(Limits(cpu_seconds=1), required=False).prefix
    limits = tuple(part for part in prefix if not part.startswith("--as"))[:5]
    path = program(tmp_path, "while :; do :; done")

    with pytest.raises(RenderError) as failed:
        SafePdfKit(Sandbox(limits, isolated=False), timeout_seconds=60, program=path).convert("<p>")

    assert failed.value.context["reason"] == "converter_failed"


def test_meta_tags_of_the_page_are_no_flags_of_the_program(tmp_path: Path) -> None:
    said = tmp_path / "arguments"
    path = program(tmp_path, f'echo "$@" > {said}; cat > /dev/null; printf "{MINIMAL.replace("%", "%%")}"')
    page = '<meta name="pdfkit-enable-local-file-access" content=""><meta name="pdfkit-allow" content="/etc"><p>'

    SafePdfKit(OPEN, program=path).convert(page)

    arguments = said.read_text()
    assert "--enable-local-file-access" not in arguments
    assert "--allow" not in arguments
    assert "--disable-local-file-access" in arguments


@pytest.mark.parametrize("sealed", [False, True], ids=["by its options alone", "in the sandbox"])
@pytest.mark.parametrize(
    "markup",
    [
        '<iframe src="{file}"></iframe>',
        '<object data="{file}"></object>',
        '<img src="{url}/a.png">',
        '<link rel="stylesheet" href="{url}/a.css">',
        '<iframe src="{url}/"></iframe>',
        '<meta http-equiv="refresh" content="0; url={url}/">',
        '<style>@import url("{url}/b.css"); body {{ background: url({url}/c.png) }}</style>',
        '<script>document.write("sc" + "ript ran"); new XMLHttpRequest().open("GET", "{url}", false)</script>',
        "<body onload=\"document.body.innerHTML='sc'+'ript ran'\">",
    ],
)
def test_hostile_markup_reaches_nothing(
    tmp_path: Path, listener: Listener, sandbox: Sandbox, markup: str, *, sealed: bool
) -> None:
    marker = tmp_path / "marker.html"
    marker.write_text("CONTENT-OF-A-FILE")
    page = "<meta charset='utf-8'><p>kept</p>" + markup.format(file=marker.as_uri(), url=listener.url)

    try:
        pdf = SafePdfKit(sandbox if sealed else OPEN, timeout_seconds=20).convert(page)
    except RenderError:
        text = ""
    else:
        text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S607

    assert listener.visits() == 0
    assert "CONTENT-OF-A-FILE" not in text
    assert "script ran" not in text


def test_inside_the_sandbox_there_is_neither_network_nor_file_nor_environment(
    tmp_path: Path, listener: Listener, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sandbox.isolated:
        pytest.skip("bubblewrap cannot make namespaces on this machine")
    monkeypatch.setenv("GUOHU_SECRET", "CONTENT-OF-A-VARIABLE")
    marker = tmp_path / "marker"
    marker.write_text("CONTENT-OF-A-FILE")
    port = listener.url.rsplit(":", 1)[1]
    attempts = f"cat {marker}; cat /etc/passwd; env; touch /usr/x; exec 3<>/dev/tcp/127.0.0.1/{port}"

    seen = subprocess.run([*sandbox.prefix, "bash", "-c", attempts], capture_output=True, text=True, check=False)

    assert "CONTENT" not in seen.stdout
    assert "root:" not in seen.stdout
    assert seen.stderr.count("No such file") == 2
    assert "Read-only file system" in seen.stderr
    assert seen.returncode != 0
    assert listener.visits() == 0


@pytest.fixture
def without_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prlimit").symlink_to(str(shutil.which("prlimit")))
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("without_bubblewrap")
def test_without_bubblewrap_limits_stay_and_a_warning_says_so(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = Sandbox.prepare(Limits(), required=False)

    assert not sandbox.isolated
    assert "--cpu=10" in sandbox.prefix
    assert "contract.sandbox_unavailable" in caplog.text


@pytest.mark.usefixtures("without_bubblewrap")
def test_without_bubblewrap_nothing_is_drawn_where_isolation_is_required() -> None:
    with pytest.raises(EngineError) as refused:
        Sandbox.prepare(Limits(), required=True)

    assert refused.value.code == "contract.sandbox_unavailable"


def test_with_limits_alone_the_contract_is_still_drawn() -> None:
    limits = Sandbox.prepare(Limits(), required=False).prefix[:6]

    assert SafePdfKit(Sandbox(limits, isolated=False)).convert("<p>plain</p>").startswith(b"%PDF-")
