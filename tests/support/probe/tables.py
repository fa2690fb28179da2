"""The probe's tables."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA = MetaData()
COUNTERS = Table("counters", METADATA, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))
HANDLED = Table(
    "handled",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("value", Integer, nullable=False),
)
FAULTS = Table("faults", METADATA, Column("name", Text, primary_key=True), Column("left", Integer, nullable=False))
