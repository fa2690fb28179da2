"""`python -m deploy.local up|down|restart|status|reap|env|logs|field-key|backup|restore`: the operator's door to the one-machine stack."""

import json
import os
import shlex
import sys
from pathlib import Path

import click

from deploy.local import backup, report
from deploy.local.field_keys import Step
from deploy.local.layout import Layout, StackError
from deploy.local.processes import DATABASES, HOLDS_PERSONAL_DATA
from deploy.local.stack import Stack
from deploy.local.supervision import tail

_STOPPED = 3  # as init scripts answer "not running"


def _stack(steps: report.Steps | None = None) -> Stack:
    return Stack(Layout.from_environment().var, say=steps or report.Steps())


def _require(name: str, known: list[str]) -> None:
    """Refuse a name that is none of the known ones, and say which there are."""
    if name not in known:
        message = f"unknown: {name}; there are: {' '.join(known)}"
        raise click.BadParameter(message)


@click.group(help="The one-machine stack; all state is in ./var/stack (or below $GUOHU_VAR).")
def main() -> None:
    """Parse nothing but the subcommand."""


@main.command(help="Start everything and wait until it is ready; no-op when it is.")
def up() -> None:
    """Print each step, then where to look."""
    steps = report.Steps()
    stack = _stack(steps)
    if not stack.up():
        steps("everything runs already")
    click.echo(report.summary(stack, steps.seconds))


@main.command(help="Stop everything and make sure that nothing is left.")
def down() -> None:
    """Print what did not end by itself."""
    steps = report.Steps()
    _stack(steps).down()
    steps("nothing of the stack runs")


@main.command(help="End what a killed supervisor left running.")
def reap() -> None:
    """Print how many had to be ended."""
    steps = report.Steps()
    _stack(steps).reap()
    steps("nothing of the stack runs")


@main.command(help="Restart one service process with the code of now, for example contract.worker.")
@click.argument("process")
def restart(process: str) -> None:
    """Wait until it is ready again."""
    steps = report.Steps()
    stack = _stack(steps)
    _require(process, [one.name for one in stack.roster.processes])
    stack.restart(process)
    steps(f"{process} is ready")


@main.command(help="Show every process; exit code 3 when the stack is down.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, as_json: bool) -> None:
    """Print a table, or JSON."""
    rows = _stack().status()
    if as_json:
        click.echo(json.dumps(report.status_json(rows), indent=2))
    else:
        click.echo(report.status_table(rows) if rows else "the stack is down")
    if not rows:
        sys.exit(_STOPPED)


@main.command("backup", help="Write databases, objects and secrets into FOLDER, which is made. The stack must be down.")
@click.argument("folder", type=click.Path(path_type=Path))
def save(folder: Path) -> None:
    """Print each step."""
    backup.save(Layout.from_environment().var, folder.resolve(), report.Steps())


@main.command(help="Make a stack of the backup in FOLDER, where none is yet; then `up`.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def restore(folder: Path) -> None:
    """Print each step."""
    backup.restore(Layout.from_environment().var, folder.resolve(), report.Steps())


@main.command(help='Print a process\'s settings as shell exports: eval "$(... env contract.serve)". Holds secrets.')
@click.argument("process")
def env(process: str) -> None:
    """`cli` for the operators' command, `topology`, `contract.migrate`, or a process's name.

    The stack's marker is left out: `down` would end the shell that carries it.
    """
    stack = _stack()
    migrations = [f"{name}.migrate" for name in DATABASES]
    _require(process, ["cli", "topology", *(one.name for one in stack.roster.processes), *migrations])
    told = stack.environments
    service, _, role = process.partition(".")
    if process in {"cli", "topology"}:
        values = told.operator() if process == "cli" else told.topology()
    elif role == "migrate":
        values = told.migration(service)
    else:
        values = told.process(service, role)
    for name, value in sorted(values.items()):
        click.echo(f"export {name}={shlex.quote(value)}")


@main.command(
    "field-key", help="Take a step of changing a service's field key; it holds from the next `down` and `up` on."
)
@click.argument("service", type=click.Choice(sorted(HOLDS_PERSONAL_DATA)))
@click.argument("step", type=click.Choice([one.value for one in Step]))
def field_key(service: str, step: str) -> None:
    """`announce`, `use`, then `guohu field-key rotate`, `drop`: "Changing a field key" in services/common/README.md."""
    Stack(Layout.from_environment().var).secrets.change_field_key(service, Step(step))
    click.echo(f"{service}: {step} is written; now `down` and `up`")


@main.command(help="Show the logs: all, or of one process (rabbitmq, postgres, contract.worker ...).")
@click.argument("process", required=False)
@click.option("-n", "--lines", default=40, show_default=True, help="How many lines of each.")
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C.")
def logs(process: str | None, *, lines: int, follow: bool) -> None:
    """Print the last lines, with the file's name above."""
    layout = Layout.from_environment()
    files = [layout.log_file(process)] if process else sorted(layout.log.glob("*.log"))
    missing = [str(file) for file in files if not file.exists()]
    if missing or not files:
        message = f"no log: {' '.join(missing) or layout.log}"
        raise click.ClickException(message)
    if follow:
        sys.stdout.flush()
        os.execvp("tail", ["tail", "-n", str(lines), "-F", *map(str, files)])  # noqa: S606 - coreutils
    for file in files:
        click.echo(f"==> {file} <==\n{tail(file, lines)}")


if __name__ == "__main__":
    try:
        main()
    except StackError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(1)
