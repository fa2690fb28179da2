"""The structure rules hold, and each of them notices a break planted on purpose."""

from __future__ import annotations

import copy
from pathlib import Path

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.configuration import configure
from importlinter.domain.contract import Contract, registry

ROOT = Path(__file__).resolve().parents[3]
BREAKS = {
    "rooms": ("services.contract.domain.case", "services.contract.adapters.repository"),
    "strangers": ("services.review.application.claim", "services.contract.domain.case"),
    "common": ("services.common.kit.runner", "services.contract.service"),
    "gateway": ("gateway.app", "services.signing.domain.envelope"),
    "pure": ("services.signing.application.sign", "services.common.kit.amqp"),
    "bus": ("services.property.adapters.repository", "kombu"),
    "technology": ("services.contract.service", "sqlalchemy"),
}


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    """Every contract of .importlinter, by id."""
    configure()
    options = use_cases._normalize_user_options(use_cases.read_user_options(str(ROOT / ".importlinter")))
    use_cases._register_contract_types(options)
    found = {}
    for one in options.contracts_options:
        kind = registry.get_contract_class(one["type"])
        found[one["id"]] = kind(name=one["name"], session_options=options.session_options, contract_options=one)
    return found


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """What the code imports."""
    return grimp.build_graph(
        "services",
        "gateway",
        "deploy",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )


def test_every_contract_has_a_planted_break(contracts: dict[str, Contract]) -> None:
    assert set(contracts) == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_rule_holds_for_the_code_as_it_is(rule: str, contracts: dict[str, Contract], graph: grimp.ImportGraph) -> None:
    assert contracts[rule].check(copy.deepcopy(graph), verbose=False).kept


@pytest.mark.parametrize("rule", BREAKS)
def test_rule_notices_a_planted_break(rule: str, contracts: dict[str, Contract], graph: grimp.ImportGraph) -> None:
    importer, imported = BREAKS[rule]
    broken = copy.deepcopy(graph)
    assert importer in broken.modules
    broken.add_module(imported, is_squashed=imported in {"kombu", "sqlalchemy"})
    broken.add_import(importer=importer, imported=imported)

    assert not contracts[rule].check(broken, verbose=False).kept
