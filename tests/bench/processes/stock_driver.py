"""The baseline's asking side: nameko's own `RpcProxy` dependency inside a nameko container."""

import eventlet

eventlet.monkey_patch()

import os

from nameko.containers import ServiceContainer
from nameko.extensions import Entrypoint, register_entrypoint
from nameko.rpc import RpcProxy

from tests.bench.processes.loop import TEXT, obey


class AtOnce(Entrypoint):
    """Runs its method when the container has started."""

    def start(self) -> None:
        """Run."""
        self.container.spawn_worker(self, (), {})


class Driver:
    """Asks as it is told to."""

    name = "bench_driver"
    stock = RpcProxy("bench_stock")

    def drive(self) -> None:
        """Obey until standard input ends."""
        obey(lambda _: self._ask())
        os._exit(0)

    def _ask(self) -> None:
        if self.stock.echo(TEXT)["text"] != TEXT:
            raise AssertionError("another answer")


register_entrypoint(Driver.drive, AtOnce())

if __name__ == "__main__":
    container = ServiceContainer(Driver, {"AMQP_URI": os.environ["GUOHU_AMQP_URL"]})
    container.start()
    container.wait()
