"""Decides how a contract document becomes HTML: which template of which city, with what at its places.

Leaves to others: fonts and glyphs, the conversion, the finish. Everything typed is escaped by the template engine.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound

from services.contract.adapters.rendering import words
from services.contract.adapters.rendering.document_json import to_json
from services.contract.adapters.rendering.errors import EngineError
from services.contract.domain.capitals import amount_in_capitals
from services.contract.domain.document import ContractDocument, Party
from services.contract.domain.document_kinds import Side

TEMPLATES = Path(__file__).parents[2] / "templates"

_CITY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLACE_CODES = {"seal": "B", "verification": "Q"}


@dataclass(frozen=True)
class Signer:
    """A party with the name of the place where it signs."""

    place: str
    party: Party


@dataclass(frozen=True)
class Drawn:
    """Title and HTML of a document, and per place (signer_1..n, seal, verification) the texts of its two corners."""

    title: str
    html: str
    corners: dict[str, tuple[str, str]]


class ContractTemplate:
    """The sale contract's templates, loaded once; compiled templates are kept."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        """Read templates from `folder`/<city>/sale_contract/."""
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
        )
        self._environment.filters.update(
            word=words.word,
            money=words.money,
            capitals=amount_in_capitals,
            plain=words.plain,
            day=words.day,
            share=words.share,
            unit=words.unit,
            numeral=words.numeral,
            lines=words.lines,
            tables=words.tables,
        )

    def draw(self, document: ContractDocument) -> Drawn:
        """Fill the template of the document's city.

        Raises `EngineError` `contract.template_missing` for a city without one.
        """
        signers = [Signer(f"signer_{number}", party) for number, party in enumerate(document.parties, 1)]
        corners = _corners(document, [signer.place for signer in signers])
        sellers = [signer for signer in signers if signer.party.side is Side.SELLER]
        buyers = [signer for signer in signers if signer.party.side is Side.BUYER]
        title = self._template(document.city, "title.txt").render(d=document)
        html = self._template(document.city, "main.html").render(
            d=document, title=title, corners=corners, signer_rows=list(zip_longest(sellers, buyers))
        )
        return Drawn(title, html, corners)

    def _template(self, city: str, name: str) -> Template:
        if not _CITY.fullmatch(city):
            raise EngineError("contract.template_missing")
        try:
            return self._environment.get_template(f"{city}/sale_contract/{name}")
        except TemplateNotFound as missing:
            raise EngineError("contract.template_missing", city=city) from missing


def _corners(document: ContractDocument, places: list[str]) -> dict[str, tuple[str, str]]:
    """Name each place by a code that no typed text can carry: it contains the hash of the text itself."""
    canonical = json.dumps(to_json(document), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:8].upper()
    codes = {place: f"S{place.removeprefix('signer_')}" for place in places} | _PLACE_CODES
    return {place: (f"┌{code}·{digest}", f"{code}·{digest}┘") for place, code in codes.items()}
