"""The kit's asking side: `bare` round trips of bytes, typed `query`, `request` with a request_id, `command` that writes."""

import eventlet

eventlet.monkey_patch()

import json
import os
import sys
import uuid
from pathlib import Path

from services.common.kit.actors import ActorSigner
from services.common.kit.calls import Actor, ActorKind, Call
from services.common.kit.clients import RpcClient, Transport
from tests.bench.processes.bare_service import QUEUE
from tests.bench.processes.loop import TEXT, obey
from tests.support.probe.messages import Acknowledge, Count, Echo

BODY = json.dumps({"args": [TEXT], "kwargs": {}}).encode()
"""What stock nameko sends for the same question."""


def bare(url: str) -> None:
    """Bytes there and back."""
    transport = Transport(url, "bench")
    transport.link.start(10.0)

    def ask(_: int) -> None:
        body = transport.round_trip(QUEUE, "bench", BODY, {}, 5.0).body
        if (body if isinstance(body, bytes) else body.encode()) != BODY:
            raise AssertionError("another answer")

    obey(ask)


def full(url: str, what: str) -> None:
    """Everything a service does when it asks another one."""
    client = RpcClient(url, "driver", ActorSigner.from_pem("driver", Path(os.environ["BENCH_KEY"]).read_bytes()))
    client.start(10.0)
    actor = Actor(ActorKind.SERVICE, "driver")

    def query(_: int) -> None:
        if client.ask(Echo(text=TEXT), Call(actor, "bench")).text != TEXT:
            raise AssertionError("another answer")

    def request(_: int) -> None:
        if client.ask(Acknowledge(text=TEXT), Call(actor, "bench"), request_id=uuid.uuid4().hex).text != TEXT:
            raise AssertionError("another answer")

    def command(place: int) -> None:
        client.ask(Count(name=f"bench-{place}"), Call(actor, "bench"), request_id=uuid.uuid4().hex)

    obey({"query": query, "request": request, "command": command}[what])


if __name__ == "__main__":
    address, wanted = os.environ["GUOHU_AMQP_URL"], sys.argv[1]
    bare(address) if wanted == "bare" else full(address, wanted)
    os._exit(0)
