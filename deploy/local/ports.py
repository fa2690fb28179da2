"""Which loopback ports the stack uses. Decides numbers and remembers them; binds none for longer than a test."""

import json
import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.layout import StackError, write_private

LOOPBACK = "127.0.0.1"

# Below the kernel's range for outgoing connections (32768-60999), so that no client socket takes one of ours.
_FIRST, _LAST = 20000, 32000
_ATTEMPTS = 400


def is_free(port: int) -> bool:
    """Whether nobody listens on this port on loopback, neither on 127.0.0.1 nor on every interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without this a connection in TIME_WAIT from the last run would look like a stranger.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def load(file: Path) -> dict[str, int]:
    """Return the remembered ports by name; empty before the first `up`."""
    try:
        return {str(name): int(port) for name, port in json.loads(file.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as error:
        message = f"{file} is damaged ({error}): delete it to have new ports chosen"
        raise StackError(message) from error


def allocate(file: Path, names: Iterable[str]) -> dict[str, int]:
    """Ports for all names: the remembered ones while free, fresh ones for new names and for those a stranger took.

    Call it only while the stack is down, otherwise its own listeners count as strangers.
    """
    wanted = list(names)
    known = load(file)
    kept = {name: known[name] for name in wanted if name in known and is_free(known[name])}
    missing = [name for name in wanted if name not in kept]
    chosen = kept | dict(zip(missing, _block(len(missing), taken=set(kept.values())), strict=True))
    result = {name: chosen[name] for name in wanted}
    if result != known:
        write_private(file, (json.dumps(result, indent=2) + "\n").encode())
    return result


def _block(size: int, taken: set[int]) -> list[int]:
    """Return a run of `size` free ports outside `taken`, from a random place so that two stacks seldom meet."""
    for _ in range(_ATTEMPTS):
        first = random.randrange(_FIRST, _LAST - size)  # noqa: S311 - spreads stacks apart, protects nothing
        block = list(range(first, first + size))
        if taken.isdisjoint(block) and all(map(is_free, block)):
            return block
    message = f"no {size} free loopback ports in a row between {_FIRST} and {_LAST}"
    raise StackError(message)


def moved(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return the ports that had to move, as (old, new), for the report."""
    return {name: (before[name], port) for name, port in after.items() if before.get(name, port) != port}
