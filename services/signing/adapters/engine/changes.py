"""What may be appended to a signed document: step by step, each revision against the one before it.

Decides the rules of the difference analysis: signatures in empty fields that were there from the start, one invisible field of
a document time stamp, the store of long-term proof. Every other change is suspicious, also filled-in text fields, which a
general reader allows. Leaves the analysis itself to pyHanko and the judging of signatures to
`verification`.

pyHanko compares every signature's revision with every later one, which for n signatures is n squared comparisons. Here each
step is compared once and shared: a change is allowed after a signature if every step since was allowed. That asks for more,
not for less: a step is held against the revision just before it, in which more fields are signed already.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffPolicy,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

_LTA = ModificationLevel.LTA_UPDATES
_RULES = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(_LTA),
        XrefStreamRule().as_qualified(_LTA),
        ObjectStreamRule().as_qualified(_LTA),
        DSSCompareRule().as_qualified(_LTA),
        MetadataUpdateRule().as_qualified(_LTA),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],
        # the library lets fonts and NeedAppearances change, and with them what is seen
        ignored_acroform_keys={"/Fields"},
    ),
)


@dataclass
class StepwiseAnalysis(DiffPolicy):
    """The rules for one document; remembers what each step was found to be."""

    _found: dict[tuple[int, bool, bool], DiffResult | SuspiciousModification] = field(default_factory=dict)

    def apply(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult:
        """Compare two revisions. Raises SuspiciousModification."""
        return _RULES.apply(old, new, field_mdp_spec, doc_mdp)

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Return what happened after `base_revision`, or the first step that nobody allowed."""
        first = base_revision if isinstance(base_revision, int) else base_revision.revision
        level = ModificationLevel.NONE
        changed: set[str] = set()
        for number in range(first + 1, reader.xrefs.total_revisions):
            step = self._step(reader, number, field_mdp_spec, doc_mdp)
            if isinstance(step, SuspiciousModification):
                return step
            level, changed = max(level, step.modification_level), changed | step.changed_form_fields
        return DiffResult(level, changed)

    def _step(
        self, reader: PdfFileReader, number: int, lock: FieldMDPSpec | None, doc_mdp: MDPPerm | None
    ) -> DiffResult | SuspiciousModification:
        key = (number, lock is not None, doc_mdp is not None)
        if lock is not None or key not in self._found:  # locks differ in the fields they name: never shared
            old, new = reader.get_historical_resolver(number - 1), reader.get_historical_resolver(number)
            try:
                self._found[key] = self.apply(old, new, lock, doc_mdp)
            except SuspiciousModification as suspicious:
                self._found[key] = suspicious
        return self._found[key]
