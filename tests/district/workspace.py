"""The invented district of ../shared as a workspace: its deliveries and decisions, from leveransnotering.txt."""

import shutil
from datetime import date
from pathlib import Path

from vbe_analysis.workspace.workbooks import corrections_book, deliveries_book

SHARED = Path(__file__).parents[3] / "shared" / "district"
PROFILES = Path(__file__).parent / "profiles"
CYCLES = ("2017", "2018", "2019", "2020", "2021")
SOURCES = ("enkat", "enkat_utb", "blankett", "sisab", "trafikkontoret", "ia", "polis")
NOTHING, NOT_DELIVERED, NOT_ASKED = "inget att rapportera", "ej levererat", "inte tillfrågad"

# source, delivery, file, from, to, missing months, asked
DELIVERIES = {
    "2017": [
        ("enkat", "fil", "Enkät våldsbejakande extremism 2017(1-95).xlsx", "", "", "", 112),
        ("enkat_utb", NOT_ASKED),
        ("blankett", "fil", "Register blanketter aidentifierad info.xlsx"),
        ("sisab", "fil", "SISAB klotterstatistik 2016-17.xlsx"),
        ("trafikkontoret", "fil", "TK_klotter_201605-201704.csv"),
        ("ia", "fil", "IA_händelser_2017.xlsx"),
        ("polis", NOT_DELIVERED, "", "2016-05", "2016-06"),
        ("polis", "fil", "Lokalpolisens underlag 2017.docx", "2016-07", "2017-04"),
        ("historik", "fil", "Tidigare kapitel - antal händelser 2012-2016.xlsx", "2011-05", "2016-04"),
    ],
    "2018": [
        ("enkat", "fil", "Enkät våldsbejakande extremism 2018(1-89).xlsx", "", "", "", 118),
        ("enkat_utb", NOT_ASKED),
        ("blankett", NOTHING),
        ("sisab", "fil", "SISAB klotterstatistik 2017-18.xls"),
        ("trafikkontoret", "fil", "TK_klotter_201705-201804.csv"),
        ("ia", "fil", "IA_händelser_2018.xlsx"),
        ("polis", NOT_DELIVERED, "Lokalpolisens underlag 2018.docx"),
    ],
    "2019": [
        ("enkat", "fil", "Enkät våldsbejakande extremism 2019(1-80).xlsx", "", "", "", 121),
        ("enkat_utb", NOT_ASKED),
        ("blankett", "fil", "Register blanketter aidentifierad info.xlsx"),
        ("sisab", "fil", "SISAB klotterstatistik 2018-19.xlsx"),
        ("trafikkontoret", "fil", "TK_klotter_201805-201904.csv"),
        ("ia", NOT_DELIVERED, "IA_händelser_2019.xlsx"),
        ("polis", "fil", "Lokalpolisens underlag 2019.docx"),
    ],
    "2020": [
        ("enkat", "fil", "Enkät våldsbejakande extremism 2020(1-66).xlsx", "", "", "", 125),
        ("enkat_utb", "fil", "utbf_enkat_radikalisering_2020.csv", "", "", "", 34),
        ("blankett", "fil", "Register blanketter aidentifierad info.xlsx"),
        ("sisab", "fil", "SISAB klotterstatistik 2019-20.xlsx"),
        ("trafikkontoret", "fil", "TK_klotter_201905-202004.csv"),
        ("ia", NOT_DELIVERED),
        ("ia", "fil", "IA_händelser_2020.xlsx", "", "", "2019-05, 2019-06, 2020-04"),
        ("polis", NOTHING),
    ],
    "2021": [
        ("enkat", "fil", "Enkät våldsbejakande extremism 2021(1-52).xlsx", "", "", "", 130),
        ("enkat_utb", "fil", "utbf_enkat_radikalisering_2021.csv", "", "", "", 41),
        ("blankett", "fil", "Register blanketter aidentifierad info.xlsx"),
        ("sisab", "fil", "SISAB klotterstatistik 2020-21.xlsx"),
        ("sisab", "fil", "Kopia av SISAB klotterstatistik (slutlig).xlsx"),
        ("trafikkontoret", NOT_DELIVERED, "", "2021-03", "2021-04"),
        ("trafikkontoret", "fil", "TK_klotter_202005-202102.csv", "2020-05", "2021-02"),
        ("ia", "fil", "IA_händelser_2021.xlsx"),
        ("polis", "fil", "Lokalpolisens underlag 2021.docx"),
    ],
}
BREAKS = {"2019": [("trafikkontoret", date(2018, 10, 1), "Appen Tyck till infördes under hösten 2018.", "ja")]}
# The decisions that truth.json's rules and traps ask for.
CORRECTIONS = {
    "2019": [
        (
            "SISAB klotterstatistik 2018-19.xlsx",
            "Grundskolor",
            49,
            "F",
            "godkänd avvikelse",
            "Summan i filen är felräknad.",
            "samordnare",
            date(2019, 5, 20),
        )
    ],
    "2020": [
        (
            "IA_händelser_2020.xlsx",
            "Händelser",
            1,
            "",
            "rensa",
            "Rubriken innehöll ett namn.",
            "samordnare",
            date(2020, 5, 20),
        )
    ],
    "2021": [
        (
            "Register blanketter aidentifierad info.xlsx",
            "Blanketter",
            5,
            "",
            "utelämna",
            "Personuppgift i kolumnen Stadsdel.",
            "samordnare",
            date(2021, 5, 20),
        )
    ],
}


def vbe_toml(vocabulary: dict) -> str:
    """The district's vbe.toml from the agreed vocabulary of truth.json."""
    codes = {label: code_of(label) for label in vocabulary["areas"]}
    lines = [
        'district = "Ekåsen-Lindvikens stadsdelsförvaltning"',
        'board = "Ekåsen-Lindvikens stadsdelsnämnd"',
        'area_name = "stadsdelsområdet Ekåsen-Lindviken"',
        f"areas_outside = {vocabulary['areas_outside']!r}",
        f"sources_expected = {list(SOURCES)!r}",
        "[areas]",
        *(f'{code} = "{label}"' for label, code in codes.items()),
        "[places]",
        *(f'"{place}" = "{codes[area]}"' for place, area in vocabulary["places"].items()),
        "[cycles]",
        *(f"{c} = {{ start = {int(c) - 1}-05-01, end = {c}-04-30 }}" for c in CYCLES),
    ]
    return "\n".join(lines)


def code_of(label: str) -> str:
    """The ASCII code of an area's label."""
    return label.lower().translate(str.maketrans("åäö", "aao"))


def make(root: Path, truth: dict, heading_letter: str = "") -> Path:
    """The whole workspace under `root`; the heading to clear in 2020 stands in column `heading_letter`."""
    (root / "data").mkdir(parents=True)
    (root / "vbe.toml").write_text(vbe_toml(truth["vocabulary"]), encoding="utf-8")
    shutil.copytree(PROFILES, root / "data" / "profiles")
    for cycle in CYCLES:
        folder = root / "data" / "raw" / cycle
        shutil.copytree(SHARED / cycle, folder)
        rows = [padded(row) for row in DELIVERIES[cycle]]
        book = deliveries_book(
            rows, BREAKS.get(cycle, ()), (*SOURCES, "historik"), sorted(p.stem for p in PROFILES.glob("*"))
        )
        (folder / "leveranser.xlsx").chmod(0o644) if (folder / "leveranser.xlsx").exists() else None
        folder.chmod(0o755)
        (folder / "leveranser.xlsx").write_bytes(book)
        decisions = [(*d[:3], d[3] or heading_letter, *d[4:]) for d in CORRECTIONS.get(cycle, ())]
        (folder / "rattelser.xlsx").write_bytes(corrections_book(decisions))
    return root


def padded(row: tuple) -> tuple:
    """A row of leveranser.xlsx: source, delivery, file, profile, from, to, missing, asked, version, note."""
    source, status, file, first, last, missing, asked = (*row, *[""] * (7 - len(row)))
    return source, status, file, source if file and status == "fil" else "", first, last, missing, asked, "", ""
