"""Which desks and registers are connected is a setting; one that is named and not described ends the start."""

from __future__ import annotations

import base64

import pytest

from services.common.kit.settings import Environment, SettingMissing
from services.property.config import PropertySettings

KEY = base64.b64encode(b"k" * 32).decode()
LEAST = {"GUOHU_PERSON_KEY": KEY}
HUANGSHI = {
    "GUOHU_REGISTERS": "huangshi",
    "GUOHU_REGISTER_HUANGSHI_URL": "https://registry.example",
    "GUOHU_REGISTER_HUANGSHI_KEY_ID": "guohu",
    "GUOHU_REGISTER_HUANGSHI_KEY": KEY,
}


def test_without_a_word_everything_is_embedded() -> None:
    settings = PropertySettings.read(Environment(LEAST))

    assert (settings.screening, settings.restrictions, settings.registers) == (None, None, {})


def test_a_city_has_its_own_register_where_one_is_named() -> None:
    registers = PropertySettings.read(Environment(LEAST | HUANGSHI)).registers

    assert list(registers) == ["huangshi"]
    assert (registers["huangshi"].url, registers["huangshi"].key_id) == ("https://registry.example", "guohu")
    assert KEY not in repr(registers)
    assert "kkkk" not in repr(registers)


@pytest.mark.parametrize("missing", [name for name in HUANGSHI if name != "GUOHU_REGISTERS"])
def test_a_register_that_is_named_and_not_described_is_told_by_its_variable(missing: str) -> None:
    told = {name: value for name, value in (LEAST | HUANGSHI).items() if name != missing}

    with pytest.raises(SettingMissing, match=missing):
        PropertySettings.read(Environment(told))


@pytest.mark.parametrize("partner", ["GUOHU_SCREENING", "GUOHU_RESTRICTIONS", "GUOHU_REGISTER_HUANGSHI"])
def test_in_production_nobody_outside_is_asked_in_the_clear(partner: str) -> None:
    told = LEAST | HUANGSHI | {"GUOHU_ENV": "production"}
    told |= {f"{partner}_URL": "http://partner.example", f"{partner}_KEY_ID": "guohu", f"{partner}_KEY": KEY}

    with pytest.raises(SettingMissing, match=f"{partner}_URL"):
        PropertySettings.read(Environment(told))
    assert PropertySettings.read(Environment(told | {f"{partner}_URL": "https://partner.example"})).registers
