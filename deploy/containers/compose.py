"""docker-compose.yml: every process of ours, three servers, and the one-shot jobs that make them ready, in order of need.

Decides names, order, limits and what is mounted where; what a process is told comes from `plan`.
"""

from __future__ import annotations

from typing import Any

from deploy.containers.dumping import Merge, Named, dump
from deploy.containers.images import OPERATOR, Image, all_images, image_of, image_of_service
from deploy.containers.plan import HELD, HTTP_PORT, KEPT, Place, Told, migrating, told, told_migration, told_operator
from deploy.local.processes import PROCESSES, ServiceProcess, module_of

PLACE = Place(
    env="local",
    public_url="${GUOHU_PUBLIC_URL:-http://127.0.0.1:8080}",
    objects="s3+insecure://store:9000/guohu",
    pki_is_given=False,
    besides={
        # Everybody comes through the address of this machine's bridge; the port is open to this machine alone.
        "gateway": {"GUOHU_TRUSTED_PROXIES": "${GUOHU_TRUSTED_PROXIES:-172.16.0.0/12,192.168.0.0/16}"},
        "identity": {
            "GUOHU_SMS_PER_SOURCE_HOUR": "${GUOHU_SMS_PER_SOURCE_HOUR:-100000}",
            "GUOHU_SMS_UNUSED_PER_SOURCE_HOUR": "100000",
        },
        "signing": {"GUOHU_VERIFICATIONS_PER_SOURCE_HOUR": "100000"},
    },
)

HEAD = """\
# All of Guohu 过户 on one machine, in containers. Made by `python -m deploy.containers render`: change deploy/containers.
#
#   docker compose up --build --wait        then http://127.0.0.1:8080/docs
#
# Settings (environment or .env): GUOHU_PORT, GUOHU_PUBLIC_URL, GUOHU_BASE_IMAGE, GUOHU_IMAGES, GUOHU_TAG,
# GUOHU_POSTGRES_IMAGE, GUOHU_RABBITMQ_IMAGE, GUOHU_STORE_IMAGE. The README of deploy/containers explains them.
# With `--profile observe` also Prometheus and Grafana (127.0.0.1:3000).
"""

# Room for the largest jobs seen: PDF and face engines beside the process itself.
_MEMORY = {"identity-worker": "1500m", "contract-worker": "1g", "signing-worker": "1g"}
_DEFAULT_MEMORY = "512m"
_NOTHING_LEFT = "service_completed_successfully"

# bubblewrap makes its namespaces in a user namespace, which needs these two; it keeps no right of its own either.
_SANDBOX = ["no-new-privileges:true", "seccomp:unconfined", "systempaths=unconfined"]

_OURS = Named(
    "ours",
    {
        "read_only": True,
        "tmpfs": ["/tmp:size=256m,mode=1777"],  # noqa: S108 - of a container
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "pids_limit": 256,
        "networks": ["inside"],
    },
)
_PROCESS = Named("process", {Merge(): _OURS, "restart": "unless-stopped", "stop_grace_period": "15s"})
_JOB = Named("job", {Merge(): _OURS, "restart": "on-failure:5", "healthcheck": {"disable": True}, "mem_limit": "512m"})
_SERVER = Named(
    "server",
    {
        "restart": "unless-stopped",
        "networks": ["inside"],
        "depends_on": {"keys": {"condition": _NOTHING_LEFT}},
        "security_opt": ["no-new-privileges:true"],
    },
)


def text() -> str:
    """Return the whole file."""
    return HEAD + dump(document())


def document() -> dict[str, Any]:
    """Return the file's content."""
    services = {**_servers(), **_jobs(), **{name_of(one): _process(one) for one in PROCESSES}, **_observers()}
    holders = [name_of(one) for one in PROCESSES] + [f"{one}-migrate" for one in migrating()]
    kept = ["keys", *(f"keys-{one}" for one in ("postgres", "rabbitmq", "store", "operator", *holders))]
    return {
        "name": "guohu",
        "x-ours": _OURS,
        "x-process": _PROCESS,
        "x-job": _JOB,
        "x-server": _SERVER,
        "services": services,
        # Processes reach the servers and nothing else: only the gateway is also in the network that leads outside.
        "networks": {"inside": {"internal": True}, "outside": {}, "apart": {"internal": True}},
        "volumes": dict.fromkeys([*kept, "postgres", "rabbitmq", "store", "pki", "prometheus"]),
    }


def name_of(process: ServiceProcess) -> str:
    """Return the name of a process's container, for example `contract-worker`; one with a single kind has no suffix."""
    return f"{process.service}-{process.role}"


def _image(image: Image) -> dict[str, Any]:
    arguments = {"BASE": "${GUOHU_BASE_IMAGE:-python:3.11-slim-bookworm}", **image.arguments}
    return {
        "image": f"${{GUOHU_IMAGES:-guohu/}}{image.name}:${{GUOHU_TAG:-local}}",
        "build": {"context": ".", "dockerfile": "deploy/service.Dockerfile", "args": arguments},
    }


def _needs(*done: str, healthy: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        **{one: {"condition": _NOTHING_LEFT} for one in done},
        **{one: {"condition": "service_healthy"} for one in healthy},
    }


def _given(holder: str, where: str = str(HELD)) -> str:
    return f"keys-{holder}:{where}:ro"


def _process(process: ServiceProcess) -> dict[str, Any]:
    name, given = name_of(process), told(PLACE, process)
    migrated = (f"{process.service}-migrate",) if process.service in migrating() else ()
    volumes = [_given(name), *([f"pki:{KEPT}"] if "GUOHU_PKI" in given.plain else [])]
    made: dict[str, Any] = {
        Merge(): _PROCESS,
        **_image(image_of(process)),
        "command": ["python", "-m", module_of(process.service), process.role],
        "environment": given.variables,
        "volumes": volumes,
        "mem_limit": _MEMORY.get(name, _DEFAULT_MEMORY),
        "depends_on": _needs("topology", "bucket", *migrated),
    }
    if name == "contract-worker":
        made["security_opt"] = _SANDBOX
    if process.service == "gateway":
        made |= {"ports": [f"127.0.0.1:${{GUOHU_PORT:-{HTTP_PORT}}}:{HTTP_PORT}"], "networks": ["inside", "outside"]}
    return made


def _job(image: Image, command: list[str], given: Told | dict[str, str], **more: Any) -> dict[str, Any]:
    environment = given.variables if isinstance(given, Told) else given
    return {Merge(): _JOB, **_image(image), "command": command, "environment": environment, **more}


def _jobs() -> dict[str, Any]:
    operator = next(one for one in all_images() if one.name == OPERATOR)
    ours, tool = told_operator(PLACE), ["python", "-m", "deploy.containers"]
    mounts = ["keys:/keys/master", *(f"keys-{one}:/keys/of/{one}" for one in _holders())]
    store = {
        "GUOHU_OBJECTS": PLACE.objects,
        "GUOHU_S3_ACCESS_KEY_FILE": f"{HELD}/user",
        "GUOHU_S3_SECRET_KEY_FILE": f"{HELD}/password",
        "GUOHU_S3_RETAIN": "${GUOHU_S3_RETAIN:-}",
    }
    # The keys' job meets nobody; it writes into volumes that belong to root until they are handed out.
    keys = {"user": "0:0", "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER"], "networks": ["apart"], "volumes": mounts}
    master = {"user": "0:0", "cap_add": ["DAC_READ_SEARCH"], "volumes": ["keys:/keys/master:ro"]}
    jobs = {
        "keys": _job(operator, [*tool, "keys", "/keys/master", "/keys/of"], {}, **keys),
        "databases": _job(
            operator, [*tool, "databases", "/keys/master"], {}, **master, depends_on=_needs(healthy=("postgres",))
        ),
        "bucket": _job(operator, [*tool, "bucket"], store, volumes=[_given("store")], depends_on=_started("store")),
        "topology": _job(
            operator,
            ["python", "-m", "services.common.kit.topology", "declare"],
            ours,
            volumes=[_given("operator")],
            depends_on=_needs(healthy=("rabbitmq",)),
        ),
    }
    for service in migrating():
        jobs[f"{service}-migrate"] = _job(
            image_of_service(service),
            ["python", "-m", module_of(service), "migrate"],
            told_migration(PLACE, service),
            volumes=[_given(f"{service}-migrate")],
            depends_on=_needs("databases"),
        )
    # `docker compose run --rm operator staff add ...`: the operators' command, never started by `up`.
    jobs["operator"] = _job(
        operator,
        ["--help"],
        ours,
        entrypoint=["python", "-m", "deploy.cli"],
        volumes=[_given("operator")],
        restart="no",  # what it says and how it ends is for the person who asked
        profiles=["tools"],
    )
    return jobs


def _holders() -> list[str]:
    ours = [name_of(one) for one in PROCESSES] + [f"{one}-migrate" for one in migrating()]
    return ["postgres", "rabbitmq", "store", "operator", *ours]


def _started(*names: str) -> dict[str, Any]:
    return {one: {"condition": "service_started"} for one in names}


def _observers() -> dict[str, Any]:
    """Prometheus and Grafana, when asked for: Grafana shows without sign-in, to this machine alone, and changes nothing."""
    grafana = {
        "GF_AUTH_ANONYMOUS_ENABLED": "true",
        "GF_AUTH_ANONYMOUS_ORG_ROLE": "Viewer",
        "GF_AUTH_DISABLE_LOGIN_FORM": "true",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
    }
    folder = "./deploy/grafana"
    return {
        "prometheus": {
            "image": "${GUOHU_PROMETHEUS_IMAGE:-prom/prometheus:v3.5.0}",
            "command": ["--config.file=/etc/guohu/compose.yaml", "--storage.tsdb.path=/prometheus"],
            "volumes": ["./deploy/prometheus:/etc/guohu:ro", "prometheus:/prometheus"],
            "networks": ["inside"],
            "profiles": ["observe"],
        },
        "grafana": {
            "image": "${GUOHU_GRAFANA_IMAGE:-grafana/grafana:12.2.0}",
            "environment": grafana,
            "volumes": [
                f"{folder}/provisioning:/etc/grafana/provisioning:ro",
                f"{folder}/guohu.json:/etc/guohu/dashboards/guohu.json:ro",
            ],
            "ports": ["127.0.0.1:3000:3000"],
            "networks": ["inside", "outside"],
            "profiles": ["observe"],
        },
    }


def _servers() -> dict[str, Any]:
    def check(*command: str) -> dict[str, Any]:
        return {"test": ["CMD", *command], "interval": "5s", "timeout": "10s", "start_period": "60s", "retries": 12}

    return {
        "postgres": {
            Merge(): _SERVER,
            "image": "${GUOHU_POSTGRES_IMAGE:-postgres:15-bookworm}",
            "command": ["postgres", "-c", "max_connections=300", "-c", "log_min_error_statement=panic"],
            "environment": {"POSTGRES_PASSWORD_FILE": f"{HELD}/password", "TZ": "UTC"},
            "volumes": ["postgres:/var/lib/postgresql/data", _given("postgres")],
            "healthcheck": check("pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"),
            "shm_size": "128m",
            "stop_signal": "SIGINT",
        },
        "rabbitmq": {
            Merge(): _SERVER,
            "image": "${GUOHU_RABBITMQ_IMAGE:-rabbitmq:3.13}",
            "hostname": "rabbitmq",  # the node's name, and with it the folder of its queues
            "environment": {"RABBITMQ_CONFIG_FILES": str(HELD)},
            "volumes": ["rabbitmq:/var/lib/rabbitmq", _given("rabbitmq")],
            "healthcheck": check("rabbitmq-diagnostics", "-q", "check_port_connectivity"),
        },
        "store": {
            Merge(): _SERVER,
            "image": "${GUOHU_STORE_IMAGE:-pgsty/silo:RELEASE.2026-09-03T13-18-01Z}",
            "command": ["server", "/data"],
            "environment": {
                "MINIO_ROOT_USER_FILE": f"{HELD}/user",
                "MINIO_ROOT_PASSWORD_FILE": f"{HELD}/password",
                "MINIO_BROWSER": "off",
            },
            "volumes": ["store:/data", _given("store")],
        },
    }
