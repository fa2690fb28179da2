"""Brings one service's database to the newest schema, and refuses to run on an older one.

`python -m services.<name> migrate` with the owner's role, under an advisory lock, so that two at once are harmless.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.schema import CreateIndex, CreateTable

from services.common.kit.tables import METADATA

LOCK = 0x6775_6F68
"""Any constant shared by all migrations of a database."""
ROOT = Path(__file__).resolve().parents[3]


def create_kit_tables(op: Any) -> None:
    """Create kit's tables; called by a service's first migration."""
    for table in METADATA.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            op.execute(CreateIndex(index))


def _folder(package: str) -> Path:
    return ROOT.joinpath(*package.split("."), "migrations")


def _script(package: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(_folder(package)))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def has_migrations(package: str) -> bool:
    """Whether the service has a database at all."""
    return (_folder(package) / "versions").is_dir()


def newest(package: str) -> str:
    """The revision this code was written for."""
    return str(_script(package).get_current_head())


def migrate(package: str, owner_url: str) -> str:
    """Upgrade to the newest revision and return it."""
    script = _script(package)
    engine = create_engine(owner_url)
    with (
        engine.connect() as connection,
        EnvironmentContext(Config(), script, fn=lambda now, _: _upgrade(script, now)) as environment,
    ):
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        environment.configure(connection=connection, target_metadata=None)
        with environment.begin_transaction():
            environment.run_migrations()
        connection.commit()
    engine.dispose()
    return newest(package)


def _upgrade(script: ScriptDirectory, now: Any) -> Any:
    return script._upgrade_revs("head", now)  # noqa: SLF001 - alembic's own commands do the same


def current(connection: Connection) -> str | None:
    """The revision the database is at."""
    return MigrationContext.configure(connection).get_current_revision()
