"""`python -m deploy.containers`: what prepares a deployment in containers, and what writes its files.

In a container: `keys`, `databases`, `bucket`, `field-key`. At a desk: `render` (docker-compose.yml, Kubernetes, Prometheus, Grafana),
`images` (the build of every image), `kubernetes-secrets`.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import click
import psycopg2

from deploy.containers import compose, observation, overlay
from deploy.containers.images import all_images
from deploy.containers.kubernetes import manifests
from deploy.containers.pods import PLACE
from deploy.containers.secrets import ContainerSecrets, Servers, as_kubernetes, hand_out
from deploy.local.field_keys import Step
from deploy.local.keys import Secrets
from deploy.local.layout import REPOSITORY, StackError
from deploy.local.postgres import connect, provide_databases
from deploy.local.processes import DATABASES, HOLDS_PERSONAL_DATA
from services.common.kit.errors import Unavailable

PATIENCE = 120.0


def patiently(work: Callable[[], object], failures: tuple[type[Exception], ...], what: str) -> object:
    """Try until it works: a server may still be starting. Raises click.ClickException after two minutes."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except failures as wrong:
            if time.monotonic() > until:
                raise click.ClickException(f"{what} does not answer: {wrong}") from wrong
            time.sleep(0.5)


@click.group(help=__doc__)
def cli() -> None:
    """Group the commands."""


@cli.command()
@click.argument("master", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def keys(master: Path, folder: Path) -> None:
    """Make the secrets in MASTER that are missing, and one folder for each container below FOLDER."""
    made = ContainerSecrets(master, Servers())
    made.create_missing()
    click.echo(f"{len(hand_out(made, compose.PLACE, folder))} holders were given theirs")


@cli.command()
@click.argument("master", type=click.Path(path_type=Path, exists=True))
@click.option("--host", default="postgres", show_default=True)
@click.option("--port", default=5432, show_default=True)
def databases(master: Path, host: str, port: int) -> None:
    """Make each service's database and its two roles, with the passwords of MASTER. Repeating it changes nothing."""
    made_of = Secrets(master)
    patiently(lambda: connect(made_of, port, host=host).close(), (psycopg2.OperationalError,), "PostgreSQL")
    made = provide_databases(made_of, port, DATABASES, host)
    click.echo(f"databases made: {' '.join(made) or 'none, all are there'}")


@cli.command()
def bucket() -> None:
    """Make the bucket of GUOHU_OBJECTS where it is missing, with versions kept, and with locks if GUOHU_S3_RETAIN is set."""
    from deploy.containers.bucket import make_bucket

    click.echo(patiently(lambda: make_bucket(os.environ), (Unavailable,), "the object store"))


@cli.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when a file is not what it would be.")
def render(*, check: bool) -> None:
    """Write the files that are made from the plan: Compose, Kubernetes, Prometheus, Grafana."""
    stale = []
    for name, text in rendered().items():
        path = REPOSITORY / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    click.echo("\n".join(stale) or "everything is current")
    if stale and check:
        raise click.ClickException("run `python -m deploy.containers render`")


def rendered() -> dict[str, str]:
    """Return every made file: path from the repository's root -> text."""
    return {"docker-compose.yml": compose.text(), **manifests(), **overlay.files(), **observation.files()}


@cli.command()
@click.option("--prefix", default="guohu/", show_default=True, help="Registry and folder before the image's name.")
@click.option("--tag", default="local", show_default=True)
@click.option("--base", default="", help="Another base image than the recipe's.")
def images(prefix: str, tag: str, base: str) -> None:
    """Print the command that builds each image."""
    for one in all_images():
        told = one.arguments | ({"BASE": base} if base else {})
        arguments = [part for name, value in told.items() for part in ("--build-arg", f"{name}={value}")]
        command = ["docker", "build", "-f", "deploy/service.Dockerfile", *arguments]
        click.echo(shlex.join([*command, "-t", f"{prefix}{one.name}:{tag}", "."]))


@cli.command("field-key")
@click.argument("master", type=click.Path(path_type=Path, exists=True))
@click.argument("service", type=click.Choice(sorted(HOLDS_PERSONAL_DATA)))
@click.argument("step", type=click.Choice([one.value for one in Step]))
def field_key(master: Path, service: str, step: str) -> None:
    """Take a step of changing a service's field key in MASTER; then hand the secrets out again and restart the service.

    `announce`, `use`, then `guohu field-key rotate`, `drop`: "Changing a field key" in services/common/README.md.
    """
    try:
        Secrets(master).change_field_key(service, Step(step))
    except StackError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{service}: {step} is written")


@cli.command("kubernetes-secrets")
@click.argument("master", type=click.Path(path_type=Path))
@click.option("--namespace", default="guohu", show_default=True)
@click.option("--postgres", required=True, help="host:port of the database server.")
@click.option("--amqp", required=True, help="host:port of the broker.")
def kubernetes_secrets(master: Path, namespace: str, postgres: str, amqp: str) -> None:
    """Print Secret objects for `kubectl apply -f -`, made in MASTER: keep that folder as you keep the data."""
    made = ContainerSecrets(master, Servers(postgres, amqp))
    made.create_missing()
    click.echo(as_kubernetes(made, PLACE, namespace))


if __name__ == "__main__":
    cli(prog_name="python -m deploy.containers")
