"""Numbers and claims in running text: what is found, what is left alone, and where it stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapter import telling_sentences as own
from tests.chapter.claim_sentences import LABELLED
from vbe_analysis.chapter.own_texts.claims import ORGANISATION, blank_references, find_claims
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.swedish import swedish_date

PERIODS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def texts(text: str) -> tuple[str, ...]:
    return tuple(claim.text for claim in find_claims(text))


@pytest.mark.parametrize(("sentence", "claims"), LABELLED, ids=[sentence[:40] for sentence, _ in LABELLED])
def test_a_labelled_sentence(sentence: str, claims: tuple[str, ...]) -> None:
    assert texts(sentence) == claims


def test_there_are_sentences_of_both_kinds() -> None:
    assert len(LABELLED) >= 120
    assert sum(not claims for _, claims in LABELLED) >= 60


def test_where_a_claim_stands() -> None:
    found = find_claims("# Läget\n\nDet är lugnt.\nDet rapporterades **12**\nhändelser, och antalet ökade.")
    assert [(claim.text, claim.kind, claim.line, claim.column) for claim in found] == [
        ("12", "number", 4, 21),
        ("ökade", "word", 5, 24),
    ]


def test_a_confirmation_counts_only_right_after_the_claim_and_with_a_reason() -> None:
    assert texts("**Alla**{bekräftat: brevet} och **alla** {Bekräftat: brevet}") == ()
    assert texts("alla {bekräftat:   }, alla skolor {bekräftat: brevet}") == ("alla", "alla")


def test_numbers_that_look_like_years_count_before_a_noun() -> None:
    assert texts("Under 2020 rapporterades 2020 händelser och 2 020 rapporter.") == ("2020", "2 020")


@given(PERIODS, PERIODS)
def test_no_date_is_a_claim(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert texts(f"Uppgifterna gäller {swedish_date(first)}–{swedish_date(last)}, läst {other.isoformat()}.") == ()
    assert texts(f"Den {swedish_date(first)} och i {swedish_date(last).split(' ', 1)[1]} var det lugnt.") == ()


@given(st.integers(2, 99_999), st.integers(0, 400))
def test_every_count_of_events_is_a_claim(low: int, more: int) -> None:
    """As the chapter itself writes counts: with hard spaces and as intervals."""
    counted = sentence("events", (low, low + more)).removesuffix(" händelser")
    said = find_claims(f"Under perioden {date(2020, 7, 1) + timedelta(low % 300)} rapporterades {counted} händelser.")
    assert [claim.text for claim in said] == [counted.replace("\u00a0", " ")]


@given(st.text(alphabet="aåö 0123456789.,:;–-/§%{}[]()#\n\u00a0sSkap", max_size=60))
def test_blanking_keeps_every_place(text: str) -> None:
    plain = blank_references(text)
    assert len(plain) == len(text)
    assert [place for place, sign in enumerate(plain) if sign == "\n"] == [
        place for place, sign in enumerate(text) if sign == "\n"
    ]
    for claim in find_claims(text):
        assert text.split("\n")[claim.line - 1][claim.column - 1 :][:1] == text[claim.start]


@pytest.mark.parametrize(
    ("sentences", "least"),
    # The first were written before the rules; each further set after them, and the rules were widened after each.
    [
        (own.TELLING, 70),
        (own.UNSEEN_TELLING, 26),
        (own.LAST_TELLING, 26),
        (own.FINAL_TELLING, 17),
        (own.BLIND_TELLING, 117),
        (own.AROUND_TELLING, 29),
        (own.FRESH_TELLING, 76),
        (own.NEWEST_TELLING, 56),
        (own.INDEPENDENT_TELLING, 74),  # by a writer who had not seen the rules
    ],
)
def test_sentences_that_tell_are_stopped_in_public(sentences: tuple[str, ...], least: int) -> None:
    assert sum(bool(find_claims(sentence, own.PLACES)) for sentence in sentences) >= least


def test_harmless_sentences_pass() -> None:
    assert len(own.TELLING) == len(own.HARMLESS) == 80
    for sentences in (
        own.HARMLESS,
        own.UNSEEN_HARMLESS + own.LAST_HARMLESS,
        own.BLIND_HARMLESS,
        own.AROUND_HARMLESS,
        own.FRESH_HARMLESS,
        own.INDEPENDENT_HARMLESS,
    ):
        stopped = [sentence for sentence in sentences if find_claims(sentence, own.PLACES)]
        assert len(stopped) <= len(sentences) // 10, stopped


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("Båda {bekräftat: polisens beslut} är kända.", ()),
        ("Hotet {bekräftat: öppen källa} och eleven är kända.", ("eleven",)),
        ("När ett hot riktas mot någon ska det anmälas.", ()),
        ("Karl XII firas av gruppen.", ()),
        ("Händelse IV, ④, ½ och ٣.", ("IV", "④", "½", "٣")),
        ("Ring Hjördis Lindqvist om skolan.", ("Hjördis Lindqvist",)),
        ("Vid lodsby skolas entré var det lugnt.", ("lodsby skolas",)),
    ],
)
def test_what_a_public_text_may_not_tell_stands_where_it_is_said(sentence: str, claims: tuple[str, ...]) -> None:
    assert tuple(claim.text for claim in find_claims(sentence, own.PLACES)) == claims
    assert not set(claims) & set(texts(sentence)), "an internal text may say so"


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("NMR har delat ut flygblad.", ("NMR",)),
        ("Nordiska motståndsrörelsens flygblad har synts.", ("Nordiska motståndsrörelsens",)),
        ("Föreningen Vita Rosen har ansökt om lokal.", ("Vita Rosen",)),
        ("NMR {bekräftat: öppen källa} har delat ut flygblad.", ()),
        ("NMR {bekräftat: öppen källa, Säkerhetspolisens årsbok} är en organisation.", ()),
        ("NMR {bekräftat: polisen} är en organisation.", ("NMR",)),
        ("Uppgiften is är inget namn, och inte föreningen som sådan.", ()),
    ],
)
def test_an_organisation_is_named_in_public_from_an_open_source_alone(sentence: str, names: tuple[str, ...]) -> None:
    def named(places: tuple[str, ...] | None) -> tuple[str, ...]:
        return tuple(claim.text for claim in find_claims(sentence, places) if claim.kind == ORGANISATION)

    assert named(()) == names
    assert named(None) == ()
