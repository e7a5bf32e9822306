"""Profiles as files: every mistake is told with its place and rule, all at once."""

# ruff: noqa: E501 (exact messages stand whole)

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.loaders.loading import HEAD, load, told, workbook
from vbe_analysis.config import load as settings
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.profiles.profile import (
    HOLDS,
    LEVELS,
    ROLES,
    SHAPES,
    CodingRule,
    Column,
    Condition,
    Group,
    Ignore,
    Level,
    Name,
    Profile,
    Section,
    Table,
    Total,
    parse_profile,
    read_profiles,
)
from vbe_analysis.loaders.values.cells import DateForms, NumberForm, TextForm

TABLE = '[[tables]]\nshape = "reports"\n'
COLUMN = '[[tables.columns]]\nas = "date"\nheading = ["Datum"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name = prov",
            "prov.toml: Filen följer inte TOML: Invalid value (at line 1, column 8). Rätta raden och försök igen.",
        ),
        (
            'name = "prov"\nsource = "ia"',
            "prov.toml: profilen saknar: tables. Lägg till det som saknas.",
        ),
        (
            HEAD + TABLE + COLUMN + "headings = []",
            "prov.toml: tables[1].columns[1] har okända nycklar: headings. Kontrollera stavningen. Alla nycklar står i "
            "docs/profiler.md.",
        ),
        (
            HEAD + TABLE + "header_rows = '2'",
            "prov.toml: tables[1].header_rows har ett värde av fel slag (väntat: heltal). Rätta värdet.",
        ),
        (  # two tables of one file, and one of them has two faults
            HEAD + TABLE + "header_rows = '2'\n" + TABLE + COLUMN + 'headings = []\nneeded = "nej"',
            "prov.toml: tables[1].header_rows har ett värde av fel slag (väntat: heltal). Rätta värdet.\n"
            "prov.toml: tables[2].columns[1] har okända nycklar: headings. Kontrollera stavningen. Alla nycklar står i "
            "docs/profiler.md.\n"
            "prov.toml: tables[2].columns[1].needed har ett värde av fel slag (väntat: true eller false). Rätta värdet.",
        ),
        (
            HEAD + TABLE.replace("reports", "list") + COLUMN.replace("date", "datum"),
            "prov.toml: Ett värde går inte att använda: tables[1].shape: 'list'. Rätta värdet. De tillåtna värdena står i "
            "docs/profiler.md.\n"
            "prov.toml: Ett värde går inte att använda: tables[1].columns[1].as: 'datum'. Rätta värdet. De tillåtna värdena "
            "står i docs/profiler.md.",
        ),
        (
            HEAD + TABLE + '[[tables.groups]]\nheading = ["* / Antal"]\nlevels = []',
            "prov.toml: Ett värde går inte att använda: tables[1].groups[1]: '* / Antal': mönstret ska ha lika många * som "
            "det finns levels (0). Rätta värdet. De tillåtna värdena står i docs/profiler.md.",
        ),
        (
            HEAD + TABLE + 'tool = "typeform"\n' + COLUMN + 'values = "ja_nej"',
            "prov.toml: Ett värde går inte att använda: tables[1].tool: 'typeform'. Rätta värdet. De tillåtna värdena står i "
            "docs/profiler.md.\n"
            "prov.toml: Ett värde går inte att använda: tables[1].values = 'ja_nej': det finns ingen sådan tabell under "
            "[scales]. Rätta värdet. De tillåtna värdena står i docs/profiler.md.",
        ),
        (
            HEAD + TABLE + "header_rows = 0\n" + COLUMN,
            "prov.toml: Ett värde går inte att använda: tables[1].columns[1].letter: tabellen har inga rubriker, så kolumnen "
            "behöver letter. Rätta värdet. De tillåtna värdena står i docs/profiler.md.",
        ),
    ],
)
def test_mistakes_are_told_with_place_and_rule(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_profile(text, "prov.toml")
    assert str(caught.value) == message


def test_all_files_faults_come_at_once_and_a_later_folder_wins(tmp_path: Path) -> None:
    for folder, name in (("a", "första"), ("b", "andra")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ia.toml").write_text(HEAD.replace("prov", name) + TABLE + COLUMN, encoding="utf-8")
    assert read_profiles([tmp_path / "a", tmp_path / "b"])["ia"].name == "andra"
    (tmp_path / "a" / "sämre.toml").write_text("x", encoding="utf-8")
    (tmp_path / "b" / "gammal.toml").write_bytes(HEAD.replace("prov", "pröv").encode("cp1252"))
    with pytest.raises(InputError) as caught:
        read_profiles([tmp_path / "a", tmp_path / "b", tmp_path / "finns inte"])
    assert [(fault.file, fault.code) for fault in caught.value.faults] == [
        ("sämre.toml", "profile_syntax"),
        ("gammal.toml", "profile_encoding"),
    ]


def test_a_code_that_the_workspace_lacks_stops_every_file_of_the_profile(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Blad1": [["Datum", "Miljö"], ["2021-01-01", "A"]]})
    found = load(
        path, TABLE + COLUMN + '[[tables.columns]]\nas = "environment"\nheading = ["Miljö"]\nvalues = { A = "?" }'
    )
    assert [str(stop) for stop in found.refusals] == [
        "a.xlsx: Profilen 'prov' använder koden '?', som inte finns (environment). Rätta koden i profilen. Tillåtna koder: "
        "autonom, ej_vbe, islamistisk, oklar, vit_makt. Egna miljöer, händelsetyper och områden läggs till i vbe.toml."
    ]


def test_scales_and_lists_of_labels_are_filled_in(tmp_path: Path) -> None:
    text = (
        HEAD
        + "[scales]\nsvar = ['Ja', 'Nej']\n"
        + TABLE
        + COLUMN
        + 'values = "svar"\n'
        + COLUMN
        + "values = ['A', 'b']"
    )
    (first, second) = parse_profile(text, "prov.toml").tables[0].columns
    assert (dict(first.values), dict(second.values)) == ({"ja": "Ja", "nej": "Nej"}, {"a": "A", "b": "b"})


@pytest.mark.parametrize("tool", settings("survey_tools"))
def test_a_tools_own_columns_are_dropped_without_a_notice(tmp_path: Path, tool: str) -> None:
    own = [heading.replace("*", "1") for heading in settings("survey_tools")[tool]["headings"]]
    rows = [["Datum", *own, "Ny fråga"], ["2021-01-01", *["x" for _ in own], "y"]]
    found = load(workbook(tmp_path / "svar.xlsx", {"Sheet1": rows}), TABLE + f'tool = "{tool}"\n' + COLUMN)
    assert told(found, "date_from") == [("2021-01-01",)]
    assert [notice.code for notice in found.notices] == ["new_columns"]


def test_a_group_never_takes_a_column_that_is_dropped_by_name(tmp_path: Path) -> None:
    rows = [["Miljö", "2020", "2021", "Mål"], ["A", 1, 2, 9]]
    found = load(
        workbook(tmp_path / "a.xlsx", {"Blad1": rows}),
        """
[[tables]]
shape = "counts"
constants = { event_type = "ovrigt" }
[[tables.columns]]
as = "environment"
heading = ["Miljö"]
values = { A = "autonom" }
[[tables.groups]]
heading = ["*"]
[[tables.groups.levels]]
as = "year"
[[tables.columns]]
as = "drop"
heading = ["Mål"]
""",
    )
    assert told(found, "date_from", "low") == [("2020-01-01", 1), ("2021-01-01", 2)]


GUIDE = Path(__file__).parents[2] / "docs" / "profiler.md"


def test_the_guide_explains_every_key_role_and_tool() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    parts = (
        Profile,
        Table,
        Column,
        Group,
        Level,
        Condition,
        Ignore,
        Total,
        Section,
        Name,
        CodingRule,
        DateForms,
        NumberForm,
        TextForm,
    )
    words = {field.name.rstrip("_") for part in parts for field in fields(part)} - {"written_in"}  # not a key
    words |= {*ROLES, *LEVELS, *HOLDS, *SHAPES, *settings("survey_tools"), *settings("layouts")}
    assert sorted(word for word in words if not re.search(rf"(?<![\w]){word}(?![\w])", text)) == []


def test_the_guides_examples_are_valid() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 9
    for block in blocks[:2]:
        parse_profile(block, "profiler.md")
    for block in blocks[2:]:
        if block.startswith("[[tables."):
            parse_profile(HEAD + TABLE + block, "profiler.md")
        elif block.startswith("["):
            parse_profile(HEAD + block + TABLE, "profiler.md")


CROSSTAB = (
    HEAD
    + """
[[tables]]
like = "crosstab_environments"
[[tables.columns]]
as = "date"
heading = ["Halvår"]
[[tables.groups]]
exclude = ["Anmärkning"]
[[tables.groups.levels]]
values = { "Vit makt" = "vit_makt", "Autonoma" = "autonom" }
"""
)


def test_a_profile_says_only_what_differs_from_the_layout_that_it_names(tmp_path: Path) -> None:
    rows = [
        ["Halvår", "Vit makt", "Autonoma", "Anmärkning"],
        ["jan–jun 2021", 2, "-", "preliminärt"],
        ["jul–dec 2021", 1, 0, None],
        ["Summa", 3, None, None],
    ]
    path = workbook(tmp_path / "lpo.xlsx", {"Blad1": rows})
    (table,) = parse_profile(CROSSTAB, "prov.toml").tables
    assert (table.shape, table.groups[0].heading, table.groups[0].exclude) == ("counts", ("*",), ("Anmärkning",))
    assert (table.groups[0].missing, table.groups[0].levels[0].as_) == (("-", "–"), "environment")
    found = load(path, CROSSTAB.removeprefix(HEAD))
    assert told(found, "row", "environment", "event_type", "low") == [
        (2, "vit_makt", "ovrigt", 2),
        (3, "vit_makt", "ovrigt", 1),
    ]


def test_what_the_profile_says_goes_before_the_layout() -> None:
    text = HEAD + '[[tables]]\nlike = "surveymonkey"\nheader_rows = 1\nshape = "reports"\n' + COLUMN
    (table,) = parse_profile(text, "prov.toml").tables
    assert (table.header_rows, table.shape, table.tool, table.groups) == (1, "reports", "surveymonkey", ())
    form = HEAD + '[[tables]]\nlike = "word_form"\n[[tables.columns]]\nas = "environment"\nheading = ["Miljö"]\n'
    assert parse_profile(form, "prov.toml").tables[0].columns[0].blank == "oklar"
    other = parse_profile(form + 'blank = "ej_vbe"\n', "prov.toml")
    assert other.tables[0].columns[0].blank == "ej_vbe"


@pytest.mark.parametrize("name", settings("layouts"))
def test_every_layout_makes_a_table(name: str) -> None:
    group = '[[tables.groups]]\nheading = ["Fråga [*]"]\nquestion = "q"\n[[tables.groups.levels]]\nas = "item"\n'
    (table,) = parse_profile(HEAD + f'[[tables]]\nlike = "{name}"\n' + COLUMN + group, "prov.toml").tables
    assert (table.like, table.shape in SHAPES, len(table.groups)) == (name, True, 1)


def test_a_layout_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(InputError) as stopped:
        parse_profile(HEAD + '[[tables]]\nlike = "korstabell"\n' + COLUMN, "prov.toml")
    assert str(stopped.value).startswith("prov.toml: Uppställningen korstabell finns inte. Välj bland report_rows, ")
