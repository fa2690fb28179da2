"""The keeper's commands on the folder of certificates: found it, renew authority, time stamper, seal and root's list. On the keeper's machine.

Keys of daily use are made in the folder or in a PKCS#11 token (`--keys`); the root's key is always a file below `root/`, to be taken
away afterwards. Passphrases and PIN come from the environment: GUOHU_PKI_PASSPHRASE, GUOHU_PKI_ROOT_PASSPHRASE.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
KEYS = click.option("--keys", default="file", show_default=True, help="`file`, or pkcs11:token=LABEL?module-path=FILE.")


@click.group("pki")
def pki() -> None:
    """Certificates and keys of signing."""


@pki.command()
@FOLDER
@click.option("--organisation", required=True, help="Who runs the platform.")
@click.option("--publication-url", help="Where revocation lists are served: https://HOST/v1/pki.")
@KEYS
@click.pass_context
def found(context: click.Context, folder: Path, organisation: str, publication_url: str | None, keys: str) -> None:
    """Make root, issuing authority and time stamper. Afterwards take the folder `root` away."""
    from services.signing.adapters.engine.platform_folder import create_platform

    told = {"publication_url": publication_url, "passphrases": _phrases(), "keys": _store(folder, keys)}
    _tried(lambda: create_platform(folder, organisation, datetime.now(UTC), **told))
    _say(context, f"founded in {folder}; take {folder / 'root'} away")


@pki.command()
@FOLDER
@click.argument("office")
@KEYS
@click.pass_context
def seal(context: click.Context, folder: Path, office: str, keys: str) -> None:
    """Make the seal of OFFICE (its full official name), or renew it: the newest that is valid seals."""
    from services.signing.adapters.engine.platform_folder import add_seal

    key_id = _tried(lambda: add_seal(folder, office, datetime.now(UTC), _phrases(), _store(folder, keys)))
    _say(context, f"made {key_id}")


@pki.command()
@FOLDER
@KEYS
@click.pass_context
def intermediate(context: click.Context, folder: Path, keys: str) -> None:
    """Make the next issuing authority; needs the folder `root` in its place. Renew the seals afterwards."""
    from services.signing.adapters.engine.renewal import renew_intermediate

    key_id = _tried(lambda: renew_intermediate(folder, datetime.now(UTC), _phrases(), _store(folder, keys)))
    _say(context, f"made {key_id}; keep the key of the former: its list is still made")


@pki.command()
@FOLDER
@KEYS
@click.pass_context
def tsa(context: click.Context, folder: Path, keys: str) -> None:
    """Make the next time stamper; needs the folder `root` in its place."""
    from services.signing.adapters.engine.renewal import renew_tsa

    key_id = _tried(lambda: renew_tsa(folder, datetime.now(UTC), _phrases(), _store(folder, keys)))
    _say(context, f"made {key_id}")


@pki.command()
@FOLDER
@click.argument("serial")
@click.option("--reason", default="keyCompromise", show_default=True, help="As RFC 5280 5.3.1 names it.")
@click.pass_context
def revoke(context: click.Context, folder: Path, serial: str, reason: str) -> None:
    """Revoke a seal's or a person's certificate by its SERIAL (hexadecimal); lists made from now on say so."""
    from services.signing.adapters.engine.platform_folder import revoke as revoke_in

    try:
        number = int(serial, 16)
    except ValueError as wrong:
        raise click.BadParameter("not hexadecimal", param_hint="SERIAL") from wrong
    _tried(lambda: revoke_in(folder, number, datetime.now(UTC), reason))
    _say(context, f"revoked {serial}")


@pki.command("root-list")
@FOLDER
@click.option(
    "--revoke", multiple=True, help="Serial of a revoked authority or time stamper, hexadecimal; all of them each time."
)
@click.pass_context
def root_list(context: click.Context, folder: Path, revoke: tuple[str, ...]) -> None:
    """Renew the root's revocation list (once a year); needs the folder `root` in its place."""
    from services.signing.adapters.engine.platform_folder import renew_root_list
    from services.signing.adapters.engine.revocation import Revocation

    now = datetime.now(UTC)
    gone = [Revocation(int(serial, 16), now, "cACompromise") for serial in revoke]
    _tried(lambda: renew_root_list(folder, now, gone, _phrases()))
    _say(context, "renewed for 400 days")


def _store(folder: Path, keys: str) -> Any:
    from services.signing.adapters.engine.keys import key_store

    return None if keys == "file" else _tried(lambda: key_store(keys, folder, os.environ.get("GUOHU_PKI_PASSPHRASE")))


def _phrases() -> Any:
    from services.signing.adapters.engine.platform_folder import Passphrases

    told = os.environ.get
    return Passphrases(told("GUOHU_PKI_PASSPHRASE") or None, told("GUOHU_PKI_ROOT_PASSPHRASE") or None)


def _tried(act: Callable[[], Any]) -> Any:
    from services.signing.adapters.engine.errors import EngineError

    try:
        return act()
    except EngineError as refused:
        raise click.ClickException(f"{refused.code} {refused.context or ''}".strip()) from refused


def _say(context: click.Context, text: str) -> None:
    click.echo(json.dumps({"said": text}, ensure_ascii=False) if (context.obj or {}).get("json") else text)
