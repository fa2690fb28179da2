"""More of what an attacker with a genuine file can do: other forms of appended revisions, and shadows over what is shown.

`ADDED` write into a revision of the library's making; `RAW` make the bytes themselves, in every form of cross-reference.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.adapters.signing.forgeries import dictionary, form, numbers, page, ranges, updated, widget

Change = Callable[[IncrementalPdfFileWriter], None]
FRESH = b"BT /F1 12 Tf 72 770 Td (The price is 1.00 yuan.) Tj ET"


def _root(writer: IncrementalPdfFileWriter, key: str, value: object) -> None:
    writer.root[pdf_name(key)] = value
    writer.update_root()


def _script() -> generic.DictionaryObject:
    return dictionary(S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert(1)"))


def _widget_entry(writer: IncrementalPdfFileWriter, key: str, value: object, at: int = 0) -> None:
    target = widget(writer, at)
    target[pdf_name(key)] = value
    writer.update_container(target)


# fields and widgets


def same_name_twice(writer: IncrementalPdfFileWriter) -> None:
    """Add a second field of the first signer's name, with a picture of its own."""
    twin = dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        FT=pdf_name("/Sig"),
        Rect=numbers(60, 760, 500, 790),
        AP=dictionary(N=form(writer, FRESH)),
    )
    twin[pdf_name("/T")] = generic.pdf_string("signer_1")
    twin[pdf_name("/V")] = widget(writer).raw_get("/V")
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(twin))
    writer.update_container(fields)
    writer.update_container(writer.root["/AcroForm"])
    writer.update_root()


def two_kids(writer: IncrementalPdfFileWriter) -> None:
    """Give the first signature a second widget that covers the page's text."""
    target = widget(writer)
    kid = dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        Rect=numbers(60, 740, 540, 800),
        AP=dictionary(N=form(writer, FRESH)),
    )
    target[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(kid)])
    writer.update_container(target)


def signature_outside_the_form(writer: IncrementalPdfFileWriter) -> None:
    """Show a signed widget on the page that no form knows."""
    stray = dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        FT=pdf_name("/Sig"),
        Rect=numbers(60, 740, 540, 800),
        AP=dictionary(N=form(writer, FRESH)),
        V=widget(writer).raw_get("/V"),
    )
    target = page(writer)
    target[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(stray)])
    writer.update_container(target)


def appearance_state(writer: IncrementalPdfFileWriter) -> None:
    """Give the first signature a second state and switch to it."""
    states = dictionary(Off=form(writer), On=form(writer, FRESH))
    target = widget(writer)
    target[pdf_name("/AP")] = dictionary(N=writer.add_object(states))
    target[pdf_name("/AS")] = pdf_name("/On")
    writer.update_container(target)


def script_in_widget(writer: IncrementalPdfFileWriter) -> None:
    """Run a script when the first signature is touched."""
    _widget_entry(writer, "/AA", dictionary(E=_script()))


def caption_of_widget(writer: IncrementalPdfFileWriter) -> None:
    """Write a caption into the first signature's box."""
    _widget_entry(writer, "/MK", dictionary(CA=generic.pdf_string("void"), BG=numbers(1, 1, 1)))


def layer_over_widget(writer: IncrementalPdfFileWriter) -> None:
    """Put the first signature on a layer that is off."""
    layer = writer.add_object(dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("x")))
    _widget_entry(writer, "/OC", layer)


def lock_taken_from_seal(writer: IncrementalPdfFileWriter) -> None:
    """Give the seal a lock that locks nothing."""
    lock = dictionary(Type=pdf_name("/SigFieldLock"), Action=pdf_name("/Include"), Fields=generic.ArrayObject())
    _widget_entry(writer, "/Lock", lock, at=4)


def parent_of_field(writer: IncrementalPdfFileWriter) -> None:
    """Hang the first field below another, so that its full name changes."""
    above = dictionary(Kids=generic.ArrayObject([writer.root["/AcroForm"]["/Fields"].raw_get(0)]))
    above[pdf_name("/T")] = generic.pdf_string("void")
    _widget_entry(writer, "/Parent", writer.add_object(above))


# the form


def form_of_another_kind(writer: IncrementalPdfFileWriter) -> None:
    """Add an XFA form, which some readers show instead of the pages."""
    target = writer.root["/AcroForm"]
    target[pdf_name("/XFA")] = writer.add_object(generic.StreamObject(stream_data=b"<xdp>1.00</xdp>"))
    writer.update_container(target)
    writer.update_root()


def resources_of_form(writer: IncrementalPdfFileWriter) -> None:
    """Give all fields other fonts."""
    target = writer.root["/AcroForm"]
    symbol = dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Symbol"))
    target[pdf_name("/DR")] = dictionary(Font=dictionary(F1=symbol))
    writer.update_container(target)
    writer.update_root()


def flags_of_form(writer: IncrementalPdfFileWriter) -> None:
    """Say that nothing is signed and nothing need be appended."""
    target = writer.root["/AcroForm"]
    target[pdf_name("/SigFlags")] = generic.NumberObject(0)
    writer.update_container(target)
    writer.update_root()


def order_of_calculation(writer: IncrementalPdfFileWriter) -> None:
    """Ask readers to compute the first field."""
    target = writer.root["/AcroForm"]
    target[pdf_name("/CO")] = generic.ArrayObject([writer.root["/AcroForm"]["/Fields"].raw_get(0)])
    writer.update_container(target)
    writer.update_root()


# the catalogue


def permissions(writer: IncrementalPdfFileWriter) -> None:
    """Claim that the first signature certified the document and allows everything."""
    signature = widget(writer).raw_get("/V")
    _root(writer, "/Perms", dictionary(DocMDP=signature))


def usage_rights(writer: IncrementalPdfFileWriter) -> None:
    """Claim extended rights by the first signature."""
    _root(writer, "/Perms", dictionary(UR3=widget(writer).raw_get("/V")))


def script_on_close(writer: IncrementalPdfFileWriter) -> None:
    """Run a script before the file is closed."""
    _root(writer, "/AA", dictionary(WC=_script()))


def other_tree(writer: IncrementalPdfFileWriter) -> None:
    """Hang the same pages into a tree that crops all of them."""
    old = writer.root["/Pages"]
    fresh = dictionary(Type=pdf_name("/Pages"), Kids=old["/Kids"], Count=old["/Count"], CropBox=numbers(0, 0, 595, 300))
    _root(writer, "/Pages", writer.add_object(fresh))


def pages_in_other_order(writer: IncrementalPdfFileWriter) -> None:
    """Show the pages in another order."""
    kids = writer.root["/Pages"]["/Kids"]
    kids.reverse()
    writer.update_container(kids)
    writer.update_container(writer.root["/Pages"])


def first_page_twice(writer: IncrementalPdfFileWriter) -> None:
    """Show the first page in place of the second."""
    kids = writer.root["/Pages"]["/Kids"]
    kids[1] = kids.raw_get(0)
    writer.update_container(kids)
    writer.update_container(writer.root["/Pages"])


def resources_inherited(writer: IncrementalPdfFileWriter) -> None:
    """Give the tree of pages fonts that a page without its own inherits."""
    symbol = dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Symbol"))
    target = writer.root["/Pages"]
    target[pdf_name("/Resources")] = dictionary(Font=dictionary(F1=symbol))
    writer.update_container(target)


def numbers_of_pages(writer: IncrementalPdfFileWriter) -> None:
    """Number the pages otherwise."""
    labels = generic.ArrayObject([generic.NumberObject(0), dictionary(S=pdf_name("/D"), St=generic.NumberObject(9))])
    _root(writer, "/PageLabels", dictionary(Nums=labels))


def outline(writer: IncrementalPdfFileWriter) -> None:
    """Add bookmarks that say what the text does not."""
    entry = dictionary(Title=generic.pdf_string("void"))
    first = writer.add_object(entry)
    _root(writer, "/Outlines", writer.add_object(dictionary(Type=pdf_name("/Outlines"), First=first, Last=first)))


def spoken_text(writer: IncrementalPdfFileWriter) -> None:
    """Give readers for the blind another text."""
    element = dictionary(Type=pdf_name("/StructElem"), S=pdf_name("/P"), ActualText=generic.pdf_string("void"))
    tree = dictionary(Type=pdf_name("/StructTreeRoot"), K=writer.add_object(element))
    _root(writer, "/StructTreeRoot", writer.add_object(tree))
    _root(writer, "/MarkInfo", dictionary(Marked=generic.BooleanObject(True)))


def associated_file(writer: IncrementalPdfFileWriter) -> None:
    """Associate a file with the document."""
    stream = writer.add_object(generic.StreamObject(dictionary(Type=pdf_name("/EmbeddedFile")), stream_data=b"terms"))
    spec = dictionary(Type=pdf_name("/Filespec"), F=generic.pdf_string("a.txt"), EF=dictionary(F=stream))
    _root(writer, "/AF", generic.ArrayObject([writer.add_object(spec)]))


def portfolio(writer: IncrementalPdfFileWriter) -> None:
    """Ask readers to show a list of files in place of the pages."""
    _root(writer, "/Collection", dictionary(Type=pdf_name("/Collection"), View=pdf_name("/D")))


def colours_of_output(writer: IncrementalPdfFileWriter) -> None:
    """Ask readers for a printer's colours in which ink vanishes."""
    intent = dictionary(Type=pdf_name("/OutputIntent"), S=pdf_name("/GTS_PDFX"))
    _root(writer, "/OutputIntents", generic.ArrayObject([writer.add_object(intent)]))


# pages


def link_over_page(writer: IncrementalPdfFileWriter) -> None:
    """Lay a link over the whole page."""
    action = dictionary(S=pdf_name("/URI"), URI=generic.pdf_string("http://127.0.0.1/"))
    link = dictionary(Type=pdf_name("/Annot"), Subtype=pdf_name("/Link"), Rect=numbers(0, 0, 595, 842), A=action)
    target = page(writer)
    target[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(link)])
    writer.update_container(target)


def unit_of_page(writer: IncrementalPdfFileWriter) -> None:
    """Make a page ten times as large."""
    target = page(writer)
    target[pdf_name("/UserUnit")] = generic.NumberObject(10)
    writer.update_container(target)


def contents_emptied(writer: IncrementalPdfFileWriter) -> None:
    """Show nothing on the first page."""
    target = page(writer)
    target[pdf_name("/Contents")] = generic.ArrayObject()
    writer.update_container(target)


def stuffed_store(writer: IncrementalPdfFileWriter) -> None:
    """Put foreign data into the store of long-term proof and show it on the page."""
    blob = writer.add_object(generic.StreamObject(stream_data=FRESH))
    store = writer.root["/DSS"]
    store[pdf_name("/Certs")] = generic.ArrayObject([*store["/Certs"], blob])
    writer.update_container(store)
    target = page(writer)
    target[pdf_name("/Contents")] = blob
    writer.update_container(target)


def foreign_in_store(writer: IncrementalPdfFileWriter) -> None:
    """Put foreign data into the store alone."""
    blob = writer.add_object(generic.StreamObject(stream_data=b"no certificate"))
    store = writer.root["/DSS"]
    store[pdf_name("/Certs")] = generic.ArrayObject([*store["/Certs"], blob])
    store[pdf_name("/XFDF")] = blob
    writer.update_container(store)


ADDED: tuple[Change, ...] = (
    same_name_twice, two_kids, signature_outside_the_form, appearance_state, script_in_widget, caption_of_widget,
    layer_over_widget, lock_taken_from_seal, parent_of_field, form_of_another_kind, resources_of_form, flags_of_form,
    order_of_calculation, permissions, usage_rights, script_on_close, other_tree, pages_in_other_order, first_page_twice,
    resources_inherited, numbers_of_pages, outline, spoken_text, associated_file, portfolio, colours_of_output,
    link_over_page, unit_of_page, contents_emptied, stuffed_store, foreign_in_store,
)  # fmt: skip


# revisions in other forms, byte by byte


def _facts(document: bytes) -> tuple[int, int, int, int]:
    """Return the numbers of the first page's content and of the catalogue, the size, and where the last table stands."""
    with pikepdf.open(BytesIO(document)) as pdf:
        contents = pdf.pages[0].Contents
        number = (contents if not isinstance(contents, pikepdf.Array) else contents[0]).objgen[0]
        root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
    return number, root, size, int(document.rpartition(b"startxref")[2].split()[0])


def _stream(number: int, data: bytes, entries: bytes = b"", generation: int = 0) -> bytes:
    return b"%d %d obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        generation,
        entries,
        len(data),
        data,
    )


def _end(offset: int) -> bytes:
    return b"startxref\n%d\n%%%%EOF\n" % offset


def _cross_reference(number: int, rows: list[tuple[int, int, int, int]], root: int, size: int, previous: int) -> bytes:
    """Return a cross-reference stream; each row is object number, type, offset (or stream), generation (or place)."""
    index = b" ".join(b"%d 1" % row[0] for row in rows)
    data = zlib.compress(
        b"".join(bytes([kind]) + at.to_bytes(4, "big") + last.to_bytes(2, "big") for _, kind, at, last in rows)
    )
    entries = b"/Type/XRef/Filter/FlateDecode/W[1 4 2]/Index[%s]/Size %d/Root %d 0 R/Prev %d" % (
        index,
        size,
        root,
        previous,
    )
    return _stream(number, data, entries)


def by_cross_reference_stream(document: bytes) -> bytes:
    """Redefine the content in a revision with a cross-reference stream."""
    number, root, size, previous = _facts(document)
    body = _stream(number, FRESH)
    start = len(document) + len(body)
    rows = [(number, 1, len(document), 0), (size, 1, start, 0)]
    return document + body + _cross_reference(size, rows, root, size + 1, previous) + _end(start)


def by_object_stream(document: bytes) -> bytes:
    """Redefine the catalogue within an object stream."""
    _, root, size, previous = _facts(document)
    inner = b"%d 0 <</Type/Catalog/Pages<</Type/Pages/Kids[]/Count 0>>>>" % root
    first = inner.index(b"<<")
    body = _stream(size, inner, b"/Type/ObjStm/N 1/First %d" % first)
    start = len(document) + len(body)
    rows = [(root, 2, size, 0), (size, 1, len(document), 0), (size + 1, 1, start, 0)]
    return document + body + _cross_reference(size + 1, rows, root, size + 2, previous) + _end(start)


def by_hybrid_table(document: bytes) -> bytes:
    """Hide the redefinition in the stream of a hybrid table: readers of tables alone see the genuine page."""
    number, root, size, previous = _facts(document)
    body = _stream(number, FRESH)
    stream_at = len(document) + len(body)
    rows = [(number, 1, len(document), 0)]
    hidden = _cross_reference(size, rows, root, size + 1, previous)
    table_at = stream_at + len(hidden)
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size %d/Root %d 0 R/Prev %d/XRefStm %d>>\n" % (
        size + 1,
        root,
        previous,
        stream_at,
    )
    return document + body + hidden + table + _end(table_at)


def by_next_generation(document: bytes) -> bytes:
    """Redefine the content under the next generation number."""
    number, root, size, previous = _facts(document)
    body = _stream(number, FRESH, generation=1)
    table = b"xref\n%d 1\n%010d 00001 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (
        number,
        len(document),
        size,
        root,
        previous,
    )
    return document + body + table + _end(len(document) + len(body))


def point_back(document: bytes) -> bytes:
    """Let the end point to the first table again: readers show the text nobody signed."""
    first = int(re.search(rb"startxref\s+(\d+)", document)[1])  # type: ignore[index]
    return document + _end(first)


def skip_revisions(document: bytes) -> bytes:
    """Append a table whose predecessor is the first one: everything signed in between is gone."""
    _, root, size, _ = _facts(document)
    first = int(re.search(rb"startxref\s+(\d+)", document)[1])  # type: ignore[index]
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, root, first)
    return document + table + _end(len(document))


def circular_tables(document: bytes) -> bytes:
    """Append a table that is its own predecessor."""
    _, root, size, _ = _facts(document)
    at = len(document)
    return document + b"xref\n0 0\ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, root, at) + _end(at)


def no_end_of_file(document: bytes) -> bytes:
    """Append a revision without the mark of an end, which lenient readers find all the same."""
    return by_cross_reference_stream(document).removesuffix(b"%%EOF\n")


def end_in_other_letters(document: bytes) -> bytes:
    """Write the end of the appended revision so that a search for it misses it."""
    whole = by_cross_reference_stream(document)
    return document + whole[len(document) :].replace(b"startxref\n", b"startxref %x\n")


def another_behind(document: bytes) -> bytes:
    """Append a whole other document with a header of its own."""
    other = pikepdf.new()
    other.add_blank_page(page_size=(595, 842))
    written = BytesIO()
    other.save(written)
    return document + written.getvalue()


def encrypted(document: bytes) -> bytes:
    """Encrypt it with an empty password."""
    written = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        pdf.save(written, encryption=pikepdf.Encryption(owner="x", user=""))
    return written.getvalue()


def encryption_claimed(document: bytes) -> bytes:
    """Append a revision that says the file is encrypted."""
    _, root, size, previous = _facts(document)
    scheme = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>" % (b"x" * 32, b"y" * 32)
    table = b"xref\n0 0\ntrailer\n<</Size %d/Root %d 0 R/Prev %d/ID[(a)(a)]%s>>\n" % (size, root, previous, scheme)
    return document + table + _end(len(document))


def wrapped_payload(document: bytes) -> bytes:
    """Carry it as the payload of an unencrypted wrapper (ISO 32000-2, 7.6.7)."""
    outer = pikepdf.new()
    outer.add_blank_page(page_size=(595, 842))
    outer.attachments["contract.pdf"] = pikepdf.AttachedFileSpec(outer, document)
    outer.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection, View=pikepdf.Name.H)
    written = BytesIO()
    outer.save(written)
    return written.getvalue()


# byte ranges


def _ranged(document: bytes, which: int, fresh: bytes) -> bytes:
    match = list(re.finditer(rb"/ByteRange \[[^\]]*\]\s*", document))[which]
    room = match.end() - match.start()
    if len(fresh) > room:
        fresh = fresh.replace(b"/ByteRange [", b"/ByteRange[")
    assert len(fresh) <= room
    return document[: match.start()] + fresh.ljust(room) + document[match.end() :]


def overlapping_ranges(document: bytes) -> bytes:
    """Let the last signature's two parts overlap."""
    _, gap, rest, size = ranges(document)[-1]
    return _ranged(document, -1, b"/ByteRange [0 %d %d %d]" % (gap, gap - 9, size + rest - gap + 9))


def range_beyond_the_end(document: bytes) -> bytes:
    """Let the last signature cover more than there is."""
    _, gap, rest, size = ranges(document)[-1]
    return _ranged(document, -1, b"/ByteRange [0 %d %d %d]" % (gap, rest, size + 9))


def negative_range(document: bytes) -> bytes:
    """Let the last signature's second part have a negative length."""
    _, gap, rest, _ = ranges(document)[-1]
    return _ranged(document, -1, b"/ByteRange [0 %d %d -9]" % (gap, rest))


def range_of_one_part(document: bytes) -> bytes:
    """Let the first signature cover the part before it alone."""
    return _ranged(document, 0, b"/ByteRange [0 %d]" % ranges(document)[0][1])


def range_swapped(document: bytes) -> bytes:
    """Let the first signature state its two parts in the other order."""
    _, gap, rest, size = ranges(document)[0]
    return _ranged(document, 0, b"/ByteRange [%d %d 0 %d]" % (rest, size, gap))


RAW = (
    by_cross_reference_stream, by_object_stream, by_hybrid_table, by_next_generation, point_back, skip_revisions,
    circular_tables, no_end_of_file, end_in_other_letters, another_behind, encrypted, encryption_claimed, wrapped_payload,
    overlapping_ranges, range_beyond_the_end, negative_range, range_of_one_part, range_swapped,
)  # fmt: skip


def appended(change: Change, document: bytes) -> bytes:
    """Return the document with one more revision that makes the change."""
    return updated(document, change)
