"""What a process has to work with, built once from its environment: connections, keys, stores, engines, profiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import eventlet
from sqlalchemy import MetaData

from services.common.kit import migrations
from services.common.kit.actors import ActorReader, ActorSigner
from services.common.kit.clients import RpcClient
from services.common.kit.database import Database
from services.common.kit.engines import QUEUE, EnginePool
from services.common.kit.fields import FieldCipher
from services.common.kit.objects import Incoming, Links, Objects
from services.common.kit.request_log import RequestLog
from services.common.kit.rotation import SealedFields
from services.common.kit.settings import FieldKeys, ProcessSettings
from services.common.kit.stores import open_store
from services.common.profiles.loader import Profiles, load_profiles


@dataclass
class Resources:
    """What a process has: built once here, handed to the service's `build`."""

    settings: ProcessSettings
    amqp_url: str
    actors: ActorReader
    client: RpcClient
    objects: Objects
    database: Database | None = None
    requests: RequestLog | None = None
    sealed: SealedFields | None = None
    """What the service has sealed, told by `cipher_over`."""
    handlers: dict[str, Any] = field(default_factory=dict)
    pools: list[EnginePool] = field(default_factory=list)
    _profiles: Profiles | None = None

    @property
    def profiles(self) -> Profiles:
        """City profiles, read once. Raises ProfileInvalid naming file and line."""
        if self._profiles is None:
            self._profiles = load_profiles(self.settings.values.path("GUOHU_CITIES"))
        return self._profiles

    def cipher_over(self, metadata: MetaData) -> FieldCipher:
        """Return the cipher of this process's field keys, and have the operators' rotation know what stands under it."""
        cipher = FieldCipher.of(FieldKeys.read(self.settings.values))
        self.sealed = SealedFields(metadata, cipher)
        return cipher

    @property
    def links(self) -> Links:
        """Opens download links (the gateway)."""
        return Links(store_of(self.settings), self.settings.values.path("GUOHU_LINK_KEYS"))

    @property
    def incoming(self) -> Incoming:
        """Where uploads are put (the gateway): with a narrower key of its own at an S3 server, where there is one."""
        return Incoming(store_of(self.settings, "GUOHU_S3_INCOMING"))

    def engines(
        self, module: str, settings: dict[str, Any], size: int, python: str | None = None, queue: int = QUEUE
    ) -> EnginePool:
        """Start engine processes; the runner ends them. `queue`: how many jobs may wait before more are refused."""
        pool = EnginePool(module, settings, size, python, queue)
        self.pools.append(pool)
        eventlet.spawn(pool.start)
        return pool


def store_of(settings: ProcessSettings, keys: str = "GUOHU_S3") -> Any:
    """The object store of this deployment, opened with the keys of that name, or with the process's own."""
    values = settings.values
    access = values.text(f"{keys}_ACCESS_KEY", "")
    own = keys if access else "GUOHU_S3"
    return open_store(
        values.text("GUOHU_OBJECTS"),
        access_key=values.text(f"{own}_ACCESS_KEY", ""),
        secret_key=values.text(f"{own}_SECRET_KEY", ""),
        region=values.text("GUOHU_S3_REGION", "us-east-1"),
        retain=values.text("GUOHU_S3_RETAIN", ""),
    )


def gather(settings: ProcessSettings) -> Resources:
    """Build the resources from the environment. Raises SettingMissing."""
    values, service = settings.values, settings.service
    url = values.text("GUOHU_AMQP_URL")
    signer = ActorSigner.from_pem(service, values.pem("GUOHU_ACTOR_KEY_FILE"))
    link_key = values.pem("GUOHU_LINK_KEY_FILE") if values.text("GUOHU_LINK_KEY_FILE", "") else None
    resources = Resources(
        settings,
        url,
        ActorReader.from_folder(values.path("GUOHU_ACTOR_KEYS")),
        RpcClient(url, f"{service}", signer),
        Objects(store_of(settings), service, link_key),
    )
    if migrations.has_migrations(settings.package):
        owner = values.text("GUOHU_SLOT", f"{service}.{settings.process}")
        resources.database = Database(values.text("GUOHU_DATABASE_URL"), owner)
        resources.requests = RequestLog(resources.database, FieldKeys.read(values).index)
    return resources
