"""One renderer for all tests of the drawing, as one engine process has it."""

import logging
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.contract.adapters.rendering.engine import ContractRenderer
from services.contract.adapters.rendering.fonts import Fonts
from services.contract.adapters.rendering.safe_pdfkit import SafePdfKit
from services.contract.adapters.rendering.sandbox import Limits, Sandbox
from services.contract.adapters.rendering.template import ContractTemplate
from tests.adapters.contract.listening import Listener

# fontTools tells every table it opens and wonders about the dates of subsets
logging.getLogger("fontTools").setLevel(logging.ERROR)


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return Fonts(Path("/usr/share/fonts"))


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """Use the strongest sandbox this machine gives."""
    return Sandbox.prepare(Limits(), required=False)


@pytest.fixture(scope="session")
def converter(sandbox: Sandbox) -> SafePdfKit:
    return SafePdfKit(sandbox)


@pytest.fixture(scope="session")
def renderer(fonts: Fonts, converter: SafePdfKit) -> ContractRenderer:
    return ContractRenderer(ContractTemplate(), converter, fonts)


@pytest.fixture(scope="session")
def page_texts() -> Callable[[bytes], list[str]]:
    """Text of each page as poppler extracts it, cell by cell: a reader that knows nothing of how the file was made."""

    def read(pdf: bytes) -> list[str]:
        done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)  # noqa: S607
        return done.stdout.decode().split("\f")[:-1]

    return read


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()
