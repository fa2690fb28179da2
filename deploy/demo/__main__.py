"""`make demo`: bring the stack up, carry a sale to the filed contract, check the PDF, say where to look."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.cli.bus import Bus
from deploy.cli.remote import OperatorCommand
from deploy.demo.checking import Checked, check
from deploy.demo.people import Citizen
from deploy.demo.progress import Progress, cpu_seconds
from deploy.demo.sale import DOCUMENT, Cast, Sale
from deploy.demo.stage import Stage
from deploy.local.layout import Layout
from deploy.local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
PARTIES = 4
WITH_SEAL = PARTIES + 1
WORDS = {
    "seller": "出卖人",
    "seller_co_owner": "出卖人共有人",
    "buyer": "买受人",
    "buyer_co_owner": "买受人共有人",
    "SIGN_IN": "登录用",
    "OPEN_CASE": "创建合同用",
    "JOIN_CASE": "加入合同用",
    "SIGN": "签署用",
    "SMS": "短信验证码",
    "PASSWORD": "密码",
    "FACE": "人脸识别",
    "COUNTER": "窗口核验",
    "BANK_CARD": "银行卡",
}


def main() -> int:
    """Run; returns 0 when the sale was carried and the PDF is what it should be."""
    options = argparse.ArgumentParser(prog="make demo", description=__doc__)
    options.add_argument("--once", action="store_true", help="stop the stack at the end")
    options.add_argument("--sales", type=int, default=1, help="how many sales, one after the other")
    options.add_argument(
        "--at", metavar="URL", help="use the deployment there instead of a stack of this machine's own"
    )
    options.add_argument("--operator", metavar="COMMAND", help="with --at: how the operators' command is run there")
    options.add_argument("--root", metavar="FILE", type=Path, help="with --at: the platform's root certificate")
    chosen = options.parse_args()
    if chosen.at:
        if not chosen.operator or not chosen.root:
            options.error(
                "--at needs --operator and --root: staff are made by command, and the PDF is checked against the root"
            )
        return _elsewhere(chosen.at, tuple(shlex.split(chosen.operator)), chosen.root, chosen.sales)
    progress = Progress()
    stack = Stack(Layout.from_environment().var, say=progress.say)
    begun = time.monotonic()
    stack.up()
    up_seconds = time.monotonic() - begun
    try:
        pids = lambda: {one.name: one.pid for one in stack.status() if one.pid}  # noqa: E731 - what the time was spent by
        result = _show(stage_on(stack), progress, chosen.sales, lambda: root_certificate(stack), pids)
    finally:
        if chosen.once:
            stack.down()
            progress.say("the stack is stopped")
    _farewell(stack, result, up_seconds, since=_bootstrap_began(), stopped=chosen.once)
    return 0 if result["ok"] else 1


def _elsewhere(base_url: str, operator: tuple[str, ...], root: Path, sales: int) -> int:
    """Carry sales on a deployment that is reached by HTTP and by its operators' command only."""
    progress, var = Progress(), Layout.from_environment().var
    stage = Stage(OperatorCommand(operator), base_url.rstrip("/"), _office(), _face_python(), var, ROOT)
    result = _show(stage, progress, sales, lambda: root, dict)
    sale = result["sales"][-1]
    print(f"\n  ok: {str(result['ok']).lower()}   case {sale['case_no']}   filing {sale['filing_no']}")
    print(f"  the sale took {sale['wall_seconds']:.1f} s at {base_url}\n  contract   {sale['documents'][0]['path']}")
    return 0 if result["ok"] else 1


def _show(
    stage: Stage, progress: Progress, sales: int, root: Callable[[], Path], pids: Callable[[], dict[str, int]]
) -> dict[str, Any]:
    progress.say(f"the register holds {stage.seed()} titles")
    out = stage.var / "demo"
    out.mkdir(parents=True, exist_ok=True)
    carried = [_carry(stage, progress, out, root, pids()) for _ in range(sales)]
    result = {"ok": all(one.pop("ok") for one in carried), "base_url": stage.base_url, "sales": carried}
    (out / "result.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    return result


def stage_on(stack: Stack) -> Stage:
    """The stage on a running stack."""
    bus = Bus.from_environment({**os.environ, **stack.environments.operator()})
    return Stage(bus, stack.environments.public_url, _office(), _face_python(), stack.layout.var, ROOT)


def _face_python() -> Path:
    return Path(sys.prefix).parent / "venv-face" / "bin" / "python"


def _office() -> str:
    from services.common.profiles.loader import load_profiles

    return load_profiles(ROOT / "deploy" / "cities").get("huangshi").offices[0].id


def _carry(
    stage: Stage, progress: Progress, out: Path, root: Callable[[], Path], pids: dict[str, int]
) -> dict[str, Any]:
    progress.say("staff are created, a face is drawn, a seeded title is chosen")
    cast = stage.cast(every_way=True)
    before, begun = cpu_seconds(pids), time.monotonic()
    sale = Sale(cast, progress.phase)
    case = sale.run()
    wall = time.monotonic() - begun
    after = cpu_seconds(pids)
    for line in ways(cast):
        progress.say(line)
    file = out / f"{case['number']}-{DOCUMENT}.pdf"
    copies = [one.client.bytes(f"{sale.path}/documents/contract") for one in cast.citizens]
    file.write_bytes(copies[0])
    checked = check(file, root())
    good = checked.is_good(WITH_SEAL) and len(set(copies)) == 1 and case["state"] == "PUSHED"
    progress.say(_verdict(checked, good=good))
    return {
        "ok": good,
        "profile": "huangshi",
        "case_no": case["case_no"],
        "state": case["state"].lower(),
        "filing_no": case["filing_no"],
        "parties": PARTIES,
        "ways": {name: one.used for name, one in named(cast)},
        "documents": [
            {"kind": DOCUMENT, "path": _shown(file), "signatures": checked.signatures, "pages": checked.pages}
        ],
        "wall_seconds": round(wall, 2),
        "phase_seconds": sale.seconds,
        "cpu_seconds": {name: round(max(0.0, after[name] - before[name]), 2) for name in sorted(pids)},
    }


def named(cast: Cast) -> tuple[tuple[str, Citizen], ...]:
    """The four by their part in the sale: their names stay out of what is printed."""
    parts = ("seller", "seller_co_owner", "buyer", "buyer_co_owner")
    return tuple(zip(parts, cast.citizens, strict=True))


def ways(cast: Cast) -> list[str]:
    """A line for each person: how they signed in, and how they proved who they are for each act."""
    lines = []
    for name, one in named(cast):
        told = [WORDS[act] + WORDS[way] for act, way in (each.split() for each in one.used)]
        lines.append(f"{WORDS[name]}：{'，'.join(told)}")
    return lines


def root_certificate(stack: Stack) -> Path:
    """The platform's root, the only anchor a reader needs to trust."""
    found: Path = stack.secrets.pki / "root.pem"
    return found if found.exists() else next(stack.secrets.pki.rglob("root*.pem"))


def _shown(file: Path) -> str:
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)


def _verdict(checked: Checked, *, good: bool) -> str:
    return (
        f"PDF: pdfsig says valid {checked.pdfsig_valid} times; pyHanko: {checked.signatures} signatures and {checked.timestamps} time stamp "
        f"{'all true' if checked.all_true else 'NOT all true'}, the last {'covers' if checked.last_covers_file else 'does NOT cover'} the file: "
        f"{'good' if good else 'NOT GOOD'}"
    )


def _bootstrap_began() -> float | None:
    raw = os.environ.get("GUOHU_BOOTSTRAP_BEGAN")
    return float(raw) if raw else None


def _farewell(stack: Stack, result: dict[str, Any], up_seconds: float, *, since: float | None, stopped: bool) -> None:
    sale = result["sales"][-1]
    lines = [
        f"ok: {str(result['ok']).lower()}   case {sale['case_no']}   filing {sale['filing_no']}   state {sale['state']}",
        f"the sale took {sale['wall_seconds']:.1f} s, starting the stack {up_seconds:.1f} s"
        + (f", everything from the beginning {time.time() - since:.0f} s" if since else ""),
        f"contract   {sale['documents'][0]['path']}",
        f"result     {_shown(stack.layout.var / 'demo' / 'result.json')}",
        f"API page   {result['base_url']}/docs",
        f"logs       {_shown(stack.layout.log)}",
    ]
    if not stopped:
        lines.append("the stack stays up until `make down`")
    print("\n" + "\n".join(f"  {line}" for line in lines))


if __name__ == "__main__":
    raise SystemExit(main())
