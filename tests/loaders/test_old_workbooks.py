"""Workbooks of 1997: what hides in them is seen, and a damaged one is refused before a reader makes room for it."""

import struct
from datetime import date
from pathlib import Path

import pytest
import xlwt

from tests.loaders.loading import load, told
from tests.profiles import column, ignore, table, tables, where
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.old_workbooks import preflight_xls
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import Special

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def begin(sort: int, modern: bool = True) -> bytes:
    version, rest = (0x0600, struct.pack("<HHII", 0, 0, 0, 6)) if modern else (0x0500, bytes(4))
    return record(0x0809, struct.pack("<HH", version, sort) + rest)


def stream(cells: bytes, before: bytes = b"", modern: bool = True) -> bytes:
    """The workbook's stream with one sheet "Blad" of these records, after those of the workbook."""
    name = b"\4\0Blad" if modern else b"\4Blad"
    head = begin(5, modern) + before
    start = len(head) + 4 + 6 + len(name) + 4
    head += record(0x85, struct.pack("<IBB", start, 0, 0) + name) + record(0x0A, b"")
    return head + begin(0x10, modern) + cells + record(0x0A, b"")


def compound(content: bytes) -> bytes:
    """A compound file with the stream "Workbook", padded to be long enough for sectors of its own."""
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    sectors = len(content) // 512
    table = [TABLE, END, *range(3, sectors + 2), END]
    table += [FREE] * (128 - len(table))

    def entry(name: str, sort: int, start: int, size: int, child: int) -> bytes:
        text = name.encode("utf-16-le")
        links = struct.pack("<BBIII", sort, 1, FREE, FREE, child)
        return (
            text.ljust(64, b"\0")
            + struct.pack("<H", len(text) + 2)
            + links
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, END, 0, 1) + entry("Workbook", 2, 2, len(content), FREE)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, END, 0, END, 0, 0) + struct.pack("<I", FREE) * 108
    return header + struct.pack("<128I", *table) + directory.ljust(512, b"\0") + content


CELLS = number(0, 0, 1) + number(1, 1, 2)


def test_what_hides_in_an_old_workbook_is_seen(tmp_path: Path) -> None:
    hidden_row = record(0x0208, struct.pack("<HHHHHHI", 1, 0, 2, 255, 0, 0, 0x20))
    hidden_column = record(0x7D, struct.pack("<HHHHHH", 1, 1, 2000, 0, 1, 0))
    error = record(0x0205, struct.pack("<HHHBB", 2, 0, 0, 0x17, 1))
    failed = record(0x06, struct.pack("<HHH", 2, 1, 0) + bytes((2, 0, 0x17, 0, 0, 0, 255, 255)) + bytes(8))
    merged = record(0xE5, struct.pack("<HHHHH", 1, 0, 0, 0, 1))
    path = tmp_path / "fil.xls"
    path.write_bytes(compound(stream(hidden_column + hidden_row + CELLS + error + failed + merged)))
    raw = read_file(path)
    (sheet,) = raw.sheets
    assert (sheet.name, sheet.hidden_rows, sheet.hidden_columns, sheet.merged) == ("Blad", {2}, {1}, ((1, 0, 1, 1),))
    assert sheet.error_cells == {(3, 0), (3, 1)} and sheet.cell(3, 0) is sheet.cell(3, 1) is Special.ERROR
    assert [sheet.row(0), sheet.row(1), raw.notices] == [[1.0, None], [None, 2.0], ()]


@pytest.mark.parametrize(
    ("place", "content", "code"),
    [
        (512 + 12, struct.pack("<I", 2), "file_corrupt"),  # the chain leads back to its beginning
        (512 + 12, struct.pack("<I", 900), "file_corrupt"),  # and to a sector that is not there
        (44, struct.pack("<I", 0), None),  # how many sectors the table has is told twice; the other place is true
        (30, struct.pack("<H", 30), "file_corrupt"),  # sectors of a gigabyte
        (68, struct.pack("<I", 0), "file_corrupt"),  # the table of the table is the table
        (48, struct.pack("<I", 5), "file_corrupt"),  # the directory is a piece of a sheet
        (1024 + 128 + 120, struct.pack("<I", 1 << 30), "file_truncated"),  # a stream of a gigabyte
    ],
)
def test_a_broken_chain_is_refused(place: int, content: bytes, code: str | None) -> None:
    data = compound(stream(CELLS))
    assert list(preflight_xls(data, Limits())) == ["Blad"]
    broken = data[:place] + content + data[place + len(content) :]
    if code is None:
        assert preflight_xls(broken, Limits())["Blad"].filled == {1, 2}
        return
    with pytest.raises(InputError) as caught:
        preflight_xls(broken, Limits())
    assert [fault.code for fault in caught.value.faults] == [code]


def test_false_bounds_are_refused() -> None:
    for rows, columns in ((4_000_000_000, 9), (9, 60_000)):
        bounds = record(0x0200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))
        with pytest.raises(InputError):
            preflight_xls(compound(stream(bounds + CELLS)), Limits())


def test_a_locked_old_workbook_is_said_to_be_locked() -> None:
    locked = stream(CELLS, record(0x2F, bytes(6)))
    with pytest.raises(InputError) as caught:
        preflight_xls(compound(locked), Limits())
    assert caught.value.faults[0].code == "file_encrypted"


@pytest.mark.parametrize("modern", [False, True])
def test_texts_that_hold_their_own_runs_are_read_as_the_eye_sees_them(tmp_path: Path, modern: bool) -> None:
    """As Excel 95 wrote them, and some programs write them still."""

    def text(row: int, letters: str, *run: int) -> bytes:
        start, pair = ("<HHHHB", "<HHH") if modern else ("<HHHH", "<BBB")
        return record(
            0xD6,
            struct.pack(start, *(row, 0, 0, len(letters), 0)[: 4 + modern])
            + letters.encode("latin-1")
            + struct.pack(pair[: len(run) + 2], len(run) // 2, *run),
        )

    fonts = [(0, 0)] * 4 + [(0, 1), (8, 0)]  # called by the numbers 0-3, 5 and 6
    styles = [record(0x31, struct.pack("<HHHHH", 200, flags, 0, 400, raised) + bytes(6)) for flags, raised in fonts]
    content = text(0, "12", 1, 5) + text(1, "hå", 0, 6) + number(2, 0, 7.0) + text(3, "slut")
    content = stream(content, b"".join(styles), modern)
    path = tmp_path / "t.xls"
    path.write_bytes(compound(content))
    (sheet,) = read_file(path).sheets
    assert [sheet.row(row) for row in range(4)] == [["1"], ["hå"], [7.0], ["slut"]]
    assert sheet.marks == {"raised_sign": {(1, 0)}, "struck": {(2, 0)}}


def test_an_old_workbook_is_read_as_the_eye_sees_it(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad")
    month = xlwt.easyxf(num_format_str="mmm\\-yy")
    year, struck = xlwt.easyxf(num_format_str="yyyy"), xlwt.easyxf("font: struck_out true")
    raised, lined = xlwt.easyfont("escapement superscript"), xlwt.easyfont("struck_out true")
    for index, text in enumerate(("Datum", "Typ", "Antal")):
        sheet.write(0, index, text)
    sheet.write(1, 0, date(2021, 3, 1), month)
    sheet.write(2, 0, date(2021, 1, 1), year)
    sheet.write(3, 0, "2021-04-01", struck)
    for row in (1, 2):
        sheet.write(row, 1, "Hot")
    sheet.write(3, 1, "Hot", struck)
    sheet.write_rich_text(1, 2, ["1", ("2", raised)])
    sheet.write_rich_text(2, 2, [("7", lined), ""])
    sheet.write(3, 2, 3, struck)
    for row in range(5, 900):  # so many texts that they go on in further records
        sheet.write(row, 5, f"anmärkning {row} {'å' * 40} \u2713")
    sheet.write_rich_text(900, 5, ["a", ("b", raised)])
    book.save(str(tmp_path / "a.xls"))
    (raw,) = read_file(tmp_path / "a.xls").sheets
    assert (raw.cell(901, 5), raw.cell(2, 2)) == ("a", "1")
    assert {kind: sorted(places) for kind, places in raw.marks.items()} == {
        "raised_sign": [(2, 2), (901, 5)],
        "struck": [(3, 2), (4, 0), (4, 1), (4, 2)],
    }
    counts = table(
        "counts",
        column("date", "Datum"),
        column("event_type", "Typ", values={"Hot": "hot_krankning"}),
        column("count", "Antal"),
        ignore("other", where("Typ", blank=True)),
    )
    found = load(tmp_path / "a.xls", tables(counts))
    assert told(found, "date_from", "date_to", "high") == [
        ("2021-03-01", "2021-03-31", 1),
        ("2021-01-01", "2021-12-31", 7),
        ("2021-04-01", "2021-04-01", 3),
    ]
    assert [(notice.code, *notice.values.values()) for notice in found.notices][:3] == [
        ("struck_rows", "4"),
        ("raised_sign", "C2, F901"),
        ("struck_cells", "C3"),
    ]
