"""The materials the demo's people upload: pictures drawn when they are needed, with the names of people who do not exist."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

from clients.python.guohu_client import Client

PAPER = (1000, 630)
INK, GROUND = (40, 40, 60), (235, 240, 248)


def picture(*lines: str) -> bytes:
    """Return a small JPEG with these lines of plain text on it."""
    paper = Image.new("RGB", PAPER, GROUND)
    pen = ImageDraw.Draw(paper)
    pen.rectangle((20, 20, PAPER[0] - 20, PAPER[1] - 20), outline=INK, width=3)
    for row, line in enumerate(lines):
        pen.text((60, 60 + 70 * row), line, fill=INK, font_size=40)
    made = io.BytesIO()
    paper.save(made, "JPEG", quality=80)
    return made.getvalue()


def upload(client: Client, case_path: str, row: dict[str, Any], version: int, data: bytes) -> dict[str, Any]:
    """Upload one file for a row of the case's list; returns the reference."""
    place = {"person_id": row["person_id"], "material_id": row["material_id"], "kind": row["any_of"][0]}
    found: dict[str, Any] = client.read(
        "upload_material",
        data=data,
        media="image/jpeg",
        query={**place, "version": version},
        case=case_path.rpartition("/")[2],
    )
    return found


def upload_required(client: Client, case_path: str) -> int:
    """Upload what is still asked of the caller and, for a main party, of the whole side; returns how many files."""
    listed = client.get(f"{case_path}/materials")
    wanted = [one for one in listed["materials"] if one["may_upload"] and one["required"] and one["status"] == "TODO"]
    for one in wanted:
        drawn = picture("GUOHU TEST DOCUMENT", one["any_of"][0], one["material_id"], str(one["person_id"])[:20])
        upload(client, case_path, one, listed["version"], drawn)
    return len(wanted)
