"""The job as an engine process offers it: JSON in, a finished file out, refusals as codes."""

import json
import pickle
import subprocess
import sys

import pytest

from services.contract.adapters.rendering.document_json import from_json, to_json
from services.contract.adapters.rendering.engine import build
from services.contract.adapters.rendering.errors import EngineError, RenderError
from tests.adapters.contract.documents import a_bare_document, a_document, a_full_document

CHILD = """
import json, sys
from services.contract.adapters.rendering.engine import build
job = build({})["render_contract"]
answer = job(document=json.load(sys.stdin))
assert not {"eventlet", "nameko", "kombu"} & set(sys.modules)
print(answer["sha256"])
"""


@pytest.mark.parametrize("make", [a_document, a_full_document, a_bare_document])
def test_a_document_survives_json(make: type) -> None:
    document = make()

    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price": 888888.88}, "price"),
        ({"price": "many"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"drafted_on": "yesterday"}, "drafted_on"),
        ({"ownership_mode": "SHARED"}, "ownership_mode"),
        ({"colour": "red"}, "colour"),
        ({"parties": "everyone"}, "parties"),
        ({"parties": [{"side": "SELLER"}]}, "parties[0].role"),
        ({"breach": None}, "breach"),
        ({"case_no": None}, "case_no"),
    ],
)
def test_json_of_another_shape_is_refused_with_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(EngineError) as refused:
        from_json(to_json(a_document()) | change)

    assert refused.value.code == "contract.document_malformed"
    assert refused.value.context == {"field": field}


def test_job_gives_bytes_hash_pages_and_fields() -> None:
    answer = build({})["render_contract"](document=to_json(a_document()))

    assert answer["pdf"].startswith(b"%PDF-1.7")
    assert answer["pages"] == 9
    assert [field["name"] for field in answer["fields"]] == ["signer_1", "signer_2", "signer_3", "signer_4", "seal"]
    assert all(set(field) == {"name", "page", "rect"} and len(field["rect"]) == 4 for field in answer["fields"])


def test_a_plain_child_process_gives_the_same_file_without_the_bus_loaded() -> None:
    here = build({})["render_contract"](document=to_json(a_document()))

    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(to_json(a_document())),
        capture_output=True,
        text=True,
        check=True,
    )

    assert child.stdout.strip() == here["sha256"]


def test_refusals_keep_code_and_context_through_pickle() -> None:
    for error in (EngineError("contract.glyph_missing", codepoint="U+0000"), RenderError("timeout", pages=3)):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - own bytes

        assert type(again) is type(error)
        assert (again.code, again.context) == (error.code, error.context)
