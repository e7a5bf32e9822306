"""Tables in the many ways that offices lay them out, each loaded by a profile alone."""

from datetime import datetime
from pathlib import Path

from tests.loaders.loading import load, rules, text_file, told, workbook

ENVIRONMENTS = '{ "Vit makt" = "vit_makt", "Autonom" = "autonom", "Okänd" = "oklar" }'
TYPES = '{ "Klotter" = "klotter", "Hot" = "hot_krankning", "Symbol" = "symbol" }'
REGISTER = f"""
[[tables]]
shape = "reports"
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "event_type"
heading = ["Typ"]
values = {TYPES}
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = {ENVIRONMENTS}
"""


def test_wide_by_month_and_environment_under_three_merged_heading_rows(tmp_path: Path) -> None:
    rows = [
        ["Klotter 2021"],
        ["Område", "2021", None, None, None],
        [None, "januari", None, "februari", None],
        [None, "Vit makt", "Autonom", "Vit makt", "Autonom"],
        ["Mistelvik", 2, 0, "<5", 1],
        ["Lodsby", 0, 3, 0, "1-4"],
        ["Summa", 2, 3, 4, 3],
        ["Källa: fastighetssystemet"],
    ]
    path = workbook(tmp_path / "bred.xlsx", {"Blad1": rows}, ("A2:A4", "B2:E2", "B3:C3", "D3:E3"))
    found = load(
        path,
        f"""
[[tables]]
shape = "counts"
header_rows = 3
constants = {{ event_type = "klotter" }}
[[tables.columns]]
as = "area"
heading = ["Område"]
[[tables.groups]]
heading = ["* / * / *"]
[[tables.groups.levels]]
as = "year"
[[tables.groups.levels]]
as = "month"
[[tables.groups.levels]]
as = "environment"
values = {ENVIRONMENTS}
[[tables.totals]]
rule = "total_row"
where = [{{ column = "area", equals = ["Summa"] }}]
""",
    )
    assert told(found, "row", "area", "date_from", "environment", "low", "high", "flags") == [
        (5, "mistelvik", "2021-01-01", "vit_makt", 2, 2, ""),
        (5, "mistelvik", "2021-02-01", "vit_makt", 1, 4, "suppressed"),
        (5, "mistelvik", "2021-02-01", "autonom", 1, 1, ""),
        (6, "lodsby", "2021-01-01", "autonom", 3, 3, ""),
        (6, "lodsby", "2021-02-01", "autonom", 1, 4, "suppressed"),
    ]
    assert rules(found) == {"title_row": [1], "total_row": [7], "footnote": [8]}


def test_two_heading_rows_without_merged_cells_and_a_total_column_with_shares_beside(tmp_path: Path) -> None:
    rows = [
        ["", "Vit makt", "", "Autonom", "", "Totalt"],
        ["Månad", "Antal", "Andel %", "Antal", "Andel %", ""],
        ["jan 2021", 3, 75, 1, 25, 4],
        ["feb 2021", 0, 0, 0, 0, 0],
    ]
    profile = f"""
[[tables]]
shape = "counts"
header_rows = 2
constants = {{ event_type = "ovrigt" }}
[[tables.columns]]
as = "date"
heading = ["* / Månad", "Månad"]
[[tables.columns]]
as = "row_total"
heading = ["Totalt"]
[[tables.groups]]
heading = ["* / Antal"]
[[tables.groups.levels]]
as = "environment"
values = {ENVIRONMENTS}
[[tables.columns]]
as = "drop"
heading = ["* / Andel %"]
"""
    found = load(workbook(tmp_path / "andel.xlsx", {"Blad1": rows}), profile)
    assert told(found, "row", "environment", "low", "date_to") == [
        (3, "vit_makt", 3, "2021-01-31"),
        (3, "autonom", 1, "2021-01-31"),
    ]
    assert rules(found) == {"zero_counts": [4]}
    rows[2][5] = 5
    wrong = load(workbook(tmp_path / "andel.xlsx", {"Blad1": rows}), profile)
    assert [str(stop) for stop in wrong.refusals] == [
        "andel.xlsx, blad 'Blad1', rad 3, kolumn 'Totalt': Filens egen summa är 5, men raderna ger 4. Fråga "
        "avsändaren. Godta skillnaden med 'godkänd avvikelse' i rattelser.xlsx om raderna är rätt."
    ]
    all_columns = profile.replace('heading = ["* / Antal"]', 'heading = ["* / *"]').replace(
        "[[tables.groups.levels]]", '[[tables.groups.levels]]\nas = "ignore"\n[[tables.groups.levels]]', 1
    )
    as_counts = all_columns.replace('heading = ["* / Andel %"]', 'heading = ["ingen"]')
    stops = load(workbook(tmp_path / "andel.xlsx", {"Blad1": rows}), as_counts).refusals
    assert [(stop.code, stop.letter) for stop in stops] == [("rate_heading", "C"), ("rate_heading", "E")]


def test_several_tables_in_one_sheet_and_a_repeated_heading_row(tmp_path: Path) -> None:
    rows = [
        ["A. Klotter"],
        ["Datum", "Miljö"],
        ["2021-01-05", "Vit makt"],
        ["Datum", "Miljö"],
        ["2021-02-05", "Autonom"],
        [],
        ["B. Hot"],
        ["När", "Antal"],
        ["mars 2021", 2],
    ]
    found = load(
        workbook(tmp_path / "flera.xlsx", {"Blad1": rows}),
        f"""
[[tables]]
shape = "reports"
start = ["A. *"]
end = ["B. *"]
constants = {{ event_type = "klotter" }}
[[tables.columns]]
as = "date"
heading = ["Datum"]
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = {ENVIRONMENTS}

[[tables]]
shape = "counts"
start = ["B. *"]
constants = {{ event_type = "hot_krankning", environment = "oklar" }}
[[tables.columns]]
as = "date"
heading = ["När"]
[[tables.columns]]
as = "count"
heading = ["Antal"]
""",
    )
    assert told(found, "row", "event_type", "environment", "low") == [
        (3, "klotter", "vit_makt", 1),
        (5, "klotter", "autonom", 1),
        (9, "hot_krankning", "oklar", 2),
    ]
    assert rules(found) == {"title_row": [1, 7], "blank_row": [6]}


def test_a_sheet_a_month_and_the_environment_in_the_files_name(tmp_path: Path) -> None:
    sheets = {"Januari": [["Dag", "Typ"], [3, "Klotter"]], "Februari": [["Dag", "Typ"], [28, "Hot"], [None, "Symbol"]]}
    profile = f"""
[[tables]]
shape = "reports"
[[tables.names]]
of = "file"
pattern = ["Rapport * *"]
[[tables.names.levels]]
as = "environment"
values = {ENVIRONMENTS}
[[tables.names.levels]]
as = "year"
[[tables.names]]
of = "sheet"
pattern = ["*"]
[[tables.names.levels]]
as = "month"
[[tables.columns]]
as = "day"
heading = ["Dag"]
[[tables.columns]]
as = "event_type"
heading = ["Typ"]
values = {TYPES}
"""
    found = load(workbook(tmp_path / "Rapport autonom 2021.xlsx", sheets), profile)
    assert told(found, "sheet", "row", "date_from", "date_to", "environment", "event_type") == [
        ("Februari", 2, "2021-02-28", "2021-02-28", "autonom", "hot_krankning"),
        ("Februari", 3, "2021-02-01", "2021-02-28", "autonom", "symbol"),
        ("Januari", 2, "2021-01-03", "2021-01-03", "autonom", "klotter"),
    ]
    (first, *_) = load(workbook(tmp_path / "Rapport X 2021.xlsx", sheets), profile).refusals
    assert (first.code, first.values["value"], first.values["near"]) == ("unknown_label", "x", "–")
    (first, *_) = load(workbook(tmp_path / "Översikt.xlsx", sheets), profile).refusals
    assert str(first) == (
        "Översikt.xlsx, blad 'Januari': Filens namn följer inte mönstret i profilen (Rapport * *). Ge filen det namn "
        "som avsändaren brukar, eller lägg till mönstret under names i profilen."
    )


def test_the_environment_in_the_sheets_name(tmp_path: Path) -> None:
    rows = [["Datum"], ["2021-05-01"]]
    found = load(
        workbook(tmp_path / "blad.xlsx", {"Vit makt": rows, "Autonom": rows}),
        f"""
[[tables]]
shape = "reports"
constants = {{ event_type = "symbol" }}
[[tables.names]]
of = "sheet"
pattern = ["*"]
[[tables.names.levels]]
as = "environment"
values = {ENVIRONMENTS}
[[tables.columns]]
as = "date"
heading = ["Datum"]
""",
    )
    assert told(found, "sheet", "environment") == [("Autonom", "autonom"), ("Vit makt", "vit_makt")]


def test_a_school_named_once_and_sections_that_say_month_and_area(tmp_path: Path) -> None:
    rows = [
        ["Skola", "Typ", "Antal"],
        ["Mars 2021", None, None],
        ["Tistelskolan", "Klotter", 2],
        [None, "Hot", 1],
        ["Lodsby skola", "Klotter", 1],
        ["April 2021", None, None],
        ["Lodsby skola", "Symbol", None],
        ["Uppgifterna är preliminära."],
    ]
    found = load(
        workbook(tmp_path / "grupp.xlsx", {"Blad1": rows}),
        f"""
[[tables]]
shape = "reports"
constants = {{ environment = "oklar" }}
[[tables.columns]]
as = "place"
heading = ["Skola"]
fill_down = true
[[tables.columns]]
as = "event_type"
id = "typ"
heading = ["Typ"]
values = {TYPES}
[[tables.columns]]
as = "count"
heading = ["Antal"]
[[tables.sections]]
where = [{{ column = "typ", blank = true }}]
column = "Skola"
as = "date"
""",
    )
    assert told(found, "row", "area", "date_from", "event_type", "low") == [
        (3, "mistelvik", "2021-03-01", "klotter", 2),
        (4, "mistelvik", "2021-03-01", "hot_krankning", 1),
        (5, "lodsby", "2021-03-01", "klotter", 1),
        (7, "lodsby", "2021-04-01", "symbol", 1),
    ]
    assert rules(found) == {"section_row": [2, 6], "footnote": [8]}


def test_counts_long_with_ranges_and_cells_that_state_no_figure(tmp_path: Path) -> None:
    rows = [
        ["År", "Kvartal", "Miljö", "Antal"],
        ["2021", "kv 1", "Vit makt", "1-4"],
        ["2021", "kv 2", "Vit makt", "0"],
        ["2021", "kv 3", "Vit makt", ".."],
        ["2021", "kv 4", "Vit makt", "12"],
    ]
    found = load(
        text_file(tmp_path / "lång.csv", rows),
        f"""
[[tables]]
shape = "counts"
[[tables.columns]]
as = "year"
heading = ["År"]
[[tables.columns]]
as = "month"
heading = ["Kvartal"]
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = {ENVIRONMENTS}
[[tables.columns]]
as = "count"
heading = ["Antal"]
""",
    )
    assert told(found, "row", "date_from", "date_to", "low", "high") == [
        (2, "2021-01-01", "2021-03-31", 1, 4),
        (5, "2021-10-01", "2021-12-31", 12, 12),
    ]
    assert rules(found) == {"zero_counts": [3], "no_figures": [4]}
    assert [(environment, str(first)) for environment, first, _ in found.gaps] == [("vit_makt", "2021-07-01")]
    assert {str(first) for first, _ in found.spans} == {"2021-01-01", "2021-04-01", "2021-10-01"}


def test_year_and_week_in_columns_of_their_own(tmp_path: Path) -> None:
    rows = [["År", "Vecka", "Miljö"], [2021, 7, "Vit makt"], [2021, "v. 8", "Autonom"], [2021, None, "Okänd"]]
    found = load(
        workbook(tmp_path / "vecka.xlsx", {"Blad1": rows}),
        f"""
[[tables]]
shape = "reports"
constants = {{ event_type = "hot_krankning" }}
[[tables.columns]]
as = "year"
heading = ["År"]
[[tables.columns]]
as = "week"
heading = ["Vecka"]
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = {ENVIRONMENTS}
""",
    )
    assert told(found, "row", "date_from", "date_to") == [
        (2, "2021-02-15", "2021-02-21"),
        (3, "2021-02-22", "2021-02-28"),
        (4, "2021-01-01", "2021-12-31"),
    ]


def test_several_environments_in_one_cell_never_the_cross_product(tmp_path: Path) -> None:
    rows = [
        ["Datum", "Miljö", "Typ"],
        ["2021-01-01", "Vit makt, Autonom", "Hot"],
        ["2021-01-02", "Vit makt", "Hot, Klotter"],
        ["2021-01-03", "Vit makt, Autonom", "Hot, Klotter, Symbol"],
        ["2021-01-04", "Okänd", "Hot"],
    ]
    profile = REGISTER.replace('heading = ["Typ"]', 'heading = ["Typ"]\nmany = true').replace(
        'heading = ["Miljö"]', 'heading = ["Miljö"]\nmany = true'
    )
    profile = profile.replace('shape = "reports"', 'shape = "reports"\nseparator = ","')
    found = load(workbook(tmp_path / "flera.xlsx", {"Blad1": rows}), profile)
    assert told(found, "row", "environment", "event_type", "low", "high", "flags") == [
        (2, "vit_makt", "hot_krankning", 1, 1, ""),
        (2, "autonom", "hot_krankning", 1, 1, ""),
        (3, "vit_makt", "hot_krankning", 1, 1, ""),
        (3, "vit_makt", "klotter", 1, 1, ""),
        (4, "vit_makt", "ovrigt", 1, 3, "pairs_unknown"),
        (4, "autonom", "ovrigt", 1, 3, "pairs_unknown"),
        (5, "oklar", "hot_krankning", 1, 1, ""),
    ]
    assert found.events["report_id"].is_unique


def test_a_table_on_its_side_is_told_by_its_own_places(tmp_path: Path) -> None:
    rows = [
        ["Sammanställning"],
        ["Datum", datetime(2021, 1, 5), datetime(2021, 2, 5), "våras"],
        ["Typ", "Klotter", "Hot", "Hot"],
        ["Miljö", "Vit makt", "Autonom", "Vit makt"],
    ]
    profile = REGISTER.replace('shape = "reports"', 'shape = "reports"\ntransposed = true')
    found = load(workbook(tmp_path / "liggande.xlsx", {"Blad1": rows}), profile)
    assert [(e.row, e.environment, str(e.date_from.date())) for e in found.events.itertuples()] == [
        (2, "vit_makt", "2021-01-05"),
        (3, "autonom", "2021-02-05"),
    ]
    (fault,) = found.faults
    assert (fault.code, fault.place) == ("ambiguous_date", "liggande.xlsx, blad 'Blad1', rad 2, kolumn D")
    (outcomes,) = found.outcomes
    assert (outcomes.by_row, outcomes.rejected) == ({1: "header_row", 2: "", 3: "", 4: ""}, {4})


def test_totals_on_top_of_what_they_sum(tmp_path: Path) -> None:
    rows = [
        ["Område", "Antal"],
        ["Alla", 6],
        ["Norr", 4],
        ["Mistelvik", 3],
        ["Lodsby", 1],
        [],
        ["Söder", 2],
        ["Hasselnäset", 2],
    ]
    profile = """
[[tables]]
shape = "counts"
constants = { environment = "oklar", event_type = "klotter" }
[[tables.columns]]
as = "area"
heading = ["Område"]
[[tables.columns]]
as = "count"
heading = ["Antal"]
[[tables.totals]]
rule = "all_total"
where = [{ column = "area", equals = ["Alla"] }]
[[tables.totals]]
rule = "district_total"
of = "below"
where = [{ column = "area", equals = ["Norr", "Söder"] }]
"""
    found = load(workbook(tmp_path / "topp.xlsx", {"Blad1": rows}), profile)
    assert told(found, "row", "area", "low") == [(4, "mistelvik", 3), (5, "lodsby", 1)]
    assert rules(found) == {"all_total": [2], "district_total": [3, 7], "blank_row": [6], "other_district": [8]}
    rows[2][1], rows[1][1] = 5, 7
    wrong = load(workbook(tmp_path / "topp.xlsx", {"Blad1": rows}), profile)
    assert [(stop.code, stop.row, stop.values["sum"]) for stop in wrong.refusals] == [
        ("total_differs", 2, "6"),
        ("total_differs", 3, "4"),
    ]


def test_a_year_that_ends_in_april_in_headings(tmp_path: Path) -> None:
    rows = [["Miljö", "2020", "2021"], ["Vit makt", 4, 6]]
    found = load(
        workbook(tmp_path / "år.xlsx", {"Blad1": rows}),
        f"""
[[tables]]
shape = "counts"
year_ends = 4
constants = {{ event_type = "ovrigt" }}
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = {ENVIRONMENTS}
[[tables.groups]]
heading = ["*"]
[[tables.groups.levels]]
as = "date"
""",
    )
    assert told(found, "date_from", "date_to", "low") == [
        ("2019-05-01", "2020-04-30", 4),
        ("2020-05-01", "2021-04-30", 6),
    ]


def test_cells_that_mean_nothing_and_labels_by_pattern(tmp_path: Path) -> None:
    rows = [["Datum", "Typ", "Miljö"], ["NA", "Klotter", "Vit makt (runa)"], ["2021-04-01", "Hot", "-"]]
    profile = REGISTER.replace('heading = ["Datum"]', 'heading = ["Datum"]\nempty = ["na"]')
    profile = profile.replace('heading = ["Miljö"]', 'heading = ["Miljö"]\nempty = ["-"]\nblank = "oklar"')
    profile = profile.replace('"Vit makt" =', '"Vit makt*" =')
    found = load(workbook(tmp_path / "tomt.xlsx", {"Blad1": rows}), profile)
    assert told(found, "date_from", "date_to", "environment") == [
        ("2021-01-01", "2021-12-31", "vit_makt"),
        ("2021-04-01", "2021-04-01", "oklar"),
    ]
