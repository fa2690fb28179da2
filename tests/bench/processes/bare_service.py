"""The kit's connection and nothing else: bytes come, the same bytes go. What codec, deadline and actor cost is the difference to this."""

import eventlet

eventlet.monkey_patch()

import os
from typing import Any

from services.common.kit.amqp import Link

QUEUE = "bench.bare"
PREFETCH = 20


class Responder:
    """Answers and acknowledges as `RpcServer` does, one greenthread a question."""

    def __init__(self, url: str) -> None:
        self._pool = eventlet.GreenPool(PREFETCH)
        self.link = Link(url, "bench", self._subscribe)

    def _subscribe(self, channel: Any) -> None:
        channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
        channel.basic_qos(0, PREFETCH, False)
        generation = self.link.generation
        channel.basic_consume(QUEUE, callback=lambda message: self._pool.spawn_n(self._answer, generation, message))

    def _answer(self, generation: int, message: Any) -> None:
        properties = message.properties
        to, number = properties["reply_to"], properties["correlation_id"]
        self.link.answer(
            message.body, to, generation, message.delivery_tag, type="done", correlation_id=number, delivery_mode=1
        )


if __name__ == "__main__":
    responder = Responder(os.environ["GUOHU_AMQP_URL"])
    responder.link.start(10.0)
    print("ready", flush=True)
    while True:
        eventlet.sleep(60)
