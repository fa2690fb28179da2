"""The tables of docs/ name endpoints, codes and tests: each of them exists, and every step and rule has its row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gateway.routes import ROUTES
from gateway.texts import Texts

ROOT = Path(__file__).resolve().parents[3]
MANUAL, REFUSALS = ROOT / "docs" / "manual-huangshi.md", ROOT / "docs" / "refusals.md"
STEPS = """一 二(一)1 二(一)2 二(一)3 二(一)4① 二(一)4② 二(二)1 二(二)2 二(二)3① 二(二)3② 二(二)3③ 二(三) 二(四) 二(五) 二(六)
提示 1,提示 2,提示 3,提示 4,提示 5,提示 6,提示 7"""
ELSEWHERE = {11, 12, 25, 27, 28}
"""Rules of the Shanxi process."""
MANUAL_TESTS = "tests/journeys/test_huangshi_manual.py"
Row = list[str]


def rows(text: str) -> list[Row]:
    """Return the cells of every row of a page's tables, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not re.match(r"\|[ |:-]+\|$", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("| Step |")]


def named_tests(cell: str) -> list[str]:
    """Return the tests of a cell as `file::name`."""
    found = []
    for name in re.findall(r"`([^`]+)`", cell):
        file, _, test = name.rpartition("::")
        place = file if "/" in file else f"tests/journeys/{file}" if file else MANUAL_TESTS
        found.append(f"{place}::{test}")
    return found


def missing_tests(named: list[str]) -> list[str]:
    """Return those that no file defines."""
    missing = []
    for one in named:
        file, _, test = one.rpartition("::")
        path = ROOT / file
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
        if test not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(one)
    return missing


def missing_endpoints(cell: str) -> list[str]:
    """Return those that no route serves."""
    served = {f"{one.method} {one.path}" for one in ROUTES if one.listed}
    return [one for one in re.findall(r"`([A-Z]+ /[^`]+)`", cell) if one not in served]


def test_every_step_of_the_manual_has_a_row_with_an_endpoint_and_a_test() -> None:
    found = rows(MANUAL.read_text(encoding="utf-8"))

    wanted = {one.strip() for part in STEPS.splitlines() for one in re.split(r",| (?=[一二])", part)}
    assert {one[0] for one in found} == wanted
    assert all(len(one) == 4 and "`" in one[2] and "`" in one[3] for one in found)


def test_every_endpoint_and_test_of_the_manuals_table_exists() -> None:
    for _, _, endpoints, tests in rows(MANUAL.read_text(encoding="utf-8")):
        assert missing_endpoints(endpoints) == []
        assert missing_tests(named_tests(tests)) == []


def test_every_rule_of_this_city_has_a_row_and_its_codes_and_tests_exist() -> None:
    found = [one for one in rows(REFUSALS.read_text(encoding="utf-8")) if one[0] != "Rule"]
    known = Texts.load().entries

    assert {int(one[0]) for one in found} == set(range(1, 31)) - ELSEWHERE
    for _, _, codes, way_on, tests in found:
        assert [one for one in re.findall(r"`([^`]+)`", codes) if one not in known] == []
        assert way_on
        assert named_tests(tests)
        assert missing_tests(named_tests(tests)) == []


@pytest.mark.parametrize("page", [MANUAL, REFUSALS])
def test_the_root_readme_leads_to_the_page(page: Path) -> None:
    assert f"(docs/{page.name})" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_row_with_a_wrong_endpoint_or_test_is_noticed() -> None:
    assert missing_endpoints("`POST /v1/nothing`, `POST /v1/cases`") == ["POST /v1/nothing"]
    assert missing_tests(named_tests("`test_of_nothing`")) == [f"{MANUAL_TESTS}::test_of_nothing"]
    assert missing_tests(["tests/journeys/test_nowhere.py::test_x"]) == ["tests/journeys/test_nowhere.py::test_x"]
