"""Shows how far things are: one line a phase on a terminal, plain lines elsewhere. Also what each process used of the CPU."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from deploy.demo.sale import PHASES

TICKS = os.sysconf("SC_CLK_TCK")
TITLES = {
    "sign-up": "四人注册登录，窗口核验身份",
    "search": "须知与身份核验，房源核验，创建合同",
    "edit": "双方录入，买方查询合同，生成电子合同",
    "confirm": "买方、双方共有人确认合同",
    "sign": "发起签署，四人各自手机签署",
    "review": "提交，主管部门审核",
    "seal": "加盖备案专用章，长期验证数据",
    "push": "推送不动产登记中心",
}


@dataclass
class Progress:
    """Prints `[3/8] edit ...`."""

    begun: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """A line with the seconds since the start."""
        print(f"{time.monotonic() - self.begun:6.1f} s  {text}", flush=True)

    def phase(self, name: str, event: str) -> None:
        """A phase began or ended."""
        place = PHASES.index(name) + 1
        bar = "#" * place + "." * (len(PHASES) - place)
        line = f"[{bar}] {place}/{len(PHASES)} {name:8} {TITLES[name]}"
        if event == "begins":
            if sys.stdout.isatty():
                print(f"{time.monotonic() - self.begun:6.1f} s  {line} ...", end="\r", flush=True)
            return
        self.say(f"{line}  {event}")


def cpu_seconds(pids: dict[str, int]) -> dict[str, float]:
    """CPU of each process with its living and reaped children, in seconds."""
    parents = {int(one.name): _stat(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
    used = {}
    named = set(pids.values())
    for name, pid in pids.items():
        family, found = {pid}, True
        while found:
            fresh = {
                child for child, stat in parents.items() if stat and stat[0] in family and child not in family | named
            }
            family |= fresh
            found = bool(fresh)
        used[name] = sum(stat[1] for one in family if (stat := parents.get(one)))
    return used


def _stat(process: Path) -> tuple[int, float] | None:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(int(one) for one in fields[11:15]) / TICKS
