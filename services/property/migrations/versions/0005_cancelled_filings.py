"""The receipt under which a filing was cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("filings", sa.Column("cancel_receipt_no", sa.Text))
