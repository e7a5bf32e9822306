"""What a workspace may say of the package's codes, and of its own."""

import pytest

from vbe_analysis.errors import InputError
from vbe_analysis.vocabulary import PERSONAL, TRACES, default_vocabulary

WORDS = default_vocabulary()


def test_who_can_tell_of_what_is_declared_and_never_inferred() -> None:
    told = {code: {group for group in (TRACES, PERSONAL) if WORDS.tells(code, group)} for code in WORDS.sources}
    alone = {code for code, groups in told.items() if groups == {TRACES}}
    assert alone == {"sisab", "trafikkontoret"}
    assert all(groups == {TRACES, PERSONAL} for code, groups in told.items() if code not in alone)


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
