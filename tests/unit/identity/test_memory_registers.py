import pytest

from tests.support.identity_registers import RegistersSuite
from tests.unit.identity.fakes import MemoryStore


class TestMemoryRegisters(RegistersSuite):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
