"""Surveys as five tools export them: lists, matrices, codes and full texts."""

# ruff: noqa: E501 (rows of sheets and exact messages stand whole)

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from tests.loaders.loading import load, rules, text_file, told, workbook
from tests.profiles import column, table, tables

ENVIRONMENTS = '{ "Vit makt" = "vit_makt", "Autonom" = "autonom" }'
TYPES = '{ "Klotter" = "klotter", "Hot" = "hot_krankning" }'


def tally(answers: pd.DataFrame) -> dict[str, Counter[str]]:
    return {question: Counter(mine["answer"]) for question, mine in answers.groupby("question")}


def test_a_matrix_with_environments_down_and_types_across_holds_numbers_or_ticks(tmp_path: Path) -> None:
    rows = [
        ["ID", "Vit makt [Klotter]", "Vit makt [Hot]", "Autonom [Klotter]", "Autonom [Hot]"],
        [1, 2, "", "", "<5"],
        [2, "", "", "", ""],
        [3, 0, 1, 1, 0],
    ]
    profile = f"""
[[tables]]
shape = "survey"
[[tables.columns]]
as = "drop"
heading = ["ID"]
[[tables.groups]]
heading = ["* [*]"]
[[tables.groups.levels]]
as = "environment"
values = {ENVIRONMENTS}
[[tables.groups.levels]]
as = "event_type"
values = {TYPES}
"""
    found = load(text_file(tmp_path / "matris.csv", rows), profile)
    assert told(found, "row", "environment", "event_type", "low", "high") == [
        (2, "vit_makt", "klotter", 2, 2),
        (2, "autonom", "hot_krankning", 1, 4),
        (4, "vit_makt", "hot_krankning", 1, 1),
        (4, "autonom", "klotter", 1, 1),
    ]
    assert rules(found) == {"no_event_answer": [3]}
    ticks = [
        [cell if n == 0 or i == 0 else "x" if cell not in ("", 0) else "" for i, cell in enumerate(row)]
        for n, row in enumerate(rows)
    ]
    found = load(
        text_file(tmp_path / "kryss.csv", ticks),
        profile.replace('heading = ["* [*]"]', 'heading = ["* [*]"]\nholds = "tick"'),
    )
    assert [row for row, *_ in told(found, "row")] == [2, 2, 4, 4]


LIMESURVEY = """
[[tables]]
shape = "survey"
tool = "TOOL"
yes = ["Y", "Ja"]
no = ["N", "Nej"]
[[tables.columns]]
as = "noted"
heading = ["q1", "Har enheten lagt märke till något?"]
[[tables.groups]]
heading = ["q2[*]", "q2_*", "Vilken miljö? [*]"]
holds = "tick"
[[tables.groups.levels]]
as = "environment"
values = { "SQ001" = "vit_makt", "1" = "vit_makt", "Vit makt" = "vit_makt", "SQ002" = "autonom", "2" = "autonom", "Autonom" = "autonom" }
[[tables.groups]]
heading = ["q3[*]", "q3_*", "Har ni gått utbildningen? [*]"]
holds = "answer"
question = "utb"
values = { "A1" = "ja", "Ja" = "ja", "A2" = "nej", "Nej" = "nej" }
[[tables.groups.levels]]
as = "item"
values = { "SQ001" = "grund", "1" = "grund", "Grundkurs" = "grund", "SQ002" = "fortsättning", "2" = "fortsättning", "Fortsättningskurs" = "fortsättning" }
"""


def test_limesurvey_as_codes_with_brackets_or_underscores_and_as_full_text(tmp_path: Path) -> None:
    coded = [
        ["id", "submitdate", "lastpage", "startlanguage", "q1", "q2[SQ001]", "q2[SQ002]", "q3[SQ001]", "q3[SQ002]"],
        [1, "2021-03-01 10:00:00", 3, "sv", "Y", "Y", "", "A1", "A2"],
        [2, "2021-03-02 10:00:00", 3, "sv", "N", "", "", "A2", ""],
    ]
    under = [
        [cell.replace("[SQ00", "_").replace("]", "") if isinstance(cell, str) else cell for cell in row]
        for row in coded
    ]
    full = [
        [
            "Svars-ID",
            "Datum inskickat",
            "Sista sida",
            "Startspråk",
            "Har enheten lagt märke till något?",
            "Vilken miljö? [Vit makt]",
            "Vilken miljö? [Autonom]",
            "Har ni gått utbildningen? [Grundkurs]",
            "Har ni gått utbildningen? [Fortsättningskurs]",
        ],
        [1, "2021-03-01 10:00:00", 3, "sv", "Ja", "Ja", "Nej", "Ja", "Nej"],
        [2, "2021-03-02 10:00:00", 3, "sv", "Nej", "Nej", "Nej", "Nej", ""],
    ]
    for name, rows in {"limesurvey_codes": coded, "limesurvey_codes ": under, "limesurvey_text": full}.items():
        profile = LIMESURVEY.replace("TOOL", name.strip())
        found = load(text_file(tmp_path / "svar.csv", rows), profile)
        assert told(found, "row", "environment") == [(2, "vit_makt")]
        assert found.notices == ()  # the tool's own columns are dropped without a word
        answers = found.answers.drop(columns=["unit"])
        assert tally(answers[answers["question"] != "noted"]) == {
            "utb_grund": {"ja": 1, "nej": 1},
            "utb_fortsättning": {"nej": 1, "": 1},
        }


def test_surveymonkey_repeats_the_choice_where_it_is_ticked(tmp_path: Path) -> None:
    rows = [
        ["Respondent ID", "Collector ID", "Start Date", "Vilken miljö?", "", "Vilka kanaler?", ""],
        ["", "", "", "Vit makt", "Autonom", "E-post", "Möte"],
        [1, 9, "2021-01-01", "Vit makt", "Autonom", "E-post", ""],
        [2, 9, "2021-01-01", "", "", "", ""],
    ]
    found = load(
        workbook(tmp_path / "apa.xlsx", {"Sheet": rows}),
        f"""
[[tables]]
shape = "survey"
tool = "surveymonkey"
header_rows = 2
[[tables.groups]]
heading = ["Vilken miljö? / *"]
holds = "tick"
[[tables.groups.levels]]
as = "environment"
values = {ENVIRONMENTS}
[[tables.groups]]
heading = ["Vilka kanaler? / *"]
holds = "tick"
question = "kanal"
[[tables.groups.levels]]
as = "item"
""",
    )
    assert told(found, "row", "environment") == [(3, "vit_makt"), (3, "autonom")]
    # a blank beside a ticked choice is a no; a respondent who ticked nothing has not answered
    assert tally(found.answers) == {"kanal_e_post": {"ja": 1, "": 1}, "kanal_möte": {"nej": 1, "": 1}}


def test_a_question_of_many_choices_is_one_question_a_choice(tmp_path: Path) -> None:
    rows = [
        ["ID", "Starttid", "Slutförandetid", "E-post", "Namn", "Kanaler?"],
        [1, "", "", "anonymous", "", "E-post;Möte;"],
        [2, "", "", "anonymous", "", "Möte;"],
        [3, "", "", "anonymous", "", None],
    ]
    found = load(
        workbook(tmp_path / "forms.xlsx", {"Sheet1": rows}),
        """
[[tables]]
shape = "survey"
tool = "forms"
[[tables.columns]]
as = "question"
question = "kanal"
heading = ["Kanaler?"]
many = true
values = { "E-post" = "epost", "Möte" = "möte" }
""",
    )
    assert (found.notices, len(found.events)) == ((), 0)
    assert tally(found.answers) == {"kanal_epost": {"ja": 1, "nej": 1, "": 1}, "kanal_möte": {"ja": 2, "": 1}}
    assert rules(found) == {}  # a survey that asks for no events has no rows without one


def test_an_unknown_answer_is_told_with_the_line_to_paste(tmp_path: Path) -> None:
    rows = [["ID", "Plan?"], [1, "Ja"], [2, 'Ja, "kanske"']]
    found = load(
        workbook(tmp_path / "svar.xlsx", {"Sheet1": rows}),
        """
[[tables]]
shape = "survey"
[[tables.columns]]
as = "drop"
heading = ["ID"]
[[tables.columns]]
as = "question"
question = "plan"
heading = ["Plan?"]
values = { "Ja" = "ja", "Nej" = "nej" }
""",
    )
    assert [str(fault) for fault in found.faults] == [
        """svar.xlsx, blad 'Sheet1', rad 3, kolumn 'Plan?': 'Ja, "kanske"' är en okänd etikett. Närmast: –. """
        """Är etiketten rätt: lägg till raden "Ja, \\"kanske\\"" = "<kod>" bland values för kolumnen 'Plan?' i """
        """data/profiles/prov.toml (koder: ja, nej). Är den fel: för in rättelsen i rattelser.xlsx. Ändra inte originalfilen."""
    ]


@pytest.mark.parametrize(
    ("blank", "answers"),
    [
        ({}, ["ja", "", "nej"]),
        ({"blank": "nej"}, ["ja", "nej", "nej"]),
        ({"blank": "chef"}, ["ja", "ja", "nej"]),
        ({"blank": "inget_svar"}, ["ja", "", "nej"]),  # was a no, which nobody had said
    ],
)
def test_a_blank_cell_of_many_choices_is_what_the_profile_says(
    tmp_path: Path, blank: dict[str, str], answers: list[str]
) -> None:
    choices = {"Chefen": "chef", "Polisen": "polis"}
    question = column("question", "Vem?", question="vem", many=True, values=choices, **blank)
    rows = [["Vem?", "x"], ["Chefen;Polisen", 1], ["", 2], ["Polisen", 3]]
    found = load(text_file(tmp_path / "a.csv", rows), tables(table("survey", question, column("drop", "x"))))
    assert list(found.answers.query("question == 'vem_chef'")["answer"]) == answers
