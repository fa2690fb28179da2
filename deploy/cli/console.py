"""What every command shares: where the bus is, how an answer is printed, how a refusal is told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from deploy.cli.bus import Bus
from services.common.kit.errors import DomainError, InvalidValue
from services.common.kit.settings import SettingMissing

V = TypeVar("V")


def environment() -> dict[str, str]:
    """The caller's environment, or the one-machine stack's where that is running and nothing else is said."""
    if os.environ.keys() & {"GUOHU_AMQP_URL", "GUOHU_AMQP_URL_FILE"}:
        return dict(os.environ)
    from deploy.local.layout import Layout, StackError
    from deploy.local.stack import Stack

    try:
        return {**os.environ, **Stack(Layout.from_environment().var).environments.operator()}
    except StackError as missing:
        raise click.ClickException(
            "GUOHU_AMQP_URL is not set and no stack was started here: run `make up`"
        ) from missing


def say(context: click.Context, data: Any, text: str) -> None:
    """Print JSON or words."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if context.obj["json"] else text)


def ask(work: Any) -> Any:
    """Run, turning refusals into a line on stderr and exit code 1."""
    try:
        return work(Bus.from_environment(environment()))
    except SettingMissing as missing:
        raise click.ClickException(str(missing)) from missing
    except DomainError as refused:
        raise click.ClickException(f"{refused.code} {refused.context or ''}".strip()) from refused


def read(shape: Callable[[str], V], text: str, hint: str) -> V:
    """Return the value typed. Raises BadParameter naming the option and the code."""
    try:
        return shape(text)
    except InvalidValue as wrong:
        raise click.BadParameter(wrong.code, param_hint=hint) from wrong
