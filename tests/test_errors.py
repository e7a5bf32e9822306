"""A fault names its place, the rule and what to do, and holds nothing else."""

import pickle

import pytest

from vbe_analysis.errors import Fault, InputError, VbeError, fault


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({}, ""),
        ({"file": "a.csv"}, "a.csv"),
        (
            {"file": "a.xlsx", "sheet": "Vår", "row": 14, "column": "Datum"},
            "a.xlsx, blad 'Vår', rad 14, kolumn 'Datum'",
        ),
        ({"file": "a.xlsx", "row": 1, "letter": "F"}, "a.xlsx, rad 1, kolumn F"),
        ({"column": "Datum", "letter": "F"}, "kolumn 'Datum'"),
    ],
)
def test_a_place_in_swedish(place: dict[str, object], words: str) -> None:
    found = Fault("file_empty", **place)  # type: ignore[arg-type]
    assert found.place == words
    assert str(found).startswith(f"{words}: Filen är tom." if words else "Filen är tom.")


def test_a_fault_is_its_place_rule_and_remedy() -> None:
    assert str(Fault("not_a_number", "a.xlsx", "Blad", 3, "Antal")) == (
        "a.xlsx, blad 'Blad', rad 3, kolumn 'Antal': Värdet är inget helt tal. Skriv antalet med siffror."
    )


def test_all_faults_stand_in_one_error() -> None:
    error = InputError([Fault("file_empty", "a.csv"), Fault("file_locked", "b.csv")])
    assert isinstance(error, VbeError)
    assert [line.split(":")[0] for line in str(error).splitlines()] == ["a.csv", "b.csv"]
    assert fault("not_read_in", cycle="2021").faults == (Fault("not_read_in", values={"cycle": "2021"}),)


def test_faults_come_whole_out_of_another_process() -> None:
    told = InputError(
        [
            Fault(
                "unreadable_date", "SISAB.xlsx", "Vår", 14, "Datum", values={"value": "x", "reason": "y", "advice": "z"}
            )
        ]
    )
    back = pickle.loads(pickle.dumps(told))
    assert (type(back), back.faults, str(back)) == (InputError, told.faults, str(told))
