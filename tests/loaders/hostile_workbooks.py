"""Workbooks that are out to do harm, that are broken, or that say their cells in an unusual way."""

import random
import struct
from collections.abc import Iterator

from tests.loaders.hostile import (
    MAIN,
    OFFICE,
    PACKAGE,
    Case,
    package,
    relations,
    shared_strings,
    sheet_xml,
    styles_xml,
    workbook_parts,
)

SEED = 20261128
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BROKEN = ("file_truncated", "file_corrupt")
STOP = (
    "cells_differ",
    "file_corrupt",
    "cell_outside",
    "string_missing",
    "sheet_missing",
)  # honest readers differ over these: rows, or a stop


def workbook_cases() -> Iterator[Case]:
    """All of them."""
    yield from _boxes()
    yield from _packages()
    yield from _cells()
    yield from _strings()
    yield from _names()


def book(rows: str = "", **parts: str | bytes) -> bytes:
    """A workbook of the rows' XML; `parts` as in workbook_parts, or a whole part by its name."""
    own = {name: parts.pop(name) for name in [*parts] if "/" in name or "." in name}
    return package(workbook_parts(rows, **parts) | own)  # type: ignore[arg-type]


def _boxes() -> Iterator[Case]:
    yield Case("a cell far out", book(ONE + FAR), refused=("box_size",))
    yield Case("a cell far out, in front", book(FAR + ONE), refused=("box_size",))
    yield Case(
        "a row beyond 32 bits",
        book('<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>'),
        refused=("cell_outside",),
    )
    yield Case("row 0", book('<row r="0"><c r="A0"><v>1</v></c></row>'), refused=("cell_outside",))
    yield Case("a column past XFD", book('<row r="1"><c r="XFE1"><v>1</v></c></row>'), refused=("cell_outside",))
    yield Case("16,384 columns", book('<row r="1"><c r="XFD1"><v>1</v></c></row>'), refused=("column_count",))
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield Case("a merge of the whole sheet", book(sheet=sheet_xml(ONE, after=merged)), refused=("merged_size",))
    for reference in ("A1:XFD1048576", "A1", "B9:C12", "A1:A4294967295"):
        sheet = sheet_xml(ONE, before=f'<dimension ref="{reference}"/>')
        yield Case(f"a false dimension {reference}", book(sheet=sheet), {1: [1.0]}, refused=("cell_outside",))
    hidden = sheet_xml(ONE, before='<cols><col min="1" max="4294967295" hidden="1"/></cols>')
    yield Case("hidden columns past the sheet", book(sheet=hidden), {1: [1.0]}, refused=("cell_outside",))


def _packages() -> Iterator[Case]:
    good = book(ONE)
    yield Case("a bomb in a picture", book(ONE, **{"xl/media/a.bin": b"\0" * 70_000_000}), refused=("zip_bomb",))
    blanks = sheet_xml(ONE, after=" " * 70_000_000)
    yield Case("a bomb in the sheet", book(sheet=blanks), refused=("zip_bomb",))
    yield Case(
        "a bomb with a false size", _understated(book(ONE, **{"zz.bin": b"\0" * 70_000_000})), refused=("zip_bomb",)
    )
    yield Case("a false size", _understated(book(ONE, **{"zz.bin": b"\0" * 1000})), refused=BROKEN)
    yield Case("10,001 parts", book(ONE, **{f"p/{i}": "" for i in range(10_001)}), refused=("archive_parts",))
    twice = package(workbook_parts(ONE)), package({"xl/worksheets/sheet1.xml": sheet_xml("")})
    yield Case("bytes before the archive", b"MZ" + twice[1] + twice[0], refused=("text_binary", *BROKEN))
    yield Case("an archive behind an archive", twice[0] + twice[1], refused=("zip_no_workbook", *BROKEN))
    for part in (
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "docProps/app.xml",
        "custom.dat",
    ):
        yield Case(f"a DOCTYPE in {part}", book(ONE, **{part: DOCTYPE + "<a>&a;</a>"}), refused=("xml_doctype",))
    laughs = shared_strings("<si><t>&b;</t></si>")
    yield Case("entities in the strings", book(ONE, shared=LAUGHS + laughs), refused=("xml_doctype",))
    outside = '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + sheet_xml(ONE)
    yield Case("a DOCTYPE of another file", book(sheet=outside), refused=("xml_doctype",))
    yield Case(
        "a DOCTYPE in UTF-16",
        book(ONE, **{"docProps/a.xml": f"{DOCTYPE}<a/>".encode("utf-16")}),
        refused=("xml_doctype",),
    )
    yield Case("a sheet in UTF-16", book(sheet=sheet_xml(ONE).encode("utf-16")), refused=("xml_encoding",))
    latin = '<?xml version="1.0" encoding="iso-8859-1"?>' + sheet_xml(ONE)
    yield Case("a sheet in Latin-1", book(sheet=latin.encode("latin-1")), refused=("xml_encoding",))
    yield Case("a byte order mark", book(sheet=("\ufeff" + sheet_xml(ONE)).encode()), {1: [1.0]})
    yield Case("bytes that are no UTF-8", book(sheet=_text_cell("\xe5").encode("latin-1")), refused=BROKEN)
    for keep in (0.1, 0.5, 0.98):
        yield Case(f"cut at {keep}", good[: int(keep * len(good))], refused=BROKEN)
    yield Case("an empty file", b"", refused=("file_empty",))
    yield Case("a zip of pictures", package({"a.png": b"\x89PNG"}), refused=("zip_no_workbook",))
    yield Case("a zip of nothing", package({}), refused=("zip_no_workbook",))
    yield Case("damage in a part", _damaged(book("".join(_text_row(i) for i in range(1, 500)))), refused=BROKEN)
    yield Case("a sheet cut short", book(sheet=sheet_xml(ONE)[:-8]), refused=BROKEN)
    yield Case("50,000 levels of XML", book(sheet=sheet_xml("<a>" * 50_000 + "</a>" * 50_000)), {}, refused=BROKEN)
    yield Case("a locked zip", _locked(good), refused=("file_encrypted",))
    yield Case("a locked workbook", _ole("EncryptedPackage"), refused=("file_encrypted",))
    yield Case("a Word file of 1997", _ole("WordDocument"), refused=("file_foreign",), file="fil.xls")
    for name in ("fil.csv", "fil.xls", "fil.docx", "fil.ods", "fil", "fil.XLSX.txt"):
        yield Case(f"a workbook named {name}", good, {1: [1.0]}, file=name)


def _cells() -> Iterator[Case]:
    doubled = ONE + '<row r="1"><c r="A1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    yield Case("a row twice", book(doubled), {2: [3.0]}, notices=("rows_doubled",), ragged=frozenset({1}))
    cell = '<row r="1"><c r="A1"><v>3</v></c></row><row r="2"><c r="A2"><v>3</v></c><c r="A2"><v>4</v></c></row>'
    yield Case("a cell twice", book(cell), {1: [3.0]}, notices=("rows_doubled",), ragged=frozenset({2}))
    yield Case("rows backwards", book('<row r="3"><c r="A3"><v>3</v></c></row>' + ONE), {1: [1.0], 3: [3.0]}, STOP)
    back = '<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>'
    yield Case("cells backwards", book(back), {1: [1.0, None, 3.0]}, STOP)
    yield Case(
        "cells of another row",
        book('<row r="1"><c r="A2"><v>3</v></c></row>'),
        {},
        STOP,
        ("rows_doubled",),
        frozenset({1, 2}),
    )
    bare = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    yield Case("cells without references", book(bare), {1: [1.0, 2.0], 2: [3.0]})
    yield Case("references in small letters", book('<row r="1"><c r="b1"><v>1</v></c></row>'), {1: [None, 1.0]}, STOP)
    for name, value in {
        "CDATA": "<![CDATA[12]]>",
        "half CDATA": "1<![CDATA[2]]>",
        "a character reference": "&#49;2",
        "a hexadecimal reference": "1&#x32;",
        "a comment": "1<!-- 9 -->2",
        "a comment first": "<!-- 9 -->12",
        "an instruction": "1<?a 9?>2",
        "spaces": " 12 ",
        "a line break": "\n12\n",
        "an exponent": "1.2E1",
        "a plus sign": "+12",
        "leading zeros": "0012",
    }.items():
        yield Case(f"a number with {name}", book(f'<row r="1"><c r="A1"><v>{value}</v></c></row>'), {1: [12.0]}, STOP)
        text = f'<row r="1"><c r="A1" t="str"><v>{value}</v></c></row>'
        words = value.replace("<![CDATA[", "").replace("]]>", "").replace("<!-- 9 -->", "").replace("<?a 9?>", "")
        yield Case(f"a text with {name}", book(text), {1: [words.replace("&#49;", "1").replace("&#x32;", "2")]}, STOP)
    for value in ("1,5", "0x10", "tolv", "1 2", "--1", "NaN", "INF", "1E400", "1_000", "٣"):
        yield Case(
            f"{value} for a number",
            book(f'<row r="1"><c r="A1"><v>{value}</v></c></row>'),
            {1: [value]},
            refused=(*STOP, "number_size"),
        )
    yield Case(
        "20 digits",
        book('<row r="1"><c r="A1"><v>12345678901234567890</v></c></row>'),
        {1: [12345678901234567890.0]},
        refused=("number_size",),
    )
    yield Case("1E300", book('<row r="1"><c r="A1"><v>1E300</v></c></row>'), {1: [1e300]}, refused=("number_size",))
    yield Case("a true sign", book('<row r="1"><c r="A1" t="b"><v>1</v></c></row>'), {1: ["True"]})
    yield Case("the word true", book('<row r="1"><c r="A1" t="b"><v>true</v></c></row>'), {1: ["True"]}, STOP)
    yield Case("a sign of neither", book('<row r="1"><c r="A1" t="b"><v>7</v></c></row>'), {1: ["True"]}, STOP)
    yield Case(
        "a day in ISO form", book('<row r="1"><c r="A1" t="d"><v>2021-03-05</v></c></row>'), {1: ["2021-03-05"]}, STOP
    )
    yield Case("a type nobody knows", book('<row r="1"><c r="A1" t="zz"><v>12</v></c></row>'), {1: [12.0]}, STOP)
    yield Case("an error", book('<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'), {1: ["#ERROR"]})
    yield Case("a formula not computed", book('<row r="1"><c r="A1"><f>1+1</f></c></row>'), {1: ["#UNCOMPUTED"]})
    yield Case(
        "the value before its formula", book('<row r="1"><c r="A1"><v>7</v><f>1+6</f></c></row>'), {1: [7.0]}, STOP
    )
    two = f'<worksheet xmlns="{MAIN}"><sheetData>{ONE}</sheetData><sheetData>{_text_row(2)}</sheetData></worksheet>'
    yield Case("two sheetData", book(sheet=two), {1: [1.0], 2: ["text 2"]}, STOP)
    again = two.replace("text 2", "9").replace('r="2"', 'r="1"').replace("A2", "A1")
    yield Case("two sheetData of one row", book(sheet=again), {}, STOP, ("rows_doubled",), frozenset({1}))
    outside = f'<worksheet xmlns="{MAIN}"><sheetData/>{ONE}</worksheet>'
    yield Case("a row outside sheetData", book(sheet=outside), {}, STOP)
    prefixed = (
        sheet_xml(ONE).replace("</", "\1").replace("<", "<x:").replace("\1", "</x:").replace("xmlns=", "xmlns:x=")
    )
    yield Case("prefixed elements", book(sheet=prefixed), {1: [1.0]}, STOP)
    strict = {name: _strict(content) for name, content in workbook_parts(ONE).items()}
    yield Case("strict Open XML", package(strict), {1: [1.0]}, STOP)
    yield Case("a part that is no sheet", book(sheet="<html><body>Hej</body></html>"), {}, STOP)
    for code in ("antal", "General", "&quot;dag &quot;0", "[$-41D]0", "0 \\d"):  # none of them shows a day
        cell = '<row r="1"><c r="A1" s="1"><v>3</v></c></row>'
        yield Case(f"the number format {code}", book(cell, styles=styles_xml([code])), {1: [3.0]})


def _strings() -> Iterator[Case]:
    def texts(count: int) -> str:
        return '<row r="1">' + "".join(f'<c t="s"><v>{i}</v></c>' for i in range(count)) + "</row>"

    for name, items, cells in (
        ("an empty string first", "<si/><si><t>b</t></si>", [None, "b"]),
        ("an empty text first", "<si><t/></si><si><t>b</t></si>", [None, "b"]),
        ("formatted runs", "<si><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></si><si><t>c</t></si>", ["ab", "c"]),
        ("an empty run", "<si><r><t/></r><r><t>b</t></r></si><si><t>c</t></si>", ["b", "c"]),
        (
            "runs and spaces",
            '<si><r><t xml:space="preserve">a </t></r><r><t>b</t></r></si><si><t>c</t></si>',
            ["a b", "c"],
        ),
        ("text and then runs", "<si><t>a</t><r><t>b</t></r></si><si><t>c</t></si>", ["ab", "c"]),
        ("a phonetic run", '<si><t>a</t><rPh sb="0" eb="1"><t>X</t></rPh></si><si><t>c</t></si>', ["a", "c"]),
        ("a phonetic run first", '<si><rPh sb="0" eb="1"><t>X</t></rPh><t>a</t></si><si><t>c</t></si>', ["a", "c"]),
        (
            "runs and a phonetic run",
            "<si><r><t>a</t></r><rPh><t>X</t></rPh><r><t>b</t></r></si><si><t>c</t></si>",
            ["ab", "c"],
        ),
        ("CDATA", "<si><t><![CDATA[a & b]]></t></si><si><t>c</t></si>", ["a & b", "c"]),
        ("a comment", "<si><t>a<!-- x -->b</t></si><si><t>c</t></si>", ["ab", "c"]),
        ("an element in a text", "<si><t>a<b/>b</t></si><si><t>c</t></si>", ["ab", "c"]),
        ("references", "<si><t>&#229;&amp;&#xE4;</t></si><si><t>c</t></si>", ["å&ä", "c"]),
        ("a line break", '<si><t xml:space="preserve">a\nb</t></si><si><t>c</t></si>', ["a\nb", "c"]),
        ("a sign of Excel's own", "<si><t>a_x000D_b</t></si><si><t>_x005F_x000D_</t></si>", ["a\rb", "_x000D_"]),
    ):
        yield Case(f"strings with {name}", book(texts(2), shared=shared_strings(items)), {1: cells}, STOP)
        inline = "".join(
            f'<c t="inlineStr"><is>{item[4:]}</is></c>'
            for item in items.replace("<si/>", "<si></si>").removesuffix("</si>").split("</si>")
        )
        yield Case(f"cells with {name}", book(f'<row r="1">{inline}</row>'), {1: cells}, STOP)
    one = shared_strings("<si><t>a</t></si>")
    yield Case("a string that is not there", book(texts(2), shared=one), refused=STOP)
    yield Case("strings that are not there", book(texts(1)), refused=STOP)
    yield Case("string -1", book('<row r="1"><c t="s"><v>-1</v></c></row>', shared=one), refused=STOP)
    yield Case("string a", book('<row r="1"><c t="s"><v>a</v></c></row>', shared=one), refused=STOP)
    yield Case("string 0.0", book('<row r="1"><c t="s"><v>0.0</v></c></row>', shared=one), {1: ["a"]}, STOP)
    count = one.replace("<sst ", '<sst count="4000000000" uniqueCount="4000000000" ')
    yield Case("four billion strings promised", book(texts(1), shared=count), {1: ["a"]}, STOP)
    word = "x" * 200_000
    yield Case("a word of 200,000 letters", book(sheet=_text_cell(word)), {1: [word]}, ("text_size",))
    for text in ("=1+1", "+cmd", "@SUM(A1)", "-1+1"):
        yield Case(f"{text} as a text", book(sheet=_text_cell(text)), {1: [text]})


def _names() -> Iterator[Case]:
    parts = workbook_parts(ONE)
    yield Case(
        "backslashes in names",
        package({name.replace("/", "\\"): part for name, part in parts.items()}),
        {1: [1.0]},
        (*STOP, "zip_no_workbook"),
    )
    yield Case(
        "names that begin with a slash",
        package({f"/{name}": part for name, part in parts.items()}),
        {1: [1.0]},
        (*STOP, "zip_no_workbook"),
    )
    yield Case("names in capitals", package({name.upper(): part for name, part in parts.items()}), {1: [1.0]}, STOP)
    for target in (
        "./worksheets/sheet1.xml",
        "/xl/worksheets/sheet1.xml",
        "../xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet1.xml",
        "worksheets\\sheet1.xml",
        "worksheets/../worksheets/sheet1.xml",
        "Worksheets/Sheet1.xml",
        "worksheets/%73heet1.xml",
    ):
        yield Case(f"the target {target}", package(workbook_parts(ONE, target=target)), {1: [1.0]}, STOP)
    away = workbook_parts(ONE, target="../../../../etc/passwd")
    yield Case("a target outside", package(away), refused=STOP)
    yield Case("a target that is not there", package(workbook_parts(ONE, target="worksheets/sheet9.xml")), refused=STOP)
    other = {name.replace("xl/", "bok/"): part for name, part in parts.items()}
    other["_rels/.rels"] = relations(("officeDocument", "bok/workbook.xml"))
    yield Case("a workbook in another folder", package(other), {1: [1.0]}, (*STOP, "zip_no_workbook"))
    two = '<sheet name="Blad" sheetId="1" r:id="rId1"/><sheet name="{}" sheetId="2" r:id="rId2"/>'
    chart = f'<chartsheet xmlns="{MAIN}"/>'
    head = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    with_chart = {
        "xl/workbook.xml": head + two.format("Diagram") + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("chartsheet", "chartsheets/sheet1.xml")
        ),
        "xl/chartsheets/sheet1.xml": chart,
    }
    yield Case("a chart sheet", package(parts | with_chart), {1: [1.0]}, notices=("sheet_unread",))
    same = {
        "xl/workbook.xml": head + two.format("Blad") + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")
        ),
        "xl/worksheets/sheet2.xml": sheet_xml(_text_row(1)),
    }
    yield Case("two sheets of one name", package(parts | same), refused=STOP)
    lost = same | {"xl/workbook.xml": head + two.format("Två") + "</sheets></workbook>"}
    del lost["xl/worksheets/sheet2.xml"]
    yield Case("a sheet without its part", package(parts | lost), refused=STOP)
    unnamed = package({name: str(part).replace('r:id="rId1"', "") for name, part in parts.items()})
    yield Case("a sheet without a relation", unnamed, refused=STOP)
    bare = {name: part for name, part in parts.items() if name != "[Content_Types].xml"}
    yield Case("no list of types", package(bare), {1: [1.0]}, STOP)
    missing = {name: part for name, part in parts.items() if name != "xl/_rels/workbook.xml.rels"}
    yield Case("no relations", package(missing), refused=STOP)


def _text_row(number: int) -> str:
    return f'<row r="{number}"><c r="A{number}" t="str"><v>text {number}</v></c></row>'


def _text_cell(text: str) -> str:
    return sheet_xml(f'<row r="1"><c r="A1" t="str"><v>{text}</v></c></row>')


def _strict(content: str | bytes) -> str:
    return (
        str(content)
        .replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        .replace(f"{PACKAGE}/metadata", f"{PACKAGE}/metadata")
    )


def _understated(data: bytes) -> bytes:
    """The archive with a last part that is said to be ten bytes."""
    content = bytearray(data)
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 10)
    return bytes(content)


def _damaged(data: bytes) -> bytes:
    """The archive with one wrong byte deep in its largest part."""
    content = bytearray(data)
    place = content.index(b"sheet1.xml") + 300
    content[place] ^= 0xFF
    return bytes(content)


def _locked(data: bytes) -> bytes:
    """The archive with every part's flag of encryption set."""
    content = bytearray(data)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := content.find(mark, place + 1)) >= 0:
            content[place + flags] |= 1
    return bytes(content)


def _ole(stream: str) -> bytes:
    """The head of a compound file with a stream of the name."""
    chance = random.Random(SEED)
    name = stream.encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name + chance.randbytes(2048)
