"""The tables of the register. Owners' names and ID numbers are sealed; names are found by a blind index, numbers by the pseudonym.

An enterprise stands among the owners with its 统一社会信用代码 where a person has his ID number.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    text,
)

from services.common.kit.sealed_columns import SealedText

METADATA = MetaData()

TITLES = Table(
    "titles",
    METADATA,
    Column("title_id", Text, primary_key=True),
    Column("number", BigInteger, Identity(), nullable=False, unique=True),
    Column("city", Text, nullable=False),
    Column("certificate_no", Text, nullable=False),
    Column("new_form", Boolean, nullable=False),
    Column("mode", Text, nullable=False),
    Column("owner_count", Integer, nullable=False),
    Column("unit_no", Text),
    Column("location", Text, nullable=False),
    Column("building_area", Numeric(10, 2), nullable=False),
    Column("use", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("structure", Text, nullable=False),
    Column("floor", Integer, nullable=False),
    Column("total_floors", Integer, nullable=False),
    Column("year_built", Integer, nullable=False),
    Column("land_obtained", Text, nullable=False),
    Column("land_use", Text, nullable=False),
    Column("land_term_end", Date),
    Column("generated", Boolean, nullable=False),
    Index("titles_certificate", "city", "certificate_no"),
    # old serials lost their year and may stand on several titles; a 不动产权证 number is unique
    Index("titles_new_certificate", "certificate_no", unique=True, postgresql_where=text("new_form")),
    Index("titles_generated", "city", "owner_count", "number", postgresql_where=text("generated")),
)
OWNERS = Table(
    "owners",
    METADATA,
    Column("title_id", Text, ForeignKey("titles.title_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("name_index", Text, nullable=False),
    Column("name_sealed", SealedText, nullable=False),
    Column("id_number_sealed", SealedText, nullable=False),
    Column("share", Text),
    Column("kind", Text, nullable=False),
    Column("deceased", Boolean, nullable=False),
    # who acts for an enterprise; empty for a person
    Column("acting_person_id", Text),
    Column("acting_name_sealed", SealedText),
    Column("acting_id_number_sealed", SealedText),
    Index("owners_person", "person_id"),
)
ENCUMBRANCES = Table(
    "encumbrances",
    METADATA,
    Column("title_id", Text, ForeignKey("titles.title_id"), primary_key=True),
    Column("kind", Text, primary_key=True),
)
STANDINGS = Table(
    "standings",
    METADATA,
    Column("city", Text, primary_key=True),
    Column("number_index", Text, primary_key=True),
    Column("defaulter", Boolean, nullable=False),
    Column("eligibility", Text, nullable=False),
)
HOLDS = Table(
    "house_holds",
    METADATA,
    Column("case_no", Text, primary_key=True),
    Column("title_id", Text, nullable=False),
    Column("released", Boolean, nullable=False),
    Index("house_holds_live", "title_id", postgresql_where=text("NOT released")),
)
FILINGS = Table(
    "filings",
    METADATA,
    Column("case_no", Text, primary_key=True),
    Column("title_id", Text, nullable=False),  # of ours or of another register
    Column("filing_no", Text, nullable=False, unique=True),
    Column("document_sha256", Text, nullable=False),
    Column("filed_at", DateTime(timezone=True), nullable=False),
    Column("receipt_no", Text),  # empty until the register has acknowledged
    Column("cancel_receipt_no", Text),  # empty until it has taken the cancellation
    Column("live", Boolean, nullable=False),
    Index("filings_live_house", "title_id", unique=True, postgresql_where=text("live")),
)
RECEIPT_DAYS = Table(
    "receipt_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
FAILURES = Table(
    "failed_searches",
    METADATA,
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("account", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Index("failed_searches_account", "account", "failed_at"),
    Index("failed_searches_source", "source", "failed_at"),
)
