"""A file that is not what the profile expects: everything told at once, in words that a coordinator can act on."""

# ruff: noqa: E501 (rows of sheets and exact messages stand whole)

from pathlib import Path

import pytest

from tests.loaders.loading import load, rules, text_file, workbook
from vbe_analysis.errors import summarised

PROFILE = """
[[tables]]
shape = "reports"
sheets = ["Register"]
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "area"
heading = ["Område"]
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = { "Vit makt" = "vit_makt", "Autonom" = "autonom" }
[[tables.columns]]
as = "event_type"
heading = ["Typ"]
values = { "Klotter" = "klotter" }
[[tables.columns]]
as = "count"
heading = ["Antal"]
[[tables.totals]]
rule = "total_row"
where = [{ column = "date", equals = ["Summa"] }]
"""
HEADINGS = ["Datum", "Område", "Miljö", "Typ", "Antal"]
ROW = ["2021-03-05", "Lodsby", "Vit makt", "Klotter", 1]
PASTE = "Är den fel: för in rättelsen i rattelser.xlsx. Ändra inte originalfilen."


def made(path: Path, rows: list[list[object]], name: str = "Register", **more: list[list[object]]) -> Path:
    return workbook(path / "ia.xlsx", {name: rows, **more})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [["Dat", "Område", "Miljön", "Typ", "Antal", "Anteckning"], [*ROW, "-"]],
            [
                "ia.xlsx, blad 'Register', rad 1: Rubriken 'Datum' saknas. Mest lik av rubrikerna som profilen inte känner "
                "till: 'Dat' (A). Är det samma kolumn: lägg till den nya rubriken under heading i profilen. Annars: be "
                "avsändaren om en ny fil.",
                "ia.xlsx, blad 'Register', rad 1: Rubriken 'Miljö' saknas. Mest lik av rubrikerna som profilen inte känner "
                "till: 'Miljön' (C). Är det samma kolumn: lägg till den nya rubriken under heading i profilen. Annars: be "
                "avsändaren om en ny fil.",
            ],
        ),
        (
            [["Konto", "Belopp"], ["4711", 12], ["4712", 13]],
            [
                "ia.xlsx, blad 'Register': Ingen av profilens rubriker finns på bladet. Profilen söker bland annat "
                "'Datum', 'Område', 'Miljö', 'Typ', 'Antal'. Kontrollera i leveranser.xlsx att det är rätt fil och rätt "
                "profil. Har avsändaren ändrat alla rubriker: gör en ny profil med vbe profile FIL."
            ],
        ),
        (
            [[*HEADINGS, "datum "], [*ROW, "2021-03-06"]],
            [
                "ia.xlsx, blad 'Register': Rubriken 'Datum' finns i flera kolumner (A, F). Ange kolumnens bokstav (letter) "
                "i profilen, eller be avsändaren om en ny fil."
            ],
        ),
        (
            [HEADINGS, ROW, ["2021-03-06", "Lodsby", "Autonom", "Klotter", 2], ["Summa", None, None, None, 4]],
            [
                "ia.xlsx, blad 'Register', rad 4, kolumn 'Antal': Filens egen summa är 4, men raderna ger 3. Fråga "
                "avsändaren. Godta skillnaden med 'godkänd avvikelse' i rattelser.xlsx om raderna är rätt."
            ],
        ),
        (
            [HEADINGS],
            [
                "ia.xlsx: Filen har rubriker men inga rader. Fråga avsändaren. Fanns inget att rapportera: välj det i "
                "leveranser.xlsx, så räknas månaderna som levererade utan händelser. Annars: välj ej levererat, så "
                "står de som saknade i kapitlet, och be om en ny fil."
            ],
        ),
        (
            [HEADINGS, ["2020-03-05", *ROW[1:]]],
            [
                "ia.xlsx: Inget datum i filen ligger i perioden 1 januari 2021–31 december 2021. Kontrollera att det är "
                "rätt års fil. Är den fel: skriv ej levererat i leveranser.xlsx och be om rätt fil."
            ],
        ),
    ],
)
def test_what_stops_the_file(tmp_path: Path, rows: list[list[object]], message: list[str]) -> None:
    assert [str(stop) for stop in load(made(tmp_path, rows), PROFILE).refusals] == message


def test_missing_and_new_sheets(tmp_path: Path) -> None:
    found = load(made(tmp_path, [HEADINGS, ROW], "Blad1"), PROFILE)
    assert [str(stop) for stop in found.refusals] == [
        "ia.xlsx, blad 'Blad1': Profilen 'prov' känner inte till bladet. Lägg till bladet i profilen: under sheets om det "
        "ska läsas, under ignore_sheets om det inte ska det.",
        "ia.xlsx: Inget blad i filen heter som profilen 'prov' väntar (Register). Filens blad: Blad1. Kontrollera att det "
        "är rätt fil, eller rätta sheets i profilen.",
    ]


def test_all_cells_that_cannot_be_read_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        ["5/3", "Lodsby", "Vit mkt", "Klotter", 1],
        ["2021-03-05", "Kölnan", "Autonom", "Klotter", "flera"],
        ROW,
    ]
    found = load(made(tmp_path, rows), PROFILE)
    assert [str(fault) for fault in found.faults] == [
        "ia.xlsx, blad 'Register', rad 3, kolumn 'Område': 'Kölnan' är en okänd etikett. Närmast: –. Är etiketten rätt: "
        f"lägg till området under [areas] i vbe.toml om det hör till förvaltningen, annars i areas_outside. {PASTE}",
        "ia.xlsx, blad 'Register', rad 2, kolumn 'Miljö': 'Vit mkt' är en okänd etikett. Närmast: 'vit makt'. Är etiketten "
        """rätt: lägg till raden "Vit mkt" = "<kod>" bland values för kolumnen 'Miljö' i data/profiles/prov.toml (koder: autonom, """
        f"ej_vbe, islamistisk, oklar, vit_makt). {PASTE}",
        "ia.xlsx, blad 'Register', rad 2, kolumn 'Datum': Datumet '5/3' kan läsas på flera sätt: året saknas. Fråga "
        "avsändaren vilket år det gäller och skriv hela datumet, till exempel 2021-03-05, i rattelser.xlsx.",
        "ia.xlsx, blad 'Register', rad 3, kolumn 'Antal': 'flera' är inget antal. Ett antal är ett heltal från 0 och uppåt, "
        "eller <5 där källan döljer små tal. Fråga avsändaren och skriv antalet i rattelser.xlsx, eller utelämna raden "
        "där.",
    ]
    assert len(found.events) == 1


def test_one_label_in_hundreds_of_rows_is_one_line(tmp_path: Path) -> None:
    bad = [["2021-03-05", "Lodsby", "Vitmakt", "Klotter", 1]] * 300
    found = load(made(tmp_path, [HEADINGS, ROW, *bad]), PROFILE)
    assert len(found.faults) == 300
    (line,) = summarised(found.faults)
    assert line.place == "ia.xlsx, blad 'Register', kolumn 'Miljö', rad 3, 4, 5, 6, 7 och 295 till"
    assert (line.row, line.rows, line.text) == (3, tuple(range(3, 303)), found.faults[0].text)


def test_summarised_keeps_what_differs_and_the_order(tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        ["x", "Lodsby", "A", "Klotter", 1],
        ["y", "Lodsby", "B", "Klotter", 1],
        ["x", "Lodsby", "A", "Klotter", 1],
    ]
    lines = summarised(load(made(tmp_path, rows), PROFILE).faults)
    assert [(line.code, line.values["value"], line.row) for line in lines] == [
        ("unknown_label", "A", 2),
        ("unknown_label", "B", 3),
        ("unreadable_date", "x", 2),
        ("unreadable_date", "y", 3),
    ]


def test_a_text_file_without_needed_headings_names_no_cell_of_it(tmp_path: Path) -> None:
    path = text_file(tmp_path / "fel.csv", [["Anna Andersson", "0701234567"], ["hemlig text", "2"]])
    found = load(path, PROFILE.replace('sheets = ["Register"]\n', ""))
    assert found.refusals
    assert not any(word in str(stop) for stop in found.refusals for word in ("Anna", "070", "hemlig"))


def test_conservation_with_ragged_rows_and_text_beside_the_table(tmp_path: Path) -> None:
    path = tmp_path / "rad.csv"
    path.write_text("Uttag ur systemet\n\nDatum;Typ\n2021-01-01;Klotter\n2021-01-02;Klotter;;x\n", encoding="utf-8")
    found = load(
        path,
        """
[[tables]]
shape = "reports"
constants = { environment = "oklar" }
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "event_type"
heading = ["Typ"]
values = { "Klotter" = "klotter" }
""",
    )
    (outcomes,) = found.outcomes
    assert (outcomes.loaded, outcomes.rejected, [fault.code for fault in found.faults]) == ([4], {5}, ["ragged_row"])
    assert len(found.events) == 1
    assert rules(found) == {"title_row": [1], "blank_row": [2]}


def test_rows_beside_the_tables_of_the_profile_are_told(tmp_path: Path) -> None:
    rows = [["Uttag", "2021"], ["A"], HEADINGS, ROW, ["B"], HEADINGS, ROW]
    found = load(made(tmp_path, rows), PROFILE.replace("sheets =", 'start = ["A"]\nend = ["B"]\nsheets ='))
    assert len(found.events) == 1
    assert [str(notice) for notice in found.notices] == [
        "ia.xlsx, blad 'Register': Rad 6, 7 ligger utanför profilens tabeller och läses inte. Är det uppgifter som ska "
        "ingå: lägg till en tabell i profilen med start och end."
    ]
