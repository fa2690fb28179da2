"""Waiting until something answers, with a bound and a reason when it does not. Starts and stops nothing."""

import http.client
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deploy.local.layout import Layout, StackError
from deploy.local.ports import LOOPBACK
from deploy.local.supervision import Child, tail

_POLL = 0.15
_PROBE_SECONDS = 3.0
# A process still failing to stay up a second after this long will not come up by itself: say so, do not wait on.
_FAILING_SECONDS = 12.0


@dataclass(frozen=True)
class Probe:
    """What `/readyz` of one process said last."""

    process: str
    ready: bool
    answer: str


def readyz(process: str, port: int) -> Probe:
    """Ask one process whether its dependencies work; no answer within 3 s counts as not ready."""
    link = http.client.HTTPConnection(LOOPBACK, port, timeout=_PROBE_SECONDS)
    try:
        link.request("GET", "/readyz")
        answer = link.getresponse()
        text = answer.read(300).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return Probe(process, ready=False, answer=type(error).__name__)
    finally:
        link.close()
    return Probe(process, ready=answer.status == http.HTTPStatus.OK, answer=f"{answer.status} {text}")


def probe_all(ports: dict[str, int]) -> list[Probe]:
    """Ask all processes at the same time. `ports` maps a process to its admin port."""
    if not ports:
        return []
    with ThreadPoolExecutor(max_workers=len(ports)) as pool:
        return list(pool.map(readyz, ports.keys(), ports.values()))


def wait_for_server(layout: Layout, name: str, answers: Callable[[], bool], seconds: float) -> None:
    """Wait until a server answers. Raises StackError with the end of its log."""
    deadline = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > deadline:
            message = (
                f"{name} does not answer after {seconds:.0f} s; the end of its log:\n{tail(layout.log_file(name), 20)}"
            )
            raise StackError(message)
        time.sleep(_POLL)


def wait_for_services(
    layout: Layout, ports: dict[str, int], children: Callable[[], dict[str, Child]], seconds: float
) -> None:
    """Wait until every process says it is ready. Raises StackError naming the missing ones, with their logs."""
    began = time.monotonic()
    missing = [Probe(name, ready=False, answer="not asked yet") for name in ports]
    while missing:
        probes = probe_all({one.process: ports[one.process] for one in missing})
        missing = [one for one in probes if not one.ready]
        waited = time.monotonic() - began
        if missing and (waited > seconds or (waited > _FAILING_SECONDS and _hopeless(missing, children()))):
            raise StackError(_complaint(layout, missing, children(), waited))
        if missing:
            time.sleep(_POLL)


def _hopeless(missing: Iterable[Probe], children: dict[str, Child]) -> bool:
    return any(children[one.process].state in {"BACKOFF", "FATAL"} for one in missing)


def _complaint(layout: Layout, missing: list[Probe], children: dict[str, Child], waited: float) -> str:
    lines = [f"not ready after {waited:.0f} s: {', '.join(one.process for one in missing)}"]
    for one in missing:
        child = children[one.process]
        lines.append(f"  {one.process}: {child.state}, /readyz: {one.answer} {child.note}".rstrip())
        lines.append(tail(layout.log_file(one.process), 12))
    return "\n".join(lines)
