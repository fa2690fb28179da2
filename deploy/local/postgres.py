"""The private PostgreSQL cluster: how it is made, how it is started, which databases and roles it holds.

PostgreSQL refuses to run as root, and the system user `postgres` may not be able to walk down to the stack's folder
(think of /root). So its data folder is opened first, then the rights are dropped, and the server is told to use the
open folder (`/proc/self/fd/9`): nothing on the way needs to be opened to anybody. Its working folder must then be one
that everybody may enter, because PostgreSQL leaves it and comes back while it looks for its own programs.

There is no Unix socket: its path is limited to 107 bytes, and one way in, with a password, is enough.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

from deploy.local.keys import Secrets, owner_role, runtime_role
from deploy.local.layout import Layout, StackError
from deploy.local.ports import LOOPBACK

_SYSTEM_USER = "postgres"
_DATA_FD = 9
_DATA = f"/proc/self/fd/{_DATA_FD}"
# Opens the folder named first as fd 9 and becomes the command after it.
_OPENER = f'exec {_DATA_FD}<"$1" && shift && exec "$@"'
_INITDB_SECONDS = 120

# 13 processes with small pools each, migrations and a person with psql; the default of 100 is too near.
_MAX_CONNECTIONS = 200


def binaries(pgdata: Path) -> Path:
    """Return the folder of the server programs: of the version that made the cluster, else the newest installed."""
    installed = {path.parent.parent.name: path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")}
    version_file = pgdata / "PG_VERSION"
    if version_file.exists():
        version = version_file.read_text().strip()
        if version in installed:
            return installed[version]
        message = f"{pgdata} was made by PostgreSQL {version}, which is not installed: install postgresql-{version}"
        raise StackError(message)
    if installed:
        return installed[max(installed, key=int)]
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).parent
    message = "PostgreSQL is not installed: run deploy/local/bootstrap.sh"
    raise StackError(message)


def _account() -> pwd.struct_passwd | None:
    """Return the account to run as when we are root; None means: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError as error:
        message = f"there is no system user {_SYSTEM_USER}, and PostgreSQL does not run as root"
        raise StackError(message) from error


def _opened(layout: Layout, argv: list[str]) -> list[str]:
    """Return the command line that runs `argv` with the data folder open and, when we are root, without our rights."""
    account = _account()
    lesser: list[str] = []
    if account is not None:
        lesser = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
    return ["/bin/sh", "-c", _OPENER, "sh", str(layout.pgdata), *lesser, *argv]


def command(layout: Layout, port: int) -> list[str]:
    """Return the server's command line; its working folder must be `/`. It replaces the shell: one process, one pid."""
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": str(_MAX_CONNECTIONS),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u@%d ",
        # A statement may hold personal data as a literal or parameter; it stays out of the log.
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return _opened(layout, [str(binaries(layout.pgdata) / "postgres"), "-D", _DATA, *options])


def initialise(layout: Layout, secrets: Secrets) -> bool:
    """Make the cluster when there is none; true when it was made now.

    A half-made one (the machine went down during initdb) has no `global/pg_control` and is made anew.
    """
    if (layout.pgdata / "global" / "pg_control").exists():
        return False
    if layout.pgdata.exists():
        shutil.rmtree(layout.pgdata)
    layout.pgdata.mkdir(mode=0o700)
    account = _account()
    reader, writer = os.pipe()
    if account is not None:
        os.chown(layout.pgdata, account.pw_uid, account.pw_gid)
        os.fchown(reader, account.pw_uid, account.pw_gid)
    # The password travels by pipe and never lies in a file another account can read.
    os.write(writer, secrets.password("postgres").encode())
    os.close(writer)
    program = [str(binaries(layout.pgdata) / "initdb"), "-D", _DATA, "-U", "postgres", f"--pwfile=/dev/fd/{reader}"]
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    try:
        done = subprocess.run(
            _opened(layout, program + options),
            cwd="/",
            pass_fds=(reader,),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_INITDB_SECONDS,
            check=False,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
        )
    finally:
        os.close(reader)
    if done.returncode != 0:
        shutil.rmtree(layout.pgdata, ignore_errors=True)
        message = f"initdb failed:\n{done.stdout}{done.stderr}"
        raise StackError(message)
    return True


def forget_lock(layout: Layout) -> None:
    """Remove the lock of a server that was killed. Only after the reaper made sure that none is left.

    PostgreSQL itself only asks whether *some* process of its user has that pid, and then refuses to start.
    """
    (layout.pgdata / "postmaster.pid").unlink(missing_ok=True)


def connect(secrets: Secrets, port: int, database: str = "postgres", host: str = LOOPBACK) -> connection:
    """Connect as superuser, to make roles and databases. Raises psycopg2.OperationalError when not up yet."""
    return psycopg2.connect(
        host=host,
        port=port,
        user="postgres",
        password=secrets.password("postgres"),
        dbname=database,
        connect_timeout=3,
        application_name="guohu-stack",
    )


def answers(secrets: Secrets, port: int, host: str = LOOPBACK) -> bool:
    """Whether the server lets the superuser in; while it starts or recovers it does not."""
    try:
        connect(secrets, port, host=host).close()
    except psycopg2.OperationalError:
        return False
    return True


def provide_databases(secrets: Secrets, port: int, services: Iterable[str], host: str = LOOPBACK) -> list[str]:
    """Make each service's database, owner role and runtime role where missing; returns those made now."""
    made = []
    link = connect(secrets, port, host=host)
    link.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        with link.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            existing = {row[0] for row in cursor.fetchall()}
            cursor.execute("SELECT rolname FROM pg_roles")
            roles = {row[0] for row in cursor.fetchall()}
            for service in services:
                for role in (owner_role(service), runtime_role(service)):
                    if role not in roles:
                        _run(cursor.execute, "CREATE ROLE {role} LOGIN PASSWORD {password}", role, secrets)
                # The comment is written last and says: privileges are complete. A run cut short is done again.
                if service not in existing:
                    text = sql.SQL("CREATE DATABASE {} OWNER {}")
                    cursor.execute(text.format(sql.Identifier(service), sql.Identifier(owner_role(service))))
                if _grant(secrets, port, service, host):
                    made.append(service)
    finally:
        link.close()
    return made


def _run(execute: Callable[[sql.Composed], None], text: str, role: str, secrets: Secrets) -> None:
    password = sql.Literal(secrets.password(role))
    execute(sql.SQL(text).format(role=sql.Identifier(role), password=password))


_GRANTS = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {runtime};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO {owner};
GRANT USAGE ON SCHEMA public TO {runtime};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runtime};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SEQUENCES TO {runtime};
COMMENT ON DATABASE {database} IS 'guohu';
"""


def _grant(secrets: Secrets, port: int, service: str, host: str) -> bool:
    """Give the runtime role the use of what the owner will make, once and in one transaction; true when done now."""
    names = {"database": service, "owner": owner_role(service), "runtime": runtime_role(service)}
    link = connect(secrets, port, service, host)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [service]
            )
            if cursor.fetchone() == ("guohu",):
                return False
            cursor.execute(sql.SQL(_GRANTS).format(**{key: sql.Identifier(name) for key, name in names.items()}))
            return True
    finally:
        link.close()
