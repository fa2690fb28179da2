"""Declares queues, exchange and bindings from the registry, before any process starts.

Publishing to an exchange without a queue is confirmed and lost; so nothing is declared lazily by whoever comes first.
`python -m services.common.kit.topology declare`
"""

from __future__ import annotations

import os
import sys

import kombu

from services.common.kit.settings import Environment
from services.common.messages import registry

EVENTS = "guohu.events"


def declare(url: str, queue_type: str = "classic") -> int:
    """Declare everything; repeating it changes nothing. Returns the number of queues. `queue_type`: classic or quorum."""
    with kombu.Connection(url, connect_timeout=5) as connection:
        channel = connection.channel()
        channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
        for queue in sorted(registry.rpc_queues()):
            # a question is worth nothing after a broker restart: its asker is gone
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
        for queue, keys in sorted(registry.event_queues().items()):
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": queue_type})
            for key in sorted(keys):
                channel.queue_bind(queue, EVENTS, routing_key=key)
        return len(registry.rpc_queues()) + len(registry.event_queues())


def main(arguments: list[str]) -> int:
    """Run the command."""
    if arguments != ["declare"]:
        print("usage: python -m services.common.kit.topology declare", file=sys.stderr)
        return 2
    environment = Environment(os.environ)
    count = declare(environment.text("GUOHU_AMQP_URL"), environment.text("GUOHU_QUEUE_TYPE", "classic"))
    print(f"{count} queues declared")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
