"""Forgeries of signed documents, each made from genuine ones at run time: what an attacker with the file, or an insider, can do.

Every one of them names the reasons by which it must be refused: `recorded` when the platform's record is at hand, `alone` when
nothing but the file is, `complicit` when somebody has written the forged file's own revisions into the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from services.signing.adapters.engine.revisions import revisions

Make = Callable[[bytes], bytes]
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")


@dataclass(frozen=True)
class Forgery:
    """How it is made of the genuine file, and at least one of the reasons each way of looking must give."""

    name: str
    make: Make
    recorded: frozenset[str]
    complicit: frozenset[str] = field(default_factory=frozenset)


def updated(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return the document with one revision appended."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def flipped(document: bytes, at: int, bit: int = 1) -> bytes:
    """Return the document with one bit changed."""
    return document[:at] + bytes([document[at] ^ bit]) + document[at + 1 :]


def replaced(document: bytes, at: int, fresh: bytes) -> bytes:
    """Return the document with bytes written over."""
    return document[:at] + fresh + document[at + len(fresh) :]


def prefix(document: bytes, parts: int) -> bytes:
    """Return the first revisions, all but `-parts` when negative."""
    found = revisions(document)
    return document[: found[parts - 1 if parts > 0 else len(found) + parts - 1].end]


def ranges(document: bytes) -> list[tuple[int, ...]]:
    """Return all byte ranges."""
    return [tuple(map(int, match.groups())) for match in RANGE.finditer(document)]


def dictionary(**entries: object) -> generic.DictionaryObject:
    """Return a PDF dictionary."""
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def numbers(*values: float) -> generic.ArrayObject:
    """Return a PDF array of numbers."""
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def page(writer: IncrementalPdfFileWriter, at: int = 0) -> generic.DictionaryObject:
    """Return a page."""
    found: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][at].get_object()
    return found


def widget(writer: IncrementalPdfFileWriter, at: int = 0) -> generic.DictionaryObject:
    """Return a signature field."""
    found: generic.DictionaryObject = writer.root["/AcroForm"]["/Fields"][at].get_object()
    return found


def form(writer: IncrementalPdfFileWriter, content: bytes = b"") -> generic.IndirectObject:
    """Add a picture for a widget or annotation."""
    entries = dictionary(Subtype=pdf_name("/Form"), BBox=numbers(0, 0, 200, 60))
    return writer.add_object(generic.StreamObject(entries, stream_data=content))


# what is written into an appended revision


def add_text(writer: IncrementalPdfFileWriter) -> None:
    """Write another price on the first page."""
    text = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (The price is 1.00 yuan.) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(text))


def _annotate(writer: IncrementalPdfFileWriter, **entries: object) -> None:
    target = page(writer)
    annotation = dictionary(Type=pdf_name("/Annot"), Rect=numbers(60, 760, 500, 790), **entries)
    target[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(annotation)])
    writer.update_container(target)


def cover_with_box(writer: IncrementalPdfFileWriter) -> None:
    """Lay a white box over the first page's text."""
    _annotate(writer, Subtype=pdf_name("/Square"), IC=numbers(1, 1, 1))


def cover_with_free_text(writer: IncrementalPdfFileWriter) -> None:
    """Write a comment that looks like the page's own text."""
    _annotate(
        writer,
        Subtype=pdf_name("/FreeText"),
        Contents=generic.pdf_string("The price is 1.00 yuan."),
        DA=generic.pdf_string("/Helv 12 Tf"),
    )


def cover_with_stamp(writer: IncrementalPdfFileWriter) -> None:
    """Stamp a picture over the text."""
    _annotate(writer, Subtype=pdf_name("/Stamp"), AP=dictionary(N=form(writer, b"1 1 1 rg 0 0 200 60 re f")))


def redact(writer: IncrementalPdfFileWriter) -> None:
    """Mark the price as struck out."""
    _annotate(writer, Subtype=pdf_name("/Redact"))


def exchange_appearance(writer: IncrementalPdfFileWriter) -> None:
    """Empty the first signature's picture."""
    target = widget(writer)
    target[pdf_name("/AP")] = dictionary(N=form(writer))
    writer.update_container(target)


def overwrite_appearance_stream(writer: IncrementalPdfFileWriter) -> None:
    """Redefine the very object the first signature's picture is, leaving every reference as it was."""
    reference = widget(writer)["/AP"].raw_get("/N").reference
    entries = dictionary(Subtype=pdf_name("/Form"), BBox=numbers(0, 0, 200, 60))
    _overwrite(writer, reference, generic.StreamObject(entries, stream_data=b""))


def _overwrite(writer: IncrementalPdfFileWriter, reference: generic.Reference, fresh: generic.PdfObject) -> None:
    writer.mark_update(generic.Reference(reference.idnum, reference.generation, writer))
    writer.objects[(reference.generation, reference.idnum)] = fresh


def move_widget(writer: IncrementalPdfFileWriter) -> None:
    """Move the first signature to where the second stands."""
    target = widget(writer)
    target[pdf_name("/Rect")] = numbers(72, 460, 252, 530)
    writer.update_container(target)


def hide_widget(writer: IncrementalPdfFileWriter) -> None:
    """Make the first signature invisible."""
    target = widget(writer)
    target[pdf_name("/F")] = generic.NumberObject(2)
    writer.update_container(target)


def empty_signature(writer: IncrementalPdfFileWriter) -> None:
    """Take the value of the first field away: nobody has signed there."""
    target = widget(writer)
    del target["/V"]
    writer.update_container(target)


def remove_field(writer: IncrementalPdfFileWriter) -> None:
    """Take the first field out of the form."""
    target = writer.root["/AcroForm"]["/Fields"]
    del target[0]
    writer.update_container(target)
    writer.update_container(writer.root["/AcroForm"])
    writer.update_root()


def swap_signatures(writer: IncrementalPdfFileWriter) -> None:
    """Let the first two fields show each other's signature."""
    first, second = widget(writer, 0), widget(writer, 1)
    one, other = first.raw_get("/V"), second.raw_get("/V")
    first[pdf_name("/V")], second[pdf_name("/V")] = other, one
    writer.update_container(first)
    writer.update_container(second)


def rename_field(writer: IncrementalPdfFileWriter) -> None:
    """Call the first field by another name."""
    target = widget(writer)
    target[pdf_name("/T")] = generic.pdf_string("signer_9")
    writer.update_container(target)


def add_signature_field(writer: IncrementalPdfFileWriter) -> None:
    """Add one more field to sign in."""
    append_signature_field(writer, SigFieldSpec("signer_5", on_page=0, box=(60, 60, 200, 120)))


def add_text_field(writer: IncrementalPdfFileWriter) -> None:
    """Add a filled text field that looks like the page's text."""
    entries = dictionary(
        Type=pdf_name("/Annot"), Subtype=pdf_name("/Widget"), FT=pdf_name("/Tx"), Rect=numbers(60, 760, 500, 790)
    )
    entries[pdf_name("/T")], entries[pdf_name("/V")] = generic.pdf_string("price"), generic.pdf_string("1.00")
    reference = writer.add_object(entries)
    target = page(writer)
    target[pdf_name("/Annots")] = generic.ArrayObject([reference])
    writer.update_container(target)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)
    writer.update_container(writer.root["/AcroForm"])
    writer.update_root()


def need_appearances(writer: IncrementalPdfFileWriter) -> None:
    """Ask readers to draw all fields anew, from other resources."""
    target = writer.root["/AcroForm"]
    target[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(target)
    writer.update_root()


def replace_content(writer: IncrementalPdfFileWriter) -> None:
    """Redefine the first page's content (shadow attack: replace)."""
    reference = page(writer).raw_get("/Contents")
    reference = reference if isinstance(reference, generic.IndirectObject) else reference.raw_get(0)
    fresh = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 770 Td (The price is 1.00 yuan.) Tj ET")
    _overwrite(writer, reference, fresh)


def replace_font(writer: IncrementalPdfFileWriter) -> None:
    """Give the page other resources, so that the same bytes show other letters."""
    target = page(writer)
    target[pdf_name("/Resources")] = dictionary(
        Font=dictionary(F1=dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Symbol")))
    )
    writer.update_container(target)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    """Add a page of further terms."""
    pages = writer.root["/Pages"]
    text = writer.add_object(generic.StreamObject(stream_data=b"BT 72 770 Td (further terms) Tj ET"))
    fresh = dictionary(
        Type=pdf_name("/Page"), MediaBox=numbers(0, 0, 595, 842), Contents=text, Parent=writer.root.raw_get("/Pages")
    )
    pages["/Kids"].append(writer.add_object(fresh))
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def remove_page(writer: IncrementalPdfFileWriter) -> None:
    """Take the page of the text away."""
    pages = writer.root["/Pages"]
    del pages["/Kids"][0]
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) - 1)
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def rotate_page(writer: IncrementalPdfFileWriter) -> None:
    """Turn a page."""
    target = page(writer)
    target[pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(target)


def crop_page(writer: IncrementalPdfFileWriter) -> None:
    """Cut the terms off the visible part of a page."""
    target = page(writer)
    target[pdf_name("/CropBox")] = numbers(0, 0, 595, 700)
    writer.update_container(target)


def open_with_script(writer: IncrementalPdfFileWriter) -> None:
    """Run a script when the file is opened."""
    action = dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))
    writer.root[pdf_name("/OpenAction")] = writer.add_object(action)
    writer.update_root()


def add_named_script(writer: IncrementalPdfFileWriter) -> None:
    """Add a script by name."""
    action = writer.add_object(dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("this.pageNum=1")))
    names = generic.ArrayObject([generic.pdf_string("x"), action])
    writer.root[pdf_name("/Names")] = writer.add_object(dictionary(JavaScript=dictionary(Names=names)))
    writer.update_root()


def launch_on_page(writer: IncrementalPdfFileWriter) -> None:
    """Start a program when a page is shown."""
    target = page(writer)
    target[pdf_name("/AA")] = dictionary(O=dictionary(S=pdf_name("/Launch"), F=generic.pdf_string("x.exe")))
    writer.update_container(target)


def embed_file(writer: IncrementalPdfFileWriter) -> None:
    """Attach a file."""
    stream = writer.add_object(generic.StreamObject(dictionary(Type=pdf_name("/EmbeddedFile")), stream_data=b"terms"))
    spec = writer.add_object(
        dictionary(Type=pdf_name("/Filespec"), F=generic.pdf_string("a.txt"), EF=dictionary(F=stream))
    )
    names = generic.ArrayObject([generic.pdf_string("a.txt"), spec])
    writer.root[pdf_name("/Names")] = writer.add_object(dictionary(EmbeddedFiles=dictionary(Names=names)))
    writer.update_root()


def change_metadata(writer: IncrementalPdfFileWriter) -> None:
    """Give the document another title, and nothing else."""
    writer.set_info(dictionary(Title=generic.pdf_string("Rental agreement")))


def add_layers(writer: IncrementalPdfFileWriter) -> None:
    """Add layers that can be switched off (shadow attack: hide)."""
    layer = writer.add_object(dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("terms")))
    off = dictionary(OFF=generic.ArrayObject([layer]))
    writer.root[pdf_name("/OCProperties")] = writer.add_object(dictionary(OCGs=generic.ArrayObject([layer]), D=off))
    writer.update_root()


def second_store(writer: IncrementalPdfFileWriter) -> None:
    """Replace the store of long-term proof by one of the attacker's."""
    writer.root[pdf_name("/DSS")] = writer.add_object(
        dictionary(Certs=generic.ArrayObject(), CRLs=generic.ArrayObject())
    )
    writer.update_root()


def remove_store(writer: IncrementalPdfFileWriter) -> None:
    """Take the store of long-term proof away."""
    del writer.root["/DSS"]
    writer.update_root()


def free_object(document: bytes) -> bytes:
    """Declare the first page's content free in a table of the attacker's own (xref trick)."""
    with pikepdf.open(BytesIO(document)) as pdf:
        number = (
            pdf.pages[0].Contents if not isinstance(pdf.pages[0].Contents, pikepdf.Array) else pdf.pages[0].Contents[0]
        ).objgen[0]
        root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
    return _with_table(document, b"0 1\n0000000000 65535 f \n%d 1\n0000000000 00001 f \n" % number, root, size)


def redirect_object(document: bytes) -> bytes:
    """Point the table at another catalogue, hidden in a comment of an appended table (xref trick)."""
    with pikepdf.open(BytesIO(document)) as pdf:
        root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
    body = b"%d 0 obj\n<</Type/Catalog/Pages<</Type/Pages/Kids[]/Count 0>>>>\nendobj\n" % root
    offset = len(document)
    return _with_table(document + body, b"%d 1\n%010d 00000 n \n" % (root, offset), root, size)


def _with_table(document: bytes, entries: bytes, root: int, size: int) -> bytes:
    previous = int(document.rpartition(b"startxref")[2].split()[0])
    table = b"xref\n" + entries + b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, root, previous)
    return document + table + b"startxref\n%d\n%%%%EOF\n" % len(document)


# what is done to the bytes of signatures


def widen_gap(document: bytes) -> bytes:
    """Let the last signature's range leave out more than the signature, keeping the file's length."""
    match = list(RANGE.finditer(document))[-1]
    start, gap, rest, size = map(int, match.groups())
    fresh = b"/ByteRange [%d %d %d %d]" % (start, gap - 8, rest, size)
    return replaced(document, match.start(), fresh.ljust(len(match.group(0)))[: len(match.group(0))])


def start_later(document: bytes) -> bytes:
    """Let the first signature's range start behind the header."""
    match = next(RANGE.finditer(document))
    _, gap, rest, size = map(int, match.groups())
    fresh = b"/ByteRange [9 %d %d %d]" % (gap - 9, rest, size)
    return replaced(document, match.start(), fresh.ljust(len(match.group(0)))[: len(match.group(0))])


def bytes_in_padding(document: bytes) -> bytes:
    """Write into the padding behind the last signature, which no signature covers."""
    _, _, rest, _ = ranges(document)[-1]
    return replaced(document, rest - 9, b"deadbeef")


def flip_in_signature(document: bytes) -> bytes:
    """Change one digit within the first signature."""
    _, gap, _, _ = ranges(document)[0]
    at = gap + 2001
    return replaced(document, at, b"0" if document[at : at + 1] != b"0" else b"1")


def zero_signature(document: bytes) -> bytes:
    """Empty the last signature."""
    _, gap, rest, _ = ranges(document)[-1]
    return replaced(document, gap + 1, b"0" * (rest - gap - 2))


def replay_signature(document: bytes) -> bytes:
    """Put the first signer's signature where the second's stands."""
    (_, gap, rest, _), (_, other, _, _) = ranges(document)[:2]
    return replaced(document, other + 1, document[gap + 1 : rest - 1])


def wrap_signature(document: bytes) -> bytes:
    """Carry the genuine last revision along as dead bytes and let a fresh field point at a copy of its signature (wrapping)."""
    start, gap, rest, size = ranges(document)[-1]
    contents = document[gap:rest]

    def carry(writer: IncrementalPdfFileWriter) -> None:
        add_text(writer)
        target = widget(writer, 3)
        signature = target.raw_get("/V").get_object()
        copy = generic.DictionaryObject(dict(signature.items()))
        copy[pdf_name("/Contents")] = generic.ByteStringObject(bytes.fromhex(contents[1:-1].decode()))
        copy[pdf_name("/ByteRange")] = generic.ArrayObject(map(generic.NumberObject, (start, gap, rest, size)))
        target[pdf_name("/V")] = writer.add_object(copy)
        writer.update_container(target)

    return updated(document, carry)


# what is done to the file as a whole


def cover_page_before(document: bytes) -> bytes:
    """Put something in front of the header that another program would run (polyglot)."""
    return b"#!/bin/sh\necho paid\nexit\n" + document


def zip_behind(document: bytes) -> bytes:
    """Hide an archive behind the end (polyglot)."""
    return document + b"PK\x05\x06" + bytes(18)


def rewritten(document: bytes) -> bytes:
    """Save the document anew, all revisions flattened into one."""
    written = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        pdf.save(written)
    return written.getvalue()


def pdf_in_pdf(document: bytes) -> bytes:
    """Put another PDF's pages first and carry the genuine file within."""
    outer = pikepdf.new()
    outer.add_blank_page(page_size=(595, 842))
    outer.attachments["contract.pdf"] = pikepdf.AttachedFileSpec(outer, document)
    written = BytesIO()
    outer.save(written)
    return written.getvalue()


def end_of_line_changed(document: bytes) -> bytes:
    """Send it through something that turns line ends into those of another system."""
    return document.replace(b"\n", b"\r\n")
