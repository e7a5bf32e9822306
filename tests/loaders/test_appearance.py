"""What the eye sees beside the text: months, per cents, raised signs, lines through, chosen entries, turned dates."""

from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests.loaders.files_made import docx, written, zipped
from tests.loaders.loading import load, told, workbook
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.values.appearance import Look, look_of
from vbe_analysis.loaders.values.choices import choices_in

CASES = Path(__file__).parents[3] / "shared" / "cases"
PROFILE = """
[dates]
order = "dmy"
[[tables]]
shape = "counts"
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "event_type"
heading = ["Typ"]
values = { "Klotter" = "klotter", "Hot" = "hot_krankning" }
[[tables.columns]]
as = "count"
heading = ["Antal"]
"""
HEAD = ("Datum", "Typ", "Antal")


def styled(path: Path, format_of: dict[str, str], rows: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    for place, code in format_of.items():
        book.worksheets[0][place].number_format = code
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("code", "look"),
    [
        ("mmm\\-yy", Look.MONTH),
        ("[$-41D]mmmm yyyy;@", Look.MONTH),
        ("mmm", Look.MONTH),
        ("yyyy", Look.YEAR),
        ("yyyy\\-mm\\-dd", None),
        ("d mmm", None),
        ("h:mm", None),
        ("[h]:mm:ss", None),
        ("0.0%", Look.PERCENT),
        ("General", None),
        ("Standard", Look.NUMBER),
        ("Allmänt", Look.NUMBER),
        ('#,##0 "kr"', None),
        ("0.00", None),
        (";;;", Look.HIDDEN),
        ("#,##0,", Look.OTHERWISE),
        ('"<5"', Look.OTHERWISE),
        ('0"00"', Look.OTHERWISE),
        ('"dagar"\\ 0', None),
        ("@", None),
        ("", None),
        ("_-* #,##0\\ _k_r_-;\\-* #,##0\\ _k_r_-", None),
    ],
)
def test_what_a_number_format_makes_of_a_value(code: str, look: Look | None) -> None:
    assert look_of(code) is look


def test_a_month_or_a_year_that_is_shown_is_what_is_read(tmp_path: Path) -> None:
    rows = [(datetime(2021, 3, 1), "Klotter", 1), (datetime(2021, 1, 1), "Hot", 2), (date(2021, 5, 4), "Hot", 3)]
    path = styled(tmp_path / "a.xlsx", {"A2": "mmm\\-yy", "A3": "yyyy", "A4": "d/m"}, rows)
    assert told(load(path, PROFILE), "date_from", "date_to", "high") == [
        ("2021-03-01", "2021-03-31", 1),
        ("2021-01-01", "2021-12-31", 2),
        ("2021-05-04", "2021-05-04", 3),
    ]


def test_a_per_cent_is_no_count(tmp_path: Path) -> None:
    path = styled(tmp_path / "a.xlsx", {"C2": "0%"}, [(date(2021, 3, 1), "Klotter", 1)])
    (fault,) = load(path, PROFILE).faults
    assert (fault.code, fault.row, fault.letter, fault.values["value"]) == ("unreadable_number", 2, "C", "100 %")


def test_numbers_that_their_format_hides_or_changes_are_told(tmp_path: Path) -> None:
    day = date(2021, 3, 1)
    path = styled(tmp_path / "a.xlsx", {"C2": ";;;", "C3": "0,"}, [(day, "Klotter", 7), (day, "Hot", 12000)])
    result = load(path, PROFILE)
    assert [str(notice) for notice in result.notices] == [
        "a.xlsx, blad 'Sheet': Celler på bladet har tal som cellens talformat döljer (C2). Talen läses ändå. Fråga "
        "avsändaren om talen gäller. Annars: skriv rätt värde i rattelser.xlsx.",
        "a.xlsx, blad 'Sheet': Celler på bladet visar ett annat tal än det som är lagrat, på grund av cellens "
        "talformat (C3). Det lagrade talet läses. Fråga avsändaren vilket tal som gäller. Är det lagrade talet fel: "
        "skriv rätt värde i rattelser.xlsx.",
    ]


def ods(path: Path, cells: str, named: bool = False) -> Path:
    """A table of one row under HEAD, with styles as LibreOffice writes them; `named` styles stand in a part apart."""
    styles = (
        (
            '<n:date-style s:name="N1"><n:month n:textual="true"/><n:text>-</n:text><n:year/></n:date-style>'
            '<n:date-style s:name="N2"><n:year n:style="long"/></n:date-style>'
            '<s:style s:name="month" s:data-style-name="N1"/><s:style s:name="year" s:data-style-name="N2"/>'
            '<s:style s:name="T1"><s:text-properties s:text-position="super 58%"/></s:style>'
            '<s:style s:name="T2"><s:text-properties s:text-line-through-style="solid"/></s:style>'
        )
        .replace("s:", "style:")
        .replace("n:", "number:")
        .replace("stylenumber:", "style:")
    )
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in HEAD
    )
    spaces = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("number", "datastyle"),
        )
    )
    part = f"<office:document-styles {spaces}><office:styles>{styles}</office:styles></office:document-styles>"
    styles = "" if named else styles
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Blad"><table:table-row>{head}</table:table-row><table:table-row>'
        f"{cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(path, {"mimetype": kind, "content.xml": content, **({"styles.xml": part} if named else {})})


def ods_cell(kind: str, value: str, text: str, style: str = "") -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="{kind}" office:{value}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    ("date_", "number", "span", "high", "marks"),
    [
        (
            ("date", 'date-value="2021-03-01"', "mar-21", "month"),
            ("float", 'value="1"', "1"),
            ("03-01", "03-31"),
            1,
            {},
        ),
        (("date", 'date-value="2021-03-01"', "2021", "year"), ("float", 'value="1"', "1"), ("01-01", "12-31"), 1, {}),
        (
            ("string", 'string-value="2021-03-05"', "2021-03-05"),
            ("string", 'x=""', '1<text:span text:style-name="T1">2</text:span>'),
            ("03-05", "03-05"),
            1,
            {"raised_sign": frozenset({(2, 2)})},
        ),
        (
            ("string", 'string-value="2021-03-05"', "2021-03-05"),
            ("float", 'value="4"', "4", "T2"),
            ("03-05", "03-05"),
            4,
            {"struck": frozenset({(2, 2)})},
        ),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_what_is_shown_in_an_open_document(
    tmp_path: Path,
    date_: tuple[str, ...],
    number: tuple[str, ...],
    span: tuple[str, str],
    high: int,
    marks: dict[str, frozenset[tuple[int, int]]],
    named: bool,
) -> None:
    label = ods_cell("string", 'string-value="Hot"', "Hot")
    path = ods(tmp_path / "a.ods", ods_cell(*date_) + label + ods_cell(*number), named)
    assert told(load(path, PROFILE), "date_from", "date_to", "high") == [(f"2021-{span[0]}", f"2021-{span[1]}", high)]
    assert read_file(path).sheets[0].marks == marks


def raised(text: str, sign: str) -> CellRichText:
    return CellRichText(text, TextBlock(InlineFont(vertAlign="superscript"), sign))


@pytest.mark.parametrize("file", ["a.xlsx", "a.html", "a.docx"])
def test_a_raised_sign_is_dropped_and_told_by_cell(tmp_path: Path, file: str) -> None:
    path = tmp_path / file
    if file == "a.xlsx":
        workbook(path, {"Blad": [HEAD, ("2021-03-05", raised("Klotter", "1)"), raised("1", "2"))]})
    elif file == "a.html":
        cells = "<tr><td>2021-03-05<td>Klotter<sup>1)</sup><td>1<span style='vertical-align: super'>2</span>"
        written(path, "<table><tr><th>Datum<th>Typ<th>Antal" + cells + "</table>")
    else:
        sup = "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>{}</w:t></w:r>"
        rows = (("Datum", "", "Typ", "", "Antal", ""), ("2021-03-05", "", "Klotter", "1)", "1", "2"))
        cells = "".join(
            "<w:tr>"
            + "".join(
                f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r>{sup.format(s) if s else ''}</w:p></w:tc>"
                for t, s in zip(row[::2], row[1::2], strict=True)
            )
            + "</w:tr>"
            for row in rows
        )
        docx(path, f"<w:tbl>{cells}</w:tbl>")
    result = load(path, PROFILE)
    assert told(result, "event_type", "high") == [("klotter", 1)]
    (notice,) = result.notices
    assert (notice.code, notice.values) == ("raised_sign", {"cells": "B2, C2"})
    assert notice.text == (
        "Celler på bladet har upphöjda tecken (B2, C2). De läses som hänvisningar till noter och hör inte till värdet."
    )


def test_a_style_of_the_cell_goes_before_the_named_one_that_it_stands_on(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", ods_cell("string", 'string-value="x"', "x", "T2"), named=True)
    parts = {name: ZipFile(path).read(name).decode() for name in ("mimetype", "content.xml", "styles.xml")}
    plain = '<style:style style:name="T2" style:parent-style-name="T1"/>'
    parts["content.xml"] = parts["content.xml"].replace(
        "<office:automatic-styles>", f"<office:automatic-styles>{plain}"
    )
    assert read_file(zipped(tmp_path / "b.ods", parts)).sheets[0].marks == {}


def test_struck_text_in_a_word_table_is_told(tmp_path: Path) -> None:
    document = Document()
    grid = document.add_table(3, 3)
    rows = (("Datum", "Typ", "Antal"), ("2021-03-05", "Hot", "1"), ("2021-03-06", "Hot", "2"))
    for row, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text).font.strike = row is not grid.rows[0] and text in ("2021-03-06", "2")
    grid.rows[2].cells[1].paragraphs[0].runs[0].font.double_strike = True
    grid.rows[1].cells[2].paragraphs[0].runs[0].font.strike = True
    document.save(str(tmp_path / "a.docx"))
    found = load(tmp_path / "a.docx", PROFILE.replace('shape = "', 'sheets = ["tabell *"]\nshape = "', 1))
    assert [str(notice) for notice in found.notices] == [
        "a.docx, tabell 1: Rader på bladet är genomstrukna (rad 3). De läses som andra rader. "
        "Fråga avsändaren om raderna ska räknas. Annars: utelämna dem i rattelser.xlsx.",
        "a.docx, tabell 1: Celler på bladet är genomstrukna, helt eller delvis (C2). De läses som andra celler. "
        "Fråga avsändaren vad som gäller. Är cellen fel: skriv rätt värde i rattelser.xlsx.",
    ]


def test_a_square_in_a_heading_is_no_note(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Blad": [(raised("Yta, m", "2"), raised("x", "2"), raised("Antal", "1"))]})
    (sheet,) = read_file(path).sheets
    assert (sheet.row(0), sheet.marks) == (["Yta, m²", "x²", "Antal"], {"raised_sign": frozenset({(1, 2)})})


@pytest.mark.parametrize("kind", ["cell", "run", "html", "class"])
def test_struck_rows_and_cells_are_told(tmp_path: Path, kind: str) -> None:
    rows = [HEAD, ("2021-03-05", "Klotter", "1"), ("2021-03-06", "Hot", "2"), ("2021-03-07", "Hot", "3")]
    path = tmp_path / ("a.xlsx" if kind in ("cell", "run") else "a.xls")
    struck = [(3, 0), (3, 1), (3, 2), (4, 2)]
    if kind in ("cell", "run"):
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        for number, column in struck:
            cell = book.worksheets[0].cell(number, column + 1)
            if kind == "cell":
                cell.font = Font(strike=True)
            else:
                cell.value = CellRichText(TextBlock(InlineFont(strike=True), str(cell.value)))
        book.save(path)
    else:
        style = "<style>.xl7 {color:red; text-decoration:line-through;}</style>" if kind == "class" else ""
        open_, close = ("<span class=xl7>", "</span>") if kind == "class" else ("<del>", "</del>")
        cells = (
            "".join(
                f"<td>{open_ * ((number, column) in struck)}{text}{close * ((number, column) in struck)}</td>"
                for column, text in enumerate(row)
            )
            for number, row in enumerate(rows, 1)
        )
        written(path, f"<html>{style}<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table></html>")
    result = load(path, PROFILE)
    assert [high for (high,) in told(result, "high")] == [1, 2, 3]
    assert [(notice.code, notice.values) for notice in result.notices] == [
        ("struck_rows", {"rows": "3"}),
        ("struck_cells", {"cells": "C4"}),
    ]
    assert result.notices[0].text == "Rader på bladet är genomstrukna (rad 3). De läses som andra rader."


def form_field(inner: str) -> str:
    return f"<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData>{inner}</w:ffData></w:fldChar></w:r></w:p>"


LIST = "<w:ddList>{}<w:listEntry w:val='Höger'/><w:listEntry w:val='Vänster'/></w:ddList>"
STATE = "<w:p><w:sdt><w:sdtPr><w:checkbox><w:checked w:val='{}'/></w:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>✗</w:t></w:r></w:sdtContent></w:sdt></w:p>"  # noqa: E501


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (form_field(LIST.format("<w:result w:val='1'/>")), "Vänster"),
        (form_field(LIST.format("<w:default w:val='1'/>")), "Vänster"),
        (form_field(LIST.format("")), "Höger"),
        (form_field(LIST.format("<w:result w:val='7'/>")), "?"),
        (form_field("<w:checkBox><w:checked/><w:default w:val='0'/></w:checkBox>"), "☒"),
        (form_field("<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>"), "☐"),
        (STATE.format(1), "☒"),
        (STATE.format(0), "☐"),
        ("<w:p><w:r><w:t>Hot</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> Anna</w:t></w:r></w:p>", "Hot"),
    ],
)
def test_what_a_word_form_shows(tmp_path: Path, cell: str, text: str) -> None:
    sheets = read_file(docx(tmp_path / "a.docx", f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>")).sheets
    assert sheets[0].row(0) == [text]
    assert set(sheets[0].marks) == ({"hidden_text"} if "vanish" in cell else set())


@pytest.mark.parametrize(
    ("cell", "choices"),
    [
        ("☑ Klotter ☐ Hot", ["Klotter"]),
        ("[x] Klotter [ ] Hot [X] Symbol", ["Klotter", "Symbol"]),
        ("(x) Ja ( ) Nej", ["Ja"]),
        ("✓ Klotter\n□ Hot", ["Klotter"]),
        ("☐ Klotter ☐ Hot", []),
        ("● Ja ○ Nej", ["Ja"]),
        ("Klotter ☑ Hot ☐", ["Klotter ☑ Hot ☐"]),
        ("Klotter;Hot", ["Klotter", "Hot"]),
    ],
)
def test_ticked_boxes_in_every_drawing(cell: Cell, choices: list[str]) -> None:
    assert choices_in(cell, ";") == choices


TRUE = [datetime(2021, 4, 3), datetime(2021, 7, 6), datetime(2021, 11, 2)]


@pytest.mark.parametrize(
    ("dates", "turned"),
    [
        ([*TRUE, "13/04/2021", "25/06/2021"], True),
        ([*TRUE, "13-04-21", "25-06-21"], True),
        ([TRUE[0], "2.13.2021", "6.25.2021", "6.30.2021"], True),
        ([*TRUE, datetime(2021, 4, 13), "25/06/2021"], False),
        ([*TRUE, "13/04/2021", "05/06/2021"], False),
        ([*TRUE, "2021-04-13", "2021-06-25"], False),
        ([*TRUE, *TRUE], False),
    ],
)
def test_half_turned_dates_stop_the_column(tmp_path: Path, dates: list[object], turned: bool) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Blad": [HEAD, *((day, "Hot", 1) for day in dates)]})
    refusals = [fault for fault in load(path, PROFILE).refusals if fault.code == "dates_turned"]
    assert bool(refusals) is turned
    if turned and len(dates) == 5:
        assert str(refusals[0]) == (
            "a.xlsx, blad 'Blad', kolumn 'Datum': Alla riktiga datum i kolumnen (3 celler) har dag 1–12, och alla "
            "datum som är text (2 celler) en senare dag. Så blir det när ett program med en annan datumordning har "
            "vänt dag och månad i en del av cellerna. Be avsändaren om ett nytt uttag där datumen är skrivna som "
            "2021-03-05. Är datumen rätt: skriv in ett av de riktiga datumen igen i rattelser.xlsx."
        )


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the repository")
@pytest.mark.parametrize(
    ("file", "kind", "cells"),
    [
        ("x6_upphojd_not.xlsx", "raised_sign", {(3, 4)}),
        ("h8_upphojd_not.xls", "raised_sign", {(2, 4)}),
        ("x14_genomstruken.xlsx", "struck", {(3, column) for column in range(5)}),
        ("d6_dold_text.docx", "hidden_text", {(3, 2)}),
    ],
)
def test_the_cases_marks(file: str, kind: str, cells: set[tuple[int, int]]) -> None:
    assert read_file(CASES / file).sheets[0].marks == {kind: frozenset(cells)}
