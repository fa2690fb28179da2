"""The table of what the parties agree (field list 17, 21-22, 24-42, 44-47), with the limits that hold for a house, a city, a day."""

from __future__ import annotations

from services.contract.domain.form.deal_fields import breach, closing, house, transfer
from services.contract.domain.form.fields import Field
from services.contract.domain.form.payment_fields import payment, price
from services.contract.domain.form.setting import Setting


def term_fields(on: Setting) -> tuple[Field, ...]:
    """Return every field of the terms in the order of the screen."""
    return (*house(on), *price(), *payment(on), *transfer(on), *breach(on), *closing(on))
