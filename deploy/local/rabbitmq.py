"""The private RabbitMQ node and its own epmd: configuration and commands. Decides nothing about queues.

AMQP, distribution and epmd stay on 127.0.0.1 with ports of their own, so the node lives beside any other on the
machine. epmd is started by us, in the foreground, so that it ends with the stack instead of outliving it.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import amqp

from deploy.local.environment import AMQP_USER, AMQP_VHOST
from deploy.local.keys import Secrets
from deploy.local.layout import Layout, StackError, write_private
from deploy.local.ports import LOOPBACK

_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

# The node name needs no host of its own: another node `guohu@localhost` would be registered with another epmd.
_NODE = "guohu@localhost"

# Far above what the stack uses (about 120 MB) and small enough for a laptop; at the mark publishers are held back.
_MEMORY_MARK = "768MB"
_DISK_MARK = "256MB"


def server_command() -> list[str]:
    """Return the broker's command line (see `environment` for why it is one process, not a shell with a child)."""
    if not _SERVER.exists():
        message = "RabbitMQ is not installed: run deploy/local/bootstrap.sh"
        raise StackError(message)
    return [str(_SERVER)]


def epmd_command(ports: Mapping[str, int]) -> list[str]:
    """Return the port mapper's command line: in the foreground, on loopback only."""
    program = shutil.which("epmd", path="/usr/bin:/usr/local/bin:/usr/lib/erlang/bin")
    if program is None:
        message = "epmd is not installed: run deploy/local/bootstrap.sh"
        raise StackError(message)
    return [program, "-address", LOOPBACK, "-port", str(ports["epmd"])]


def environment(layout: Layout, ports: Mapping[str, int]) -> dict[str, str]:
    """Return what the broker and its command-line tools are told."""
    home = layout.rabbitmq
    return {
        "HOME": str(home / "home"),
        "RABBITMQ_NODENAME": _NODE,
        "RABBITMQ_CONF_ENV_FILE": str(home / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(layout.log),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        "RABBITMQ_CTL_DIST_PORT_MIN": str(ports["distribution_ctl"]),
        "RABBITMQ_CTL_DIST_PORT_MAX": str(ports["distribution_ctl"]),
        # Two schedulers are plenty for one machine's demo and save start time and memory on a big one.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +SDio 4 +A 4 -kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        # The start script then replaces itself by the Erlang machine. Otherwise a shell stays in between, and when
        # only the shell is killed the supervisor starts a second broker beside the first.
        "RUNNING_UNDER_SYSTEMD": "true",
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(ports["epmd"]),
        # No dump of the broker's memory (messages) on a crash; it also delays the restart.
        "ERL_CRASH_DUMP_SECONDS": "0",
    }


def configure(layout: Layout, ports: Mapping[str, int], secrets: Secrets) -> None:
    """Write the node's files. The user below is made instead of `guest` when the node first starts."""
    home = layout.rabbitmq
    for folder in ("home", "generated", "mnesia"):
        (home / folder).mkdir(exist_ok=True, mode=0o700)
    lines = [
        f"listeners.tcp.local = {LOOPBACK}:{ports['amqp']}",
        f"default_user = {AMQP_USER}",
        f"default_pass = {secrets.password('amqp')}",
        f"default_vhost = {AMQP_VHOST}",
        "default_permissions.configure = .*",
        "default_permissions.write = .*",
        "default_permissions.read = .*",
        "default_user_tags.administrator = false",
        f"vm_memory_high_watermark.absolute = {_MEMORY_MARK}",
        f"disk_free_limit.absolute = {_DISK_MARK}",
        "log.console = true",
        "log.console.level = info",
        "log.file = false",
    ]
    write_private(home / "rabbitmq.conf", ("\n".join(lines) + "\n").encode())
    write_private(home / "rabbitmq-env.conf", b"# empty on purpose: the machine's own RabbitMQ settings are not ours\n")
    write_private(home / "enabled_plugins", b"[].\n")
    cookie = home / "home" / ".erlang.cookie"
    if not cookie.exists():
        write_private(cookie, secrets.password("erlang_cookie").encode())
        cookie.chmod(0o400)


def answers(secrets: Secrets, ports: Mapping[str, int]) -> bool:
    """Whether the broker lets the stack's user into its virtual host."""
    try:
        with amqp.Connection(
            host=f"{LOOPBACK}:{ports['amqp']}",
            userid=AMQP_USER,
            password=secrets.password("amqp"),
            virtual_host=AMQP_VHOST,
            connect_timeout=2,
            read_timeout=5,
        ):
            return True
    except (OSError, amqp.exceptions.AMQPError):
        return False
