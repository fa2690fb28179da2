"""Which cells of the fault matrix a run consists of."""

from __future__ import annotations

import pytest

from deploy.demo.sale import PHASES
from deploy.local.processes import PROCESSES
from tests.faults.matrix import KINDS, REPRESENTATIVE, Cell, choose, everything

MUST = {
    "contract.worker:sign",
    "signing.worker:sign",
    "signing.worker:seal",
    "review.worker:push",
    "rabbitmq:sign",
    "gateway.serve:confirm",
}


def test_the_matrix_holds_every_process_of_the_stack_and_both_servers_in_every_phase() -> None:
    cells = everything()

    assert {one.name for one in PROCESSES} | {"rabbitmq", "postgres"} <= set(KINDS)
    assert len(set(cells)) == len(cells) == len(KINDS) * len(PHASES)


def test_the_ten_of_every_test_run_cover_all_phases_and_most_kinds() -> None:
    cells = choose(only=[], count=10, seed=1)

    assert [str(one) for one in cells] == list(REPRESENTATIVE)
    assert {one.phase for one in cells} == set(PHASES)
    assert len({one.process for one in cells}) >= 8
    assert set(REPRESENTATIVE) >= MUST


def test_further_cells_and_moments_depend_on_the_seed_alone() -> None:
    first, same, other = (choose(only=[], count=30, seed=seed) for seed in (7, 7, 8))

    assert first == same
    assert first != other
    assert first[:10] == other[:10]
    assert first[0].moment(7) == first[0].moment(7) != first[0].moment(8)


def test_without_a_number_the_whole_matrix_runs() -> None:
    assert choose(only=[], count=None, seed=1) == everything()


@pytest.mark.parametrize("wrong", ["contract.worker", "contract.worker:lunch", "postman:sign"])
def test_a_cell_that_does_not_exist_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Cell.parse(wrong)


def test_only_the_face_check_itself_needs_a_face() -> None:
    assert {str(one) for one in everything() if one.needs_face} == {"identity.worker:search", "identity.engine:search"}
