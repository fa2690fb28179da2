"""A nameko container with two worker pools: questions and events never wait for each other."""

from __future__ import annotations

from typing import Any

import eventlet
from nameko.containers import ServiceContainer, WorkerContext


class Container(ServiceContainer):
    """A nameko container whose questions and events run in pools of their own, and whose resources are built by the runner."""

    def __init__(self, service_cls: type, resources: Any, *, rpc_workers: int, event_workers: int) -> None:
        super().__init__(service_cls, {"max_workers": rpc_workers})
        self.resources = resources
        self.rpc_workers = rpc_workers
        self._event_pool = eventlet.GreenPool(event_workers)

    def spawn_worker(
        self, entrypoint: Any, args: Any, kwargs: Any, context_data: Any = None, handle_result: Any = None
    ) -> WorkerContext:
        """Run the method in the pool of its kind."""
        service = self.service_cls()
        service.resources = self.resources
        context = WorkerContext(self, service, entrypoint, args, kwargs, data=context_data)
        pool = self._event_pool if getattr(entrypoint, "hears_events", False) else self._worker_pool
        thread = pool.spawn(self._run_worker, context, handle_result)
        self._worker_threads[context] = thread
        thread.link(self._handle_worker_thread_exited, context)
        return context

    @property
    def rpc_workers_free(self) -> int:
        """How many more questions can be worked on at once."""
        return int(self._worker_pool.free())

    def end_worker(self, context: WorkerContext) -> None:
        """End the greenthread of a worker that still runs."""
        thread = self._worker_threads.get(context)
        if thread is not None and not thread.dead:
            thread.kill()

    def drained(self, seconds: float) -> bool:
        """Wait for what is running; whether all ended in time."""
        with eventlet.Timeout(seconds, False):
            self._worker_pool.waitall()
            self._event_pool.waitall()
            return True
        return False
