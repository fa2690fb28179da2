"""One private set of servers for all tests that need a database, with the schemas of the services asked for."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import text

from deploy.local.environment import base_environment
from deploy.local.keys import runtime_role
from deploy.local.processes import Roster
from deploy.local.stack import Stack
from services.common.kit.unit_of_work import Database

ROOT = Path(__file__).resolve().parents[2]


@cache
def servers() -> Stack:
    """PostgreSQL with a database per service; ends with the test run."""
    var = Path(tempfile.mkdtemp(prefix="guohu-stored-"))
    stack = Stack(var, Roster(processes=()))
    stack.up()

    def end() -> None:
        stack.down()
        shutil.rmtree(var, ignore_errors=True)

    atexit.register(end)
    return stack


@cache
def database_of(service: str) -> Database:
    """The service's database at its newest schema, as its lesser runtime role."""
    told = servers().environments
    migrating = base_environment() | told.migration(service) | {"GUOHU_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-W", "ignore", "-m", f"services.{service}", "migrate"]
    subprocess.run(command, env=migrating, cwd=ROOT, check=True, capture_output=True, timeout=60)
    role, port = runtime_role(service), servers().ports["postgres"]
    password = quote(servers().secrets.password(role), safe="")
    return Database(f"postgresql://{role}:{password}@127.0.0.1:{port}/{service}", "tests", size=10)


def emptied(service: str, *tables: str) -> Database:
    """The database without a row in these tables, nor in kit's outbox."""
    database = database_of(service)
    with database.write() as session:
        for table in (*tables, "kit_outbox", "kit_event_order"):
            session.execute(text(f"DELETE FROM {table}"))
    return database
