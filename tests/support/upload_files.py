"""Files as people and attackers send them, all made at run time: pictures, PDFs, and what only looks like them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw

PAPER = (800, 600)
RED, WHITE = (200, 20, 20), (255, 255, 255)


def drawing(size: tuple[int, int] = PAPER, mode: str = "RGB") -> Image.Image:
    """A white sheet whose upper left quarter is red: one sees which way is up."""
    paper = Image.new("RGB", size, WHITE)
    ImageDraw.Draw(paper).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=RED)
    return paper.convert(mode)


def picture(form: str = "JPEG", size: tuple[int, int] = PAPER, mode: str = "RGB", **options: Any) -> bytes:
    """A picture in a format of Pillow's, HEIF with its plugin."""
    pillow_heif.register_heif_opener()
    made = io.BytesIO()
    drawing(size, mode).save(made, form, **options)
    return made.getvalue()


def animation(form: str) -> bytes:
    """Two pictures that take turns."""
    made = io.BytesIO()
    drawing((80, 60)).save(made, form, save_all=True, append_images=[Image.new("RGB", (80, 60), RED)], duration=100)
    return made.getvalue()


def telling() -> Image.Exif:
    """EXIF of a phone held sideways: where it was, and what it is."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: to be shown a quarter turn clockwise
    exif[0x010F] = "TELLTALE PHONE"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 12.0, 1.0)
    return exif


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_promising(width: int, height: int) -> bytes:
    """A few bytes that promise so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def archive() -> bytes:
    """A ZIP file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("run.sh", "echo")
    return made.getvalue()


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    """The bytes of a PDF."""
    made = io.BytesIO()
    pdf.save(made, **options)
    return made.getvalue()


def blank(pages: int = 1, size: tuple[float, float] = (595, 842)) -> pikepdf.Pdf:
    """A PDF of empty pages with a mark drawn on each."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=size)
        pdf.pages[-1].Contents = pdf.make_stream(b"1 0 0 rg 100 100 200 200 re f")
    return pdf


def scan() -> bytes:
    """A page that is one JPEG, as a scanner makes it, with what such devices write about themselves."""
    pdf = blank()
    image = pikepdf.Stream(pdf, picture())
    image.update(pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=800, Height=600))
    image.update(
        pikepdf.Dictionary(ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode)
    )
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = pdf.make_stream(b"q 500 0 0 400 40 200 cm /Im0 Do Q")
    pdf.docinfo["/Author"] = "TELLTALE SCANNER"
    return saved(pdf)


def acting(kind: str) -> bytes:
    """A PDF that does something by itself, or when it is touched."""
    pdf = blank()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))
    if kind == "script at opening":
        pdf.Root.OpenAction = script
    elif kind == "script by name":
        names = pikepdf.Array([pikepdf.String("a"), pdf.make_indirect(script)])
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))
    elif kind == "script on a page":
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=script)
    elif kind == "script nobody refers to":
        pdf.Root.Spare = pikepdf.Array([pikepdf.Array([script])])
    elif kind == "launch":
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch)
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(link)])
    elif kind == "embedded file":
        pdf.attachments["run.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ")
    elif kind == "form of its own":
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pdf.make_stream(b"<xdp/>"))
    elif kind == "form that is sent":
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=pikepdf.String("http://x.example"))
    elif kind == "film":
        film = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(film)])
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


ACTING = (
    "script at opening",
    "script by name",
    "script on a page",
    "script nobody refers to",
    "launch",
    "embedded file",
    "form of its own",
    "form that is sent",
    "film",
)


def locked(user: str) -> bytes:
    """An encrypted PDF; with an empty `user` password anybody can open it."""
    return saved(blank(), encryption=pikepdf.Encryption(user=user, owner="owner"))


def _packed_zeros(megabytes: int) -> bytes:
    packer, piece = zlib.compressobj(9), b"\0" * (1024 * 1024)
    return b"".join([*(packer.compress(piece) for _ in range(megabytes)), packer.flush()])


def stream_bomb(megabytes: int = 400) -> bytes:
    """A page whose content unpacks to so many megabytes."""
    pdf = blank()
    bomb = pikepdf.Stream(pdf, _packed_zeros(megabytes))
    bomb.Filter = pikepdf.Name.FlateDecode
    pdf.pages[0].Contents = bomb
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def nested_bomb() -> bytes:
    """The same packed twice: little after one unpacking."""
    pdf = blank()
    bomb = pikepdf.Stream(pdf, zlib.compress(_packed_zeros(400), 9))
    bomb.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    pdf.pages[0].Contents = bomb
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def image_bomb() -> bytes:
    """A page that promises a picture of ten thousand million pixels."""
    pdf = pikepdf.open(io.BytesIO(scan()))
    pdf.pages[0].Resources.XObject.Im0.Width = 100_000
    pdf.pages[0].Resources.XObject.Im0.Height = 100_000
    return saved(pdf)


def table_bomb(megabytes: int = 400) -> bytes:
    """A PDF whose table of contents, which every reader unpacks at once, is the bomb."""
    packed = _packed_zeros(megabytes)
    head = b"%PDF-1.5\n"
    about = b"1 0 obj\n<</Type/XRef/Size 3/W[1 4 2]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    return head + about + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
