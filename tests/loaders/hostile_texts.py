"""Text files, web pages under a workbook's name, damaged .xls files, and paths that are no files."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

from tests.loaders.hostile import Case, Rows, rows_of
from tests.loaders.hostile_workbooks import SEED
from vbe_analysis.loaders.files.files import read_file

TABLE = "Datum;Antal\n2021-03-05;1\n2021-03-06;2\n"
READ: Rows = {1: ["Datum", "Antal"], 2: ["2021-03-05", "1"], 3: ["2021-03-06", "2"]}
EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "2018" / "Åverkan skolfastigheter 2017-2018.xls"
PAGE = "<html><body><table><tr><th>Datum</th><th>Antal</th></tr><tr><td>2021-03-05</td><td>å</td></tr></table></body>"
PAGE_READ: Rows = {1: ["Datum", "Antal"], 2: ["2021-03-05", "å"]}
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:'
    'spreadsheet"><Worksheet><Table><Row><Cell><Data>1</Data></Cell></Row></Table></Worksheet></Workbook>'
)


def text_cases() -> Iterator[Case]:
    """All of them."""
    yield from _csv()
    yield from _encodings()
    yield from _pages()
    yield from _old_workbooks()
    if os.name != "nt":
        yield from _no_files()


def _csv() -> Iterator[Case]:
    long_field, word = "x" * 1_100_000, "x" * 200_000
    cases: list[tuple[str, str, Rows | None, tuple[str, ...]]] = [
        ("a NUL", "a;b\n1;\0\n", None, ("text_binary",)),
        ("2,001 columns", ";".join(map(str, range(2001))) + "\n", None, ("column_count",)),
        ("a quoted field over 1 MB", f'a;b\n"{long_field}";2\n', None, ("field_size",)),
        ("an unquoted field over 1 MB", f"a;b\n{long_field};2\n", None, ("field_size",)),
        ("one field over 1 MB and no delimiter", long_field, None, ("field_size",)),
        ("a field of 22 lines", 'a;b\n"' + "x\n" * 21 + '";2\n', None, ("field_size",)),
        ("a quote that never ends", 'a;b\n"1;2\n3;4\n5;6\n', None, ("quote_unclosed",)),
        ("a word of 200,000 letters", f"a;b\n{word};2\n", {1: ["a", "b"], 2: [word, "2"]}, ("text_size",)),
        ("a declared delimiter", "sep=;\n" + TABLE, {n + 1: cells for n, cells in READ.items()}, ()),
        ("no line end last", TABLE[:-1], READ, ()),
        ("the line ends of Windows", TABLE.replace("\n", "\r\n"), READ, ()),
        ("the line ends of old Macs", TABLE.replace("\n", "\r"), READ, ()),
        ("line ends of both kinds", TABLE.replace("\n", "\r\n", 1), READ, ()),
        ("a carriage return in a cell", "a;b\r\n1\rx;2\r\n", {1: ["a", "b"], 2: ["1\rx", "2"]}, ()),
        ("other line ends", "a;b\n1\x0b\x0c\x85\u2028x;2\n", {1: ["a", "b"], 2: ["1\x0b\x0c\x85\u2028x", "2"]}, ()),
        ("a delimiter last on every line", TABLE.replace("\n", ";\n"), READ, ()),
        ("tabs", TABLE.replace(";", "\t"), READ, ()),
        ("bars", TABLE.replace(";", "|"), READ, ()),
        ("commas", TABLE.replace(";", ","), READ, ()),
        ("quotes", '"Datum";"Antal"\n"2021-03-05";"1"\n"2021-03-06";"2"\n', READ, ()),
        ("a quoted delimiter", 'a;b\n"1;x";2\n', {1: ["a", "b"], 2: ["1;x", "2"]}, ()),
        ("doubled quotes", 'a;b\n"1""x""";2\n', {1: ["a", "b"], 2: ['1"x"', "2"]}, ()),
        ("a quote inside a word", 'a;b\n5" rör;2\n', {1: ["a", "b"], 2: ['5" rör', "2"]}, ("quote_unclosed",)),
        ("backslashes", 'a;b\n"1 \\"x\\" y";2\n', {1: ["a", "b"], 2: ['"1 \\"x\\" y"', "2"]}, ("quote_unclosed",)),
        ("formulas as texts", "a;b\n=1+1;+cmd\n@SUM;-1\n", {1: ["a", "b"], 2: ["=1+1", "+cmd"], 3: ["@SUM", "-1"]}, ()),
        ("20 digits", "a;b\n12345678901234567890;1E300\n", {1: ["a", "b"], 2: ["12345678901234567890", "1E300"]}, ()),
        ("white space only", " \n\t\n", None, ("file_empty",)),
        ("delimiters only", ";;;\n;;;\n", None, ("file_empty",)),
        ("blank lines", "\n\n" + TABLE, {n + 2: cells for n, cells in READ.items()}, ()),
        ("an end sign of DOS", TABLE + "\x1a", {**READ, 4: ["\x1a"]}, ("text_binary",)),
        ("zero rows", "", None, ("file_empty",)),
        ("a JSON list", '[{"a": 1}]', None, ("file_foreign",)),
    ]
    for name, text, rows, refused in cases:
        yield Case(f"csv with {name}", text.encode(), rows, refused, file="fil.csv")
    told = {
        "bom_inside": (TABLE + "\ufeff" + TABLE, {**READ, 4: ["\ufeffDatum", "Antal"], 5: READ[2], 6: READ[3]}),
        "letters_doubled": ("a;b\nÃ…by;Ã¥\n", {1: ["a", "b"], 2: ["Ã…by", "Ã¥"]}),
        "letters_lost": ("a;b\n\ufffdby;1\n", {1: ["a", "b"], 2: ["\ufffdby", "1"]}),
    }
    for code, (text, rows) in told.items():
        yield Case(f"csv with {code}", text.encode(), rows, notices=(code,), file="fil.csv")
    for name, line in {"too many": "1;2;3;4;5", "a swallowed line": '1;"2\n3;4";5'}.items():
        text = f"a;b;c;d\n1;2;3;4\n{line}\n5;6;7;8\n"
        last = 4 + line.count("\n")
        rows = {1: [*"abcd"], 2: [*"1234"], last: [*"5678"]}
        yield Case(f"csv with a row of {name}", text.encode(), rows, ragged=frozenset({3}), file="fil.csv")


def _encodings() -> Iterator[Case]:
    text = "Datum;Område\n2021-03-05;Åsö gård\n"
    rows: Rows = {1: ["Datum", "Område"], 2: ["2021-03-05", "Åsö gård"]}
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"):
        yield Case(f"csv in {encoding}", text.encode(encoding), rows, file="fil.csv")
        tabs = text.replace(";", "\t").encode(encoding)
        yield Case(f"tabs in {encoding} named .xls", tabs, rows, file="fil.xls")
    for encoding in ("cp850", "mac-roman", "cp437", "utf-7"):
        yield Case(
            f"csv in {encoding}",
            text.encode(encoding),
            refused=("text_encoding",) * (encoding != "utf-7"),
            rows={1: ["Datum", "Omr+AOU-de"], 2: ["2021-03-05", "+AMU-s+APY g+AOU-rd"]}
            if encoding == "utf-7"
            else None,
            file="fil.csv",
        )
    yield Case("csv in half a UTF-16", text.encode("utf-16")[:-1], refused=("text_encoding",), file="fil.csv")
    yield Case("csv in a broken UTF-8", b"\xef\xbb\xbfa;b\n\xff;1\n", refused=("text_encoding",), file="fil.csv")


def _pages() -> Iterator[Case]:
    yield Case("a page named .xls", PAGE.encode(), PAGE_READ, file="fil.xls")
    yield Case("a page in UTF-16", PAGE.encode("utf-16"), PAGE_READ, file="fil.xls")
    yield Case("a page in cp1252", PAGE.encode("cp1252"), PAGE_READ, file="fil.xls")
    yield Case("a page with a byte order mark", PAGE.encode("utf-8-sig"), PAGE_READ, file="fil.csv")
    wide = PAGE.replace("<td>2021", '<td colspan="99999" rowspan="99999">2021')
    yield Case("a page with a cell of everything", wide.encode(), refused=("merged_size", "column_count"), file="a.xls")
    cut = PAGE[: PAGE.index("</table")]
    yield Case("a page that is cut", cut.encode(), PAGE_READ, notices=("table_unclosed",), file="fil.xls")
    yield Case("a page without a table", b"<html><p>Hej</p></html>", refused=("file_no_table",), file="fil.xls")
    deep = "<table><tr><td>" * 5000 + "a"
    yield Case("a page of 5,000 tables in one another", deep.encode(), {}, file="fil.xls")
    script = PAGE.replace("<td>å", "<td><script>alert(1)</script>å<style>x</style>")
    yield Case("a page with a script", script.encode(), PAGE_READ, file="fil.xls")
    yield Case("SpreadsheetML 2003", XML_2003.encode(), refused=("spreadsheetml",), file="fil.xls")
    foreign = {"pdf": b"%PDF-1.7\n", "rtf": b"{\\rtf1 x}", "png": b"\x89PNG\r\n", "mht": b"MIME-Version: 1.0\n"}
    for name, data in foreign.items():
        yield Case(f"a {name} file named .xls", data, refused=("file_foreign",), file="fil.xls")


def _old_workbooks() -> Iterator[Case]:
    """Damage done to an old workbook on its way: rows as they were, or a refusal."""
    if not EXAMPLE.exists():
        return
    data, chance = EXAMPLE.read_bytes(), random.Random(SEED)
    rows = rows_of(read_file(EXAMPLE))
    damage = {
        "line ends to Windows": data.replace(b"\n", b"\r\n"),
        "line ends from Windows": data.replace(b"\r\n", b"\n"),
        "line feeds lost": data.replace(b"\r", b""),
        "text decoded and encoded": data.decode("cp1252", "replace").encode(),
        "the eighth bit lost": data.translate(bytes(byte & 127 for byte in range(256))),
        "its end lost": data[: len(data) // 2],
        "its head alone": data[:512],
        "its chain in a ring": data[:512]
        + b"".join(number.to_bytes(4, "little") for number in [0] * 128)
        + data[1024:],
        "a billion sectors": data[:44] + b"\xff\xff\xff\x3f" + data[48:],
        "sectors of a gigabyte": data[:30] + b"\x1e\x00" + data[32:],
        "a directory of itself": data[:48] + b"\x00\x00\x00\x00" + data[52:],
    }
    for number in range(12):
        place, count = chance.randrange(600, len(data)), chance.choice([1, 2, 3, 4, 512])
        damage[f"{count} bytes inserted at {place} ({number})"] = data[:place] + chance.randbytes(count) + data[place:]
        damage[f"{count} bytes lost at {place} ({number})"] = data[:place] + data[place + count :]
    for name, content in damage.items():
        yield Case(
            f"xls with {name}",
            content,
            rows,
            refused=("file_corrupt", "file_truncated", "file_foreign", "text_binary", "text_encoding"),
            file="fil.xls",
        )


def _no_files() -> Iterator[Case]:
    yield Case("a pipe", os.mkfifo, refused=("file_no_file",), file="fil.csv")
    yield Case("an endless device", lambda path: path.symlink_to("/dev/zero"), refused=("file_no_file",), file="a.csv")
    yield Case("a folder", lambda path: path.mkdir(), refused=("file_no_file",), file="fil.csv")
    yield Case("a looping link", lambda path: path.symlink_to(path), refused=("file_no_file",), file="fil.csv")
    yield Case(
        "a link to nothing", lambda path: path.symlink_to(path.parent / "x"), refused=("file_missing",), file="a"
    )
    yield Case("a link to a file", _linked, READ, file="fil.csv")


def _linked(path: Path) -> None:
    (path.parent / "annan.csv").write_text(TABLE, encoding="utf-8")
    path.symlink_to(path.parent / "annan.csv")
