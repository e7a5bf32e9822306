"""What a workspace may say of the package's codes, and of its own."""

import pytest

from vbe_analysis.errors import InputError
from vbe_analysis.vocabulary import PERSONAL, TRACES, default_vocabulary

WORDS = default_vocabulary()


def test_who_can_tell_of_what_is_declared_and_never_inferred() -> None:
    told = {code: {group for group in (TRACES, PERSONAL) if WORDS.tells(code, group)} for code in WORDS.sources}
    alone = {code for code, groups in told.items() if groups == {TRACES}}
    assert alone == {"sisab", "trafikkontoret"}
    about_persons = {code for code, groups in told.items() if groups == {PERSONAL}}
    assert about_persons == {"blankett"}
    assert all(groups == {TRACES, PERSONAL} for code, groups in told.items() if code not in alone | about_persons)
    assert {code for code in WORDS.sources if WORDS.observes(code)} == {"sisab", "trafikkontoret"}


@pytest.mark.parametrize(
    ("event_type", "source", "group"),
    [
        ("klotter", "sisab", TRACES),
        ("klotter", "ia", TRACES),
        ("klotter", "blankett", PERSONAL),  # told in a form about a person
        ("orosanmalan", "blankett", PERSONAL),
        ("symbol", "sisab", PERSONAL),
        ("klotter", "okänd", TRACES),
    ],
)
def test_the_group_of_an_event_is_that_of_its_type_and_source(event_type: str, source: str, group: str) -> None:
    assert WORDS.group(event_type, source) == group


@pytest.mark.parametrize(
    "own", [{"blankett": {"groups": ["traces", "person_linked"]}}, {"verksamheter": {"label": "V"}}]
)
def test_no_workspace_makes_traces_of_what_a_form_tells_or_takes_a_reserved_code(own: dict[str, object]) -> None:
    with pytest.raises(InputError, match="får inte anges så"):
        WORDS.extended({"sources": own})


def test_a_workspace_declares_what_a_source_can_tell_and_leaves_the_rest() -> None:
    own = {"sources": {"ia": {"groups": ["person_linked"]}, "fritid": {"label": "Fritid"}, "polis": {"label": "Polis"}}}
    words = WORDS.extended(own)
    assert (words.tells("ia", TRACES), words.tells("ia", PERSONAL)) == (False, True)
    assert words.sources["ia"].label == WORDS.sources["ia"].label
    assert (words.sources["fritid"].text, words.tells("fritid", TRACES)) == ("Fritid", True)
    assert (words.sources["polis"].label, words.sources["polis"].text) == ("Polis", "Polis")


@pytest.mark.parametrize("groups", [[], ["spår"], "traces", ["traces", "alla"]])
def test_a_group_that_does_not_exist_is_refused(groups: object) -> None:
    with pytest.raises(InputError, match=r"Källan 'ia' har fel i groups: .* minst en av traces, person_linked"):
        WORDS.extended({"sources": {"ia": {"groups": groups}}})
