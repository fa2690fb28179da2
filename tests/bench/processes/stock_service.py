"""The baseline's answering side: nameko's own `@rpc` in nameko's own runner, as many workers as the kit has."""

import eventlet

eventlet.monkey_patch()

import os

from nameko.rpc import rpc
from nameko.runners import ServiceRunner


class StockService:
    """Echoes."""

    name = "bench_stock"

    @rpc
    def echo(self, text: str) -> dict[str, object]:
        """Answer the same text."""
        return {"text": text, "pid": os.getpid()}


if __name__ == "__main__":
    runner = ServiceRunner({"AMQP_URI": os.environ["GUOHU_AMQP_URL"], "max_workers": 20})
    runner.add_service(StockService)
    runner.start()
    runner.wait()
