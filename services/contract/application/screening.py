"""买受人核验: whether those who buy may. Decides when a buyer is refused; what is known of him is asked of property."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.kit.calls import Call
from services.common.values import IdNumber, PersonName
from services.contract.application.ports import Screening
from services.contract.domain.errors import PartyBarred


@dataclass(frozen=True)
class BuyerScreening:
    """Asks anew each time it matters: at joining, at saving the buyers, before signing. Nothing is kept of an answer."""

    screening: Screening

    def __call__(self, city: str, buyers: Iterable[tuple[PersonName, IdNumber]], call: Call, *, typed: bool) -> None:
        """Raise PartyBarred for the first who may not buy, naming his field where he was `typed`; Unavailable without an answer."""
        for index, (name, number) in enumerate(buyers):
            if reasons := self.screening.bars(city, name, number, call):
                raise PartyBarred(reasons, f"parties[{index}].id_number" if typed else "")
