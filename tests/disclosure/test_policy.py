"""disclosure.toml: what it says, and that a mistake in it is told, not guessed around."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vbe_analysis.config import load
from vbe_analysis.disclosure.policy import OPEN_ACTS, PERSON_LINKED, PUBLIC, TRACES, Choice, disclosure, read_disclosure
from vbe_analysis.errors import InputError

FLOOR = (
    "Golvet är k minst 5 och width minst 3 (4 där noll ska vara möjlig). Inget intervall som rymmer 1–4 får vara "
    "smalare. Personknutna händelser visas i den publika utgåvan bara efter miljö, och av enkätens frågor bara plan, "
    "rutin, blankett och utbildning. Öppna händelser är bara manifestation och propaganda. Ta bort eller rätta posten."
)


def test_the_rules_are_those_of_the_two_policies() -> None:
    rules = disclosure()
    standard, strikt = rules.policies["standard"], rules.policies["strikt"]
    assert rules.policy == standard
    assert (standard.k, standard.width, standard.zero_possible, standard.types_listed) == (5, 3, False, True)
    assert (strikt.k, strikt.width, strikt.zero_possible, strikt.types_listed) == (5, 4, True, False)
    assert standard.ladders[0].shown[:4] == ((0, 0), (1, 4), (5, 9), (10, 19))
    assert strikt.ladders[0].shown[:2] == ((0, 4), (5, 9))
    assert all(one.reason for one in rules.exemptions)


def test_person_linked_events_have_one_public_table() -> None:
    public = [table for table in disclosure().tables[PUBLIC] if table.group == PERSON_LINKED]
    assert [table.dimensions for table in public] == [("environment",)]
    others = [table for table in disclosure().tables[PUBLIC] if table not in public]
    assert {table.group for table in others} == {TRACES, OPEN_ACTS}
    assert disclosure().open_acts == (), "a workspace declares them"


def test_who_chose_the_policy_is_told_by_role_day_and_reference(tmp_path: Path) -> None:
    assert disclosure().choice is None
    own = tmp_path / "disclosure.toml"
    own.write_text('chosen = { role = "direktören", date = 2021-09-01, diarienummer = "1.2-3/2021" }', encoding="utf-8")
    assert disclosure(tmp_path).choice == Choice("direktören", date(2021, 9, 1), "1.2-3/2021")
    for half in ('{ role = "direktören" }', '{ role = " ", date = 2021-09-01, diarienummer = "1" }', '"direktören"'):
        own.write_text(f"chosen = {half}", encoding="utf-8")
        with pytest.raises(InputError, match="date, diarienummer"):
            disclosure(tmp_path)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            ["policies", "standard", "bredd"],
            3,
            "Posten policies.standard i disclosure.toml har okända, saknade eller felskrivna uppgifter: bredd. "
            "Rätta posten. Kommentarerna i filen säger vad varje uppgift betyder.",
        ),
        (
            ["retention_months"],
            "två år",
            "Posten disclosure i disclosure.toml har okända, saknade eller felskrivna uppgifter: retention_months. "
            "Rätta posten. Kommentarerna i filen säger vad varje uppgift betyder.",
        ),
        (
            ["policy"],
            "mild",
            "Posten policy i disclosure.toml har ett värde som inte går att använda. "
            "Så kan det se ut: standard, strikt.",
        ),
        (
            ["policies", "strikt", "ladders"],
            [[0, 5, 10], [0, 7]],
            "Posten policies.strikt.ladders i disclosure.toml har ett värde som inte går att använda. "
            "Så kan det se ut: [0, 1, 5, 10], [0, 1, 10], [0, 1].",
        ),
        (
            ["policies", "strikt", "ladders"],
            [[1, 5, 10]],
            "Posten policies.strikt.ladders i disclosure.toml har ett värde som inte går att använda. "
            "Så kan det se ut: 0 < ... < ....",
        ),
        (
            ["policies", "strikt", "width"],
            0,
            "Posten policies.strikt i disclosure.toml har ett värde som inte går att använda. "
            "Så kan det se ut: k >= 2, 1 <= width < k.",
        ),
        (
            ["policies", "standard", "width"],
            2,
            "Posten policies.standard.width i disclosure.toml skyddar mindre än någon inställning får göra "
            "(width >= 3). "
            f"{FLOOR}",
        ),
        (
            ["policies", "strikt", "width"],
            3,
            "Posten policies.strikt.width i disclosure.toml skyddar mindre än någon inställning får göra (width >= 4). "
            f"{FLOOR}",
        ),
        (
            ["policies", "standard", "k"],
            4,
            "Posten policies.standard.k i disclosure.toml skyddar mindre än någon inställning får göra (k >= 5). "
            f"{FLOOR}",
        ),
        (
            ["policies", "standard", "ladders"],
            [[0, 1, 3, 10], [0, 1]],
            "Posten policies.standard.ladders i disclosure.toml skyddar mindre än någon inställning får göra (1–2). "
            f"{FLOOR}",
        ),
        (
            ["exempt"],
            [{"what": "process_questions", "reason": "Arbetssätt.", "questions": ["plan", "hotad"]}],
            f"Posten exempt 1 i disclosure.toml skyddar mindre än någon inställning får göra (hotad). {FLOOR}",
        ),
        (
            ["tables", "publik", "ny"],
            {"group": "person_linked", "dimensions": ["event_type"], "annex": True},
            "Posten tables.publik.ny i disclosure.toml skyddar mindre än någon inställning får göra (event_type). "
            f"{FLOOR}",
        ),
        (
            ["exempt"],
            [{"what": "traces", "reason": " "}],
            "Posten exempt 1 i disclosure.toml har ett värde som inte går att använda. "
            "Så kan det se ut: traces, process_questions.",
        ),
    ],
)
def test_a_mistake_is_told(path: list[str], value: Any, told: str) -> None:
    data = deepcopy(load("disclosure"))
    node = data
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(InputError) as caught:
        read_disclosure(data)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("edition", "table"),
    [
        ("publik", {"group": "person_linked", "dimensions": ["area"]}),
        ("intern", {"group": "traces", "dimensions": ["area", "source"]}),
        ("publik", {"group": "all", "dimensions": ["environment"]}),
        ("publik", {"group": "traces", "dimensions": ["environment", "event_type", "source"]}),
        ("publik", {"group": "traces", "dimensions": ["setting"]}),
    ],
)
def test_a_forbidden_table_is_refused(edition: str, table: dict[str, Any]) -> None:
    data = deepcopy(load("disclosure"))
    data["tables"][edition]["ny"] = table | {"annex": False}
    with pytest.raises(InputError) as caught:
        read_disclosure(data)
    assert [fault.text for fault in caught.value.faults] == [
        f"Tabellen tables.{edition}.ny i disclosure.toml är inte tillåten."
    ]


def test_a_workspaces_own_file_takes_the_place_of_what_it_names_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "disclosure.toml").write_text('policy = "strikt"\n[policies.strikt]\nk = 6\nwidth = 5\n', "utf-8")
    own = disclosure(tmp_path)
    assert (own.policy.name, own.policy.k, own.policy.width) == ("strikt", 6, 5)
    assert own.policy.ladders == disclosure().policies["strikt"].ladders
    assert (own.tables, own.public_questions) == (disclosure().tables, disclosure().public_questions)
    assert disclosure(tmp_path / "annan") == disclosure()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[policies.standard]\nk = 3\nwidth = 2\n", "policies.standard.k"),
        ("[policies.mild]\nk = 5\n", "policies.mild"),
        ("policies = 1\n", "disclosure"),
        (
            '[tables.publik]\nalla = { group = "person_linked", dimensions = ["source"], annex = true }\n',
            "tables.publik",
        ),
        ("policy = \n", "disclosure.toml"),
        ('open_acts = { types = ["hot_krankning"], reason = "Sågs av alla." }\n', "open_acts .*hot_krankning"),
        ('open_acts = { types = ["manifestation"], reason = " " }\n', "open_acts"),
        ('open_acts = { types = [], reason = "Sågs av alla." }\n', "open_acts"),
        ('open_acts = ["manifestation"]\n', "open_acts"),
    ],
)
def test_a_workspaces_own_file_below_the_floors_is_refused(tmp_path: Path, text: str, at: str) -> None:
    (tmp_path / "disclosure.toml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=at):
        disclosure(tmp_path)
