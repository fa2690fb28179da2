"""One process's connections to its service's database, and what its silence is called.

Kit's own statements, one to five in every command, are written out and go past SQLAlchemy, whose share of their cost is the largest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extras import NamedTupleCursor
from sqlalchemy import Engine, PoolProxiedConnection, create_engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services.common.kit.errors import Unavailable

LIMITS = "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
"""No statement waits for ever, and no forgotten transaction holds its locks for ever."""

DIRECT = 8
"""Connections for `at_once`: they are held for single statements."""
SILENT = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)


def soon(statement: str) -> str:
    """Return a statement whose loss in a power cut does no harm (leases, marks): its commit does not wait for the disk.

    The statement must name `soon` in its FROM.
    """
    return "WITH soon AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)) " + statement


class Run:
    """Runs statements of kit's own on one connection, past SQLAlchemy; values are named `%(name)s`."""

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self._cursor = connection.cursor(cursor_factory=NamedTupleCursor)

    def __call__(self, statement: str, values: Mapping[str, object]) -> list[Any]:
        """Return the rows, with their columns as attributes."""
        self._cursor.execute(statement, values)
        return list(self._cursor.fetchall()) if self._cursor.description else []


class Database:
    """Connections of one process to its service's database."""

    def __init__(self, url: str, owner: str, size: int = 20) -> None:
        limits = f"{make_url(url).query.get('options', '')} {LIMITS}".strip()  # beside what the address itself asks for
        self.engine: Engine = create_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=4,
            pool_pre_ping=False,
            pool_recycle=900,
            connect_args={"options": limits},
        )
        self._direct = create_engine(
            url,
            pool_size=DIRECT,
            max_overflow=0,
            pool_timeout=4,
            pool_recycle=900,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            connect_args={"options": limits},
        )
        self._readers = self.engine.execution_options(postgresql_readonly=True)
        self.owner = owner
        self.on_commit: Callable[[], None] = lambda: None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read-only session; raises Unavailable when the database does not answer."""
        with guarded(), Session(self._readers) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session of kit's own, committed at the end."""
        with guarded(), Session(self.engine) as session:
            yield session
            session.commit()

    @contextmanager
    def at_once(self) -> Iterator[Run]:
        """Run statements each of which is a transaction of its own: one way to the database and back."""
        with guarded():
            connection = self._direct.raw_connection()
            try:
                yield Run(connection)
            except psycopg2.Error as wrong:
                if silence(wrong):
                    connection.invalidate()
                    self._direct.dispose()  # the others were lost with it
                raise
            finally:
                connection.close()


@contextmanager
def guarded() -> Iterator[None]:
    """Turn a database that does not answer into Unavailable."""
    try:
        yield
    except (DBAPIError, PoolTimeout, psycopg2.Error) as wrong:
        if code := silence(wrong):
            raise Unavailable(code) from wrong
        raise


def silence(wrong: BaseException | None) -> str:
    """Return the code of a database that does not answer; empty for an error it gave as its answer."""
    if isinstance(wrong, PoolTimeout):
        return "database.busy"
    gone = isinstance(wrong, SILENT) or getattr(wrong, "connection_invalidated", False)
    return "database.unavailable" if gone else ""
