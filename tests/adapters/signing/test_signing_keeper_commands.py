"""The keeper's commands for what follows: made with the root's key in place, refused in words without it, said what was made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli.pki import pki

PHRASES = {"GUOHU_PKI_PASSPHRASE": "daily", "GUOHU_PKI_ROOT_PASSPHRASE": "offline"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A platform founded by command."""
    founded = CliRunner(env=PHRASES).invoke(pki, ["found", str(tmp_path / "pki"), "--organisation", "测试平台"])
    assert founded.exit_code == 0, founded.output
    return tmp_path / "pki"


@pytest.mark.parametrize("kind", ["intermediate", "tsa"])
def test_the_next_one_stands_beside_the_former(folder: Path, kind: str) -> None:
    made = CliRunner(env=PHRASES).invoke(pki, [kind, str(folder)], obj={"json": True})

    assert made.exit_code == 0, made.output
    names = sorted(one.stem for one in (folder / "certificates").glob(f"{kind}*.pem"))
    assert len(names) == 2
    assert names[1] in json.loads(made.output)["said"]
    assert (folder / "keys" / f"{names[1]}.pem").exists()


@pytest.mark.parametrize("kind", ["intermediate", "tsa"])
def test_without_the_roots_key_it_is_refused_in_words(folder: Path, kind: str) -> None:
    (folder / "root").rename(folder.parent / "away")

    refused = CliRunner(env=PHRASES).invoke(pki, [kind, str(folder)])

    assert refused.exit_code == 1
    assert "signing.key_missing" in refused.output


def test_a_seal_made_afterwards_comes_from_the_next_authority(folder: Path) -> None:
    CliRunner(env=PHRASES).invoke(pki, ["intermediate", str(folder)])

    made = CliRunner(env=PHRASES).invoke(pki, ["seal", str(folder), "黄石市住房和城市更新局"])

    assert made.exit_code == 0, made.output
