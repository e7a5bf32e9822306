"""OpenDocument tables and Word documents that are broken, or that say their cells in an unusual way."""

from collections.abc import Iterator

from tests.loaders.hostile import Case, Rows, docx_package, ods_package
from tests.loaders.hostile_workbooks import BROKEN, DOCTYPE, STOP


def document_cases() -> Iterator[Case]:
    """All of them."""
    yield from _open_documents()
    yield from _word()


def _open_documents() -> Iterator[Case]:
    def table(rows: str) -> str:
        return f'<table:table table:name="Blad">{rows}</table:table>'

    def text(inner: str) -> bytes:
        cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
        return ods_package(table(f"<table:table-row>{cell}{number}</table:table-row>"))

    number = '<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>'
    row = f"<table:table-row>{number}</table:table-row>"
    far = row.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="{}">')
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    cases: list[tuple[str, bytes, Rows | None, tuple[str, ...]]] = [
        (
            "a million equal rows",
            ods_package(
                table(
                    far.format(1_048_576).replace(
                        "<table:table-cell", '<table:table-cell table:number-columns-repeated="1000"'
                    )
                )
            ),
            None,
            ("box_size",),
        ),
        ("rows past the sheet", ods_package(table(far.format(999_999_999))), None, ("cell_outside",)),
        ("a million blank rows", ods_package(table(row + blank)), {1: [12.0]}, ()),
        ("no rows repeated", ods_package(table(far.format(0))), None, ("file_corrupt",)),
        ("a DOCTYPE", ods_package(table(row), doctype=DOCTYPE), None, ("xml_doctype",)),
        ("bytes too many", ods_package(table(row)).replace(b"<office:body>", b"<office:body> "), None, BROKEN),
        ("two paragraphs", text("<text:p>a</text:p><text:p>b</text:p>"), {1: ["a\nb", 12.0]}, STOP),
        ("a line break", text("<text:p>a<text:line-break/>b</text:p>"), {1: ["a\nb", 12.0]}, STOP),
        ("a tab", text("<text:p>a<text:tab/>b</text:p>"), {1: ["a\tb", 12.0]}, STOP),
        ("spaces", text('<text:p>a<text:s text:c="3"/>b<text:s/>c</text:p>'), {1: ["a   b c", 12.0]}, STOP),
        (
            "spans and links",
            text("<text:p>a<text:span>b</text:span><text:a>c</text:a></text:p>"),
            {1: ["abc", 12.0]},
            STOP,
        ),
        ("CDATA", text("<text:p><![CDATA[a & b]]></text:p>"), {1: ["a & b", 12.0]}, STOP),
        ("a comment", text("<text:p>a<!-- x -->b</text:p>"), {1: ["ab", 12.0]}, STOP),
        ("references", text("<text:p>&#229;&amp;</text:p>"), {1: ["å&", 12.0]}, STOP),
        (
            "an annotation",
            text("<office:annotation><text:p>X</text:p></office:annotation><text:p>a</text:p>"),
            {1: ["a", 12.0]},
            STOP,
        ),
        (
            "a text without paragraphs",
            ods_package(
                table(
                    '<table:table-row><table:table-cell office:value-type="string" '
                    'office:string-value="a"/></table:table-row>'
                )
            ),
            {1: ["a"]},
            STOP,
        ),
        (
            "a text of two sayings",
            ods_package(
                table(
                    '<table:table-row><table:table-cell office:value-type="string" '
                    'office:string-value="a"><text:p>b</text:p></table:table-cell></table:table-row>'
                )
            ),
            {1: ["a"]},
            STOP,
        ),
        (
            "a day",
            ods_package(
                table(
                    '<table:table-row><table:table-cell office:value-type="date" office:date-value='
                    '"2021-03-05"><text:p>5/3</text:p></table:table-cell></table:table-row>'
                )
            ),
            {1: ["2021-03-05"]},
            (),
        ),
        (
            "an error",
            ods_package(
                table(
                    '<table:table-row><table:table-cell office:value-type="string" office:string-'
                    'value="" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell></table:table-row>'
                )
            ),
            {1: ["#ERROR"]},
            (),
        ),
        (
            "deleted rows that are still there",
            ods_package(
                table(row),
                before="<table:tracked-changes><table:deletion "
                f'table:type="row">{row.replace("row>", "row>")}</table:deletion></table:tracked-changes>',
            ),
            {1: [12.0]},
            STOP,
        ),
        (
            "rows in groups",
            ods_package(
                table(
                    f"<table:table-header-rows>{row}</table:table-header-rows><table:table-"
                    f"row-group>{row}</table:table-row-group>"
                )
            ),
            {1: [12.0], 2: [12.0]},
            STOP,
        ),
        (
            "a table in a cell",
            ods_package(
                table(
                    "<table:table-row><table:table-cell>"
                    + table(row).replace("Blad", "X")
                    + f"</table:table-cell>{number}</table:table-row>"
                )
            ),
            {1: [None, 12.0]},
            STOP,
        ),
        (
            "20 digits",
            ods_package(table(row.replace('"12"', '"12345678901234567890"'))),
            {1: [12345678901234567890.0]},
            ("number_size",),
        ),
        ("a number that is none", ods_package(table(row.replace('"12"', '"1,5"'))), None, STOP),
    ]
    for name, data, rows, refused in cases:
        yield Case(f"ods with {name}", data, rows, refused, file="fil.ods")


def _word() -> Iterator[Case]:
    def table(*cells: str) -> bytes:
        inner = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
        return docx_package(f"<w:tbl><w:tr>{inner}</w:tr></w:tbl><w:p/>")

    def run(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    cases: list[tuple[str, bytes, Rows | None, tuple[str, ...]]] = [
        ("CDATA", table(run("<![CDATA[a & b]]>")), {1: ["a & b"]}, ()),
        ("a comment in a text", table(run("a<!-- x -->b")), {1: ["ab"]}, ()),
        ("two paragraphs in a cell", table(run("a") + run("b")), {1: ["a\nb"]}, ()),
        (
            "a cell of 5,000 columns",
            table('<w:tcPr><w:gridSpan w:val="5000"/></w:tcPr>' + run("a")),
            None,
            ("column_count", "merged_size"),
        ),
        ("a DOCTYPE", docx_package("", doctype=DOCTYPE), None, ("xml_doctype",)),
        (
            "its document under another name",
            docx_package("<w:tbl><w:tr><w:tc>" + run("a") + "</w:tc></w:tr></w:tbl>", "word/document2.xml"),
            {1: ["a"]},
            ("zip_no_workbook",),
        ),
        (
            "5,000 tables in one another",
            docx_package("<w:tbl><w:tr><w:tc>" * 5000 + run("a") + "</w:tc></w:tr></w:tbl>" * 5000),
            {},
            BROKEN,
        ),
        ("a word of 200,000 letters", table(run("x" * 200_000)), {1: ["x" * 200_000]}, ("text_size",)),
    ]
    for name, data, rows, refused in cases:
        yield Case(f"docx with {name}", data, rows, refused, file="fil.docx")
