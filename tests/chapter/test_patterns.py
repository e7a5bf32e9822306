"""What holds in every year, as the chapter tells it in both editions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chapter.situations import AREAS, LATE, Row, Year, picture, workspace
from vbe_analysis.analysis.trends import Series, newest_against_earlier
from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.chapter.data.patterns import NAME, Patterns
from vbe_analysis.chapter.data.picture import EventGroup, Picture
from vbe_analysis.chapter.tables.analysis import knowledge_change_table
from vbe_analysis.chapter.tables.events import counts_table
from vbe_analysis.chapter.text import findings
from vbe_analysis.chapter.text.analysis import comparison, comparison_ground, years
from vbe_analysis.chapter.text.board import decisions
from vbe_analysis.chapter.text.patterns import pattern_values
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.chapter.text.sentences import period_span
from vbe_analysis.chapter.text.summary import summary
from vbe_analysis.disclosure.audit import audit, published_ends
from vbe_analysis.disclosure.audit_solve import implied, lines_of
from vbe_analysis.disclosure.facts import SumClaim
from vbe_analysis.disclosure.policy import INTERNAL, PUBLIC
from vbe_analysis.frames import Interval
from vbe_analysis.vocabulary import TOTAL

pytestmark = pytest.mark.chapter

BOTH = ("intern", PUBLIC)


def most_sentence(told: Picture) -> str:
    return sentence("most", pattern_values(told))


def presence_sentence(told: Picture, alone: bool = False) -> str:
    return sentence("presence", pattern_values(told), alone)


def newest_sentence(series: Series, group: EventGroup, last: bool = False) -> str:
    """Of calendar years: a period's name is its year."""
    return sentence("newest", series, period_span(series.years[:-1]), group.name, last)


@pytest.mark.parametrize("edition", BOTH)
def test_what_holds_in_all_five_years_leads_the_summary(edition: str) -> None:
    told = picture("exempel", "2021", edition)
    first = summary(told).markdown.split("\n\n")[0]
    together = "sammantaget " if edition == PUBLIC else ""
    assert first.startswith(
        f"Vit makt-miljön har {together}haft flest rapporterade händelser i alla fem perioder sedan 2016/17."
    )
    presence = "Händelser i den autonoma miljön har rapporterats i alla fem"
    assert presence in first or presence in years(told).markdown


def test_the_bands_alone_bear_the_pattern_out_and_it_tells_the_attacker_nothing() -> None:
    facts = picture("exempel", "2021", PUBLIC).register.published
    told = [fact for fact in facts.published if fact.id.startswith(f"{NAME}/")]
    assert len(told) == 3 * 5  # more than three others in five periods
    ends = published_ends([facts])
    for fact in told:
        assert isinstance(fact.claim, SumClaim) and fact.claim.low == 1
        assert len(fact.claim.terms) == 4  # traces and band of each
        assert all(implied(line, ends) for line in lines_of(fact.claim)), fact
    silent = replace(facts, published=tuple(fact for fact in facts.published if fact not in told))
    assert audit(facts).cells == audit(silent).cells


GAP = "elva perioder som räknas (2010–2011 och 2013–2021)"  # of other events 2012 tells nothing


@pytest.mark.parametrize(
    ("edition", "what", "number", "band", "when", "presence"),
    [
        (
            "intern",
            "",
            "38 händelser",
            "26–51",
            "tolv perioder sedan 2010",
            "Händelser i den autonoma miljön har rapporterats i alla tolv och i den islamistiska extremistiska miljön "
            "i minst elva.",
        ),
        (
            PUBLIC,
            " fysiska spår",
            "26 fysiska spår",
            "16–36",
            GAP,
            "Händelser i den autonoma miljön och den islamistiska extremistiska miljön har rapporterats i alla elva.",
        ),
    ],
)
def test_twelve_years_with_one_source_gone_in_the_third(
    edition: str, what: str, number: str, band: str, when: str, presence: str
) -> None:
    """Pattern and presence of all twelve, the newest of ten on the ground that they have in common, and its band."""
    told = picture("tolv_ar_glapp", "2021", edition)
    first, _, third, *_ = summary(told).markdown.split("\n\n")
    together = "sammantaget " if edition == PUBLIC else ""
    assert first.startswith(f"Vit makt-miljön har {together}haft flest rapporterade händelser i alla {when}")
    assert presence_sentence(told) == presence
    assert presence in summary(told).markdown or presence_sentence(told, alone=True) in years(told).markdown
    ends = f"skiljer sig inte mer från de nio åren före (2012–2020) än slumpen brukar ge ({band} är väntat)."
    lead = f"Räknat på det som finns med alla år (utan lokalpolisen) rapporterades {number}. Antalet{what} {ends}"
    assert third.startswith(lead)
    assert f"Det senaste antalet {ends}" in years(told).markdown
    assert "med alla år 2012–2021 (utan lokalpolisen) blir" in years(told).markdown


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            [*[(9, 9)] * 5, (11, 11)],
            "Antalet skiljer sig inte mer från de fem åren före{years} än slumpen brukar ge (4–16 är väntat).",
        ),
        (
            [(8, 8), *[(9, 9)] * 4, (24, 26)],
            "Antalet är högre än under de fem föregående perioderna{years}, då det var 8–9. "
            "Skillnaden är större än slumpen brukar ge (4–16 är väntat).",
        ),
        (
            [*[(9, 9)] * 5, (1, 1)],
            "Antalet är lägre än under de fem föregående perioderna{years}, då det var 9. "
            "Skillnaden är större än slumpen brukar ge (4–16 är väntat).",
        ),
        (  # one earlier year was as high
            [*[(2, 2)] * 8, (10, 10), (10, 10)],
            "Antalet är högre än genomsnittet för de nio föregående perioderna{years}, då antalet var 2–10. "
            "Skillnaden är större än slumpen brukar ge (0–9 är väntat).",
        ),
        (
            [(0, 1), *[(10, 10)] * 8, (1, 1)],
            "Antalet är lägre än genomsnittet för de nio föregående perioderna{years}, då antalet var 0–10. "
            "Skillnaden är större än slumpen brukar ge (3–16 är väntat).",
        ),
        (
            [*[(9, 9)] * 5, (11, 26)],
            "Det går inte att avgöra om antalet skiljer sig från åren före{years}, eftersom antalen är intervall.",
        ),
        (
            [*[(9, 9)] * 3, (11, 11)],
            "Antalet ligger inom det som åren före ger anledning att vänta sig (3–17). Fler år behövs för en "
            "bedömning.",
        ),
        (
            [*[(9, 9)] * 4, (24, 24)],
            "Antalet ligger utanför det som åren före ger anledning att vänta sig (3–17). Fyra år räcker inte för en "
            "bedömning.",
        ),
        (
            [*[(9, 9)] * 4, (11, 26)],
            "Det går inte att avgöra om antalet skiljer sig från åren före{years}, eftersom antalen är intervall.",
        ),
        ([(9, 9), (9, 9), (11, 11)], ""),
    ],
)
def test_the_sentence_of_the_newest_year(counts: list[Interval], sentence: str) -> None:
    found = picture("tolv_ar", "2021")
    group, traces = found.groups[0], picture("tolv_ar", "2021", PUBLIC).groups[0]
    series = newest_against_earlier(tuple(str(year) for year in range(2021 - len(counts), 2021)), counts)
    told = sentence.format(years=f" ({2021 - len(counts)}–2019)")
    assert newest_sentence(series, group) == told
    of_traces = re.sub(r"\b([Aa]ntalet)\b", r"\1 fysiska spår", told, count=1)
    assert newest_sentence(series, traces) == of_traces
    last = told.replace("Antalet", "Det senaste antalet").replace("om antalet", "om det senaste antalet")
    assert newest_sentence(series, traces, last=True) == last


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([*[(9, 9)] * 5, (24, 24)], "den senaste perioden ligger utanför det väntade"),
        (
            [*[(9, 9)] * 4, (24, 24)],
            "den senaste perioden ligger utanför det väntade, men åren är för få för en bedömning",
        ),
        ([*[(9, 9)] * 4, (11, 26)], "om den senaste perioden avviker går inte att avgöra"),
    ],
)
def test_a_title_judges_no_more_than_the_sentence(counts: list[Interval], title: str) -> None:
    found = picture("exempel", "2021")
    series = newest_against_earlier(tuple(str(year) for year in range(2022 - len(counts), 2022)), counts)
    trends = replace(found.groups[0].trends, series={TOTAL: series})
    assert findings.years(found, replace(found.groups[0], trends=trends)) == f"Händelser 2012–2020/21: {title}"


def test_the_pattern_is_the_title_where_the_newest_year_is_as_expected() -> None:
    title = findings.years(picture("exempel", "2021"), picture("exempel", "2021").groups[0])
    assert title == "Vit makt-miljön har flest rapporterade händelser i alla fem perioder sedan 2016/17"
    traces = picture("exempel", "2021", PUBLIC)
    own = "Fysiska spår: vit makt-miljön har flest eller lika många i alla fem perioder sedan 2016/17"
    assert findings.years(traces, traces.groups[0]) == own  # of what the chart itself shows
    assert findings.years(traces, traces.groups[1]) == "Andra händelser 2020/21: flest i vit makt-miljön (5–9)"


def test_the_difference_from_the_period_before_is_that_of_the_numbers_told() -> None:
    """The verdict's 38 leave out the police, whom the last two periods both have: of these 40 and 38 are told."""
    told = summary(picture("tolv_ar_glapp", "2021")).markdown.split("\n\n")[2]
    assert told.endswith(
        "40 händelser rapporterades, 2 fler än föregående period (38). En sådan skillnad kan bero på slumpen."
    )
    same = summary(picture("tolv_ar", "2021")).markdown.split("\n\n")[2]
    assert same.endswith("Föregående period rapporterades 6 händelser. Skillnaden kan bero på slumpen.")


def test_the_newest_year_that_may_be_of_answers_alone() -> None:
    found = picture("tolv_ar", "2021")
    series = newest_against_earlier(tuple(map(str, range(2015, 2021))), [*[(9, 9)] * 5, (24, 24)])
    series = replace(series, within=None, reason="survey_answers")
    assert newest_sentence(series, found.groups[0]) == (
        "Det går inte att avgöra om antalet skiljer sig från åren före (2015–2019), eftersom antalet "
        "som svarade på en enkät har ändrats så mycket att det kan förklara skillnaden."
    )


def reports(year: int, *numbers: int, kind: str = "klotter") -> list[Row]:
    """So many in vit makt, autonom, islamistisk and with no environment."""
    names = ("vit_makt", "autonom", "islamistisk", "")
    each = [name for name, many in zip(names, numbers, strict=False) for _ in range(many)]
    return [(f"{year}-{n % 12 + 1:02d}-{n // 12 + 1:02d}", name, kind, "Norr") for n, name in enumerate(each)]


def made(folder: Path, years: Mapping[int, Sequence[int] | str], edition: str, policy: str = "standard") -> Picture:
    given = {
        year: Year({"ia": told if isinstance(told, str) else reports(year, *told)}) for year, told in years.items()
    }
    place = workspace(folder, given, AREAS)
    (place.root / "disclosure.toml").write_text(f'policy = "{policy}"\n', encoding="utf-8")
    return make_picture(place, str(max(years)), edition)


@pytest.mark.parametrize("edition", BOTH)
@pytest.mark.parametrize(
    ("years", "most", "presence"),
    [
        (
            {2018: (6, 2), 2019: (5, 0), 2020: (7, 6), 2021: (9, 3)},
            "Vit makt-miljön har haft flest rapporterade händelser i alla fyra perioder sedan 2018.",
            "Händelser i den autonoma miljön har rapporterats i tre av dem.",
        ),
        (  # as many as the unknown ones once, which may be its own or another's
            {2019: (6, 2), 2020: (5, 0, 1, 5), 2021: (9, 3)},
            "Vit makt-miljön har haft flest eller lika många rapporterade händelser som någon annan miljö i alla tre "
            "perioder sedan 2019.",
            "Händelser i den autonoma miljön har rapporterats i två av dem och i den islamistiska extremistiska miljön "
            "i en.",
        ),
        (  # the unknown ones have the most: nobody is said to
            {2019: (3, 0, 0, 5), 2020: (3, 1, 0, 5), 2021: (2, 0, 0, 7)},
            "",
            "Händelser i vit makt-miljön har rapporterats i alla tre perioder sedan 2019 och i den autonoma miljön i "
            "en.",
        ),
        (
            {2018: (6, 2), 2019: LATE, 2020: (7, 0), 2021: (9, 3)},
            "Vit makt-miljön har haft flest rapporterade händelser i alla tre perioder som räknas "
            "(2018 och 2020–2021).",
            "Händelser i den autonoma miljön har rapporterats i två av dem.",
        ),
        (
            {2018: (2, 2), 2019: LATE, 2020: (2, 0), 2021: (1, 2)},
            "",
            "Händelser i vit makt-miljön har rapporterats i alla tre perioder som räknas (2018 "
            "och 2020–2021) och i den autonoma miljön i två.",
        ),
        ({2020: (6, 2), 2021: (9, 3)}, "", ""),
    ],
)
def test_what_the_years_show(
    years: Mapping[int, Sequence[int] | str], most: str, presence: str, edition: str, tmp_path: Path
) -> None:
    told = made(tmp_path / "mapp", years, edition)
    summed = most.replace(" har haft", " har sammantaget haft") if edition == PUBLIC else most
    assert (most_sentence(told), presence_sentence(told)) == (summed, presence)


def test_the_strict_policy_tells_of_no_presence(tmp_path: Path) -> None:
    told = made(tmp_path / "mapp", {2019: (6, 2), 2020: (5, 2), 2021: (9, 3)}, PUBLIC, "strikt")
    assert told.patterns.presence == {}
    assert presence_sentence(told) == ""


@pytest.mark.parametrize(
    ("presence", "sentence"),
    [
        (
            {"vit_makt": (3, 5), "autonom": (0, 2)},
            "Händelser i vit makt-miljön har rapporterats i minst tre av fem perioder.",
        ),
        (
            {"vit_makt": (3, 3), "autonom": (3, 3), "islamistisk": (2, 3)},
            "Händelser i vit makt-miljön och den autonoma miljön har rapporterats i tre av fem perioder och i den "
            "islamistiska extremistiska miljön i minst två.",
        ),
        ({"vit_makt": (0, 0)}, ""),
    ],
)
def test_presence_that_the_intervals_leave_open(presence: Mapping[str, Interval], sentence: str) -> None:
    periods = ("2017", "2018", "2019", "2020", "2021")
    own = replace(picture("exempel", "2021"), patterns=Patterns(periods, (("2017", "2021"),), True, {}, presence))
    assert presence_sentence(own) == sentence


def test_once_it_is_said_why_an_environment_needs_more_than_the_total(tmp_path: Path) -> None:
    sentence = "För en enskild miljö krävs en större skillnad än för det totala antalet"
    for numbers, times in (({2020: (9, 8), 2021: (9, 8)}, 1), ({2020: (9, 1), 2021: (9, 0)}, 0)):
        # One environment alone is tested as the total is.
        made_ = made(tmp_path / f"mapp{times}", numbers, "intern")
        assert comparison_ground(made_).markdown.count(sentence) == times


def test_a_table_says_why_a_part_can_be_larger_than_the_least_of_the_whole() -> None:
    note = "Antalet i en rad kan vara större än det lägsta totala antalet"
    table = counts_table(picture("exempel", "2021"), "environment")  # 9-15 of 14-21
    assert [text for text in table.notes if text.startswith(note)]
    assert not [text for text in counts_table(picture("fem_omgangar", "2021"), "environment").notes if note in text]


def test_the_change_of_a_survey_stands_beside_its_bounds_among_all_who_were_asked() -> None:
    table = knowledge_change_table(picture("exempel", "2021"))
    assert table is not None
    [row] = [row for row in table.cells if row[:2] == ("Känner till handlingsplanen", "Förvaltningens enkät")]
    # The least: nobody more knows now, all the silent did before. The most: the other way round.
    before, now = picture("exempel", "2021").response.query("source == 'enkat' and unit_kind == ''")["asked"]
    least, most = 23 / now - (24 + before - 37) / before, (23 + now - 33) / now - 24 / before
    assert row[4:6] == ("−17 till +25", f"{100 * least:+.0f} till {100 * most:+.0f}".replace("-", "−"))


@pytest.mark.parametrize(("cycle", "changed"), [("2019", True), ("2021", False)])
def test_a_change_of_collecting_explains_the_other_traces_only_between_the_two_periods(
    cycle: str, changed: bool
) -> None:
    """The street office's app came on the first day of 2018/19; of 2019/20 and 2020/21 nothing tells them apart."""
    told = comparison_ground(picture("exempel", cycle)).markdown
    assert "spår utan extremistiskt innehåll" in told
    assert ("Insamlingen har förändrats under tiden" in told) == changed


@pytest.mark.parametrize(
    ("cycle", "edition", "told"),
    [
        ("2018", INTERNAL, "(utan lokalpolisen)"),
        ("2020", INTERNAL, "(utan utbildningsförvaltningens enkät och incidentsystemet IA i september–november)"),
        ("2020", PUBLIC, "(bara skolfastighetsbolaget SISAB och trafikkontoret)"),
        ("2021", PUBLIC, "(bara skolfastighetsbolaget SISAB alla månader och trafikkontoret utom i maj–juni)"),
    ],
)
def test_what_was_compared_is_said_where_it_is_compared(cycle: str, edition: str, told: str) -> None:
    assert (
        f"Räknat på det som går att jämföra {told} rapporterades"
        in comparison(picture("exempel", cycle, edition)).markdown
    )


def test_nothing_is_said_of_the_ground_where_all_is_compared() -> None:
    assert not re.search(r"\((utan|bara) ", comparison(picture("fem_omgangar", "2021")).markdown)


@pytest.mark.parametrize(("cycle", "source", "asked"), [("2020", "IA", False), ("2021", "trafikkontoret", True)])
def test_the_board_is_not_asked_for_what_was_lost(cycle: str, source: str, asked: bool) -> None:
    """IA's three months were lost when it was replaced; the street office's two can be asked for."""
    told = decisions(replace(picture("exempel", cycle, PUBLIC), plan=None)).markdown
    assert told and (source in told) == asked
