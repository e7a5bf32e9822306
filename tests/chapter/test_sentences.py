"""The sentences of the templates: each branch reached and read by rule; those of the word rule word by word."""

import re
from itertools import product

import pytest
from jinja2 import UndefinedError, nodes

from tests.chapter.branches import watched
from tests.chapter.situations import EXAMPLE, SITUATIONS, picture
from tests.chapter.variations import SEEDS, varied
from tests.reading import read
from vbe_analysis.analysis import ground, verdict
from vbe_analysis.analysis.verdict import change_class, change_classes
from vbe_analysis.chapter.contents import DRAFTS, TEXTS
from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text import findings, section
from vbe_analysis.chapter.text.section import sentence
from vbe_analysis.chapter.text.summary import summary
from vbe_analysis.config import load, message, message_table
from vbe_analysis.disclosure.policy import INTERNAL, PERSON_LINKED, PUBLIC, TRACES
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import Interval

EXACT: list[Interval] = [(n, n) for n in (*range(13), 20, 41)]
RANGES: list[Interval] = [(0, 1), (0, 4), (1, 2), (1, 4), (4, 6), (5, 9), (9, 15), (10, 40)]
COUNTS = [*EXACT, *RANGES]
KINDS = {value for name, value in vars(verdict).items() if name.isupper() and isinstance(value, str)}
CASES = [  # name, cycle and edition
    (name, cycle, edition)
    for name, cycle in [*(("exempel", cycle) for cycle in (*EXAMPLE, "2020")), *((name, "2021") for name in SITUATIONS)]
    for edition in (INTERNAL, PUBLIC)
]
# Where the world is named beside the reports.
RESERVATIONS = {"sammanfattning.md.j2", "rapporterat.md.j2"}
POLICE = Prose("Polisen bedömer att läget är lugnt.", ())
# The one thing that a section quotes: a reason as the coordinator wrote it.
QUOTED = re.compile(r" \(\d+\)$")


def sections(told: Picture) -> dict[str, str]:
    """Every section's Markdown, the summary with what the police say too."""
    parts = {**TEXTS, **DRAFTS, "polisen": lambda told: summary(told, POLICE)}
    return {name: part(told).markdown for name, part in parts.items()}


def titles(told: Picture) -> list[str]:
    """The title of every chart."""
    years = told.over_years
    found = [finding(told, group) for group in told.groups for finding in (findings.periods, findings.years)]
    found += [findings.knowledge(told), findings.coverage(told), *filter(None, [findings.coverage_short(told)])]
    found += [findings.tertials(years.tertials, told.groups[0].name)] if len(years.tertials) else []
    found += [findings.graffiti(told)] if told.period.label in years.graffiti else []
    shown = findings.areas(told)
    return found + ([findings.places(told, shown)] if shown else [])


def read_through(told: Picture) -> None:
    """Every paragraph and item of every section, and every title, as a reader would read them."""
    for words in sections(told).values():
        shown = re.sub(r"\{\w+:\w+\}", "Tabell 1", words)
        for paragraph in filter(None, (line.lstrip("> ").removeprefix("- ") for line in shown.split("\n"))):
            read(paragraph.lstrip("# "), part=paragraph.startswith("#") or bool(QUOTED.search(paragraph)))
    for title in titles(told):
        read(title, part=True)


@pytest.mark.chapter
def test_every_branch_of_every_template_is_reached_and_every_sentence_reads_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with watched(monkeypatch) as branches:
        for case in CASES:
            read_through(picture(*case))
        for seed in SEEDS:
            read_through(varied(seed))
        assert [sentence("what", group, short=True) for group in (TRACES, PERSON_LINKED)] == ["spår", "andra händelser"]
    assert sorted(branches.known - branches.reached) == []


def test_a_template_that_asks_for_what_it_is_not_given_stops() -> None:
    with pytest.raises(UndefinedError, match="surveys"):
        section.section("enkater", answered=True, knowledge=False)


def test_the_summary_gives_way_from_the_first_of_its_list() -> None:
    """A body of a word for each that is kept, with room for two."""
    fitting = section.environment().globals["fitting"]
    assert fitting(" ".join, ["a", "b", "c", "d"], 2) == "c d"
    assert fitting(lambda left: f"fyra ord i alla {len(left)}", ["a"], 2) == "fyra ord i alla 0"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("en rad\n  som fortsätter", "en rad som fortsätter"),
        ("ett stycke\n\nett till", "ett stycke\n\nett till"),
        ("- en\n- två\n  tre", "- en\n- två tre"),
        ("före\n- en\n\nefter", "före\n\n- en\n\nefter"),
        ("{{ '' }}\nmening", "mening"),
        ("en mening\n{{ '' }}\nen till {{ 'x' if false }}.", "en mening en till ."),
        ("a {% filter listing %}\n- x\n- y\n- z\n{% endfilter %}.", "a x, y och z."),
    ],
)
def test_how_a_templates_lines_become_paragraphs(written: str, text: str) -> None:
    made = (
        section.environment()
        .from_string("{{ text(said) }}")
        .render(said=section.environment().from_string(written).render())
    )
    assert made == text


def test_every_reason_for_a_rejected_row_is_a_fault() -> None:
    source, *_ = section.environment().loader.get_source(section.environment(), "metod.md.j2")  # type: ignore[union-attr]
    reasons = next(section.environment().parse(source).find_all(nodes.Dict)).as_const()
    assert set(reasons) - set(load("messages.sv")["faults"]) == set()


def test_every_refusal_and_every_kind_has_words() -> None:
    for reason in ("", "nothing_now", "not_every_source", *ground.REFUSALS):
        read(sentence("refused", reason))
    assert {*message_table("labels.kind")} == KINDS


@pytest.mark.parametrize("name", sorted(section.environment().list_templates()))
def test_words_that_say_more_than_we_know(name: str) -> None:
    """A direction comes from the word rule; what happened is known as reports alone."""
    source, *_ = section.environment().loader.get_source(section.environment(), name)  # type: ignore[union-attr]
    told = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    directions = re.findall(
        r"\b(ökade|ökat|ökning\w*|minsk\w+|växte|sjönk|steg)\b", re.sub(r'"\w+ning"', "", told.lower())
    )
    assert directions == {"satser.j2": ["ökade", "minskade"], "metod.md.j2": ["ökade", "minskade"]}.get(name, [])
    assert told.count("inträffa") == (name in RESERVATIONS)


def test_the_word_rules_sentences_read_right_for_every_pair() -> None:
    found = set()
    for previous, current in product(COUNTS, repeat=2):
        alone = change_class(previous, current)
        family = change_classes({"a": (previous, current), "b": ((3, 3), (3, 3)), "c": ((0, 0), (0, 0))})["a"]
        for told in (alone, family):
            read(sentence("verdict", told))
            read(message(f"labels.kind.{told.kind}"), part=True)
            read(sentence("limits", told))
            directed = bool(re.search(r"ökade|minskade", sentence("verdict", told)))
            assert directed == (told.kind in verdict.DIRECTIONS)
            found.add(told.kind)
    assert found == KINDS - {verdict.NO_COMPARISON}


@pytest.mark.parametrize(
    ("previous", "current", "words"),
    [
        ((0, 0), (0, 0), "Inga händelser rapporterades under någon av perioderna."),
        (
            (0, 0),
            (1, 1),
            "1 händelse rapporterades (inga föregående period). "
            "Så få räcker inte för att säga om något har förändrats.",
        ),
        (
            (3, 3),
            (0, 0),
            "Inga händelser rapporterades (3 föregående period). "
            "Så få räcker inte för att säga om något har förändrats.",
        ),
        (
            (9, 9),
            (7, 7),
            "7 händelser rapporterades, 2 färre än föregående period (9). En sådan skillnad kan bero på slumpen.",
        ),
        ((9, 9), (9, 9), "9 händelser rapporterades, lika många som föregående period."),
        (
            (8, 8),
            (19, 19),
            "Antalet rapporterade händelser ökade från 8 till 19. "
            "Skillnaden är större än slumpen brukar ge (mellan 1,1 och 5,8 gånger så många, "
            "95 procents osäkerhetsintervall).",
        ),
        (
            (0, 0),
            (7, 7),
            "Antalet rapporterade händelser ökade från 0 till 7. "
            "Skillnaden är större än slumpen brukar ge (minst 1,9 gånger så många, "
            "95 procents osäkerhetsintervall).",
        ),
        (
            (13, 13),
            (0, 0),
            "Antalet rapporterade händelser minskade från 13 till 0. "
            "Skillnaden är större än slumpen brukar ge (högst 0,26 gånger så många, "
            "95 procents osäkerhetsintervall).",
        ),
        (
            (13, 16),
            (14, 20),
            "14–20 händelser rapporterades, mot 13–16 föregående period. Talen visar ingen säker skillnad.",
        ),
        (
            (13, 14),
            (16, 20),
            "16–20 händelser rapporterades, mot 13–14 föregående period. En sådan skillnad kan bero på slumpen.",
        ),
        ((1, 4), (2, 5), "2–5 händelser rapporterades, mot 1–4 föregående period. Ingen förändring kan fastställas."),
        (
            (0, 0),
            (1, 7),
            "Det går inte att avgöra om antalet har förändrats, eftersom några rapporter kan gälla samma "
            "händelse eller antal bara är kända som intervall.",
        ),
    ],
)
def test_the_sentence_of_each_class(previous: Interval, current: Interval, words: str) -> None:
    assert sentence("verdict", change_class(previous, current)) == words


@pytest.mark.parametrize(
    ("previous", "current", "words"),
    [
        ((9, 9), (7, 7), "Talen utesluter varken en halvering eller en fördubbling."),
        ((30, 30), (40, 40), "Talen talar emot en halvering men utesluter inte en fördubbling."),
        ((40, 40), (30, 30), "Talen talar emot en fördubbling men utesluter inte en halvering."),
        ((90, 90), (91, 91), "Talen talar emot både en halvering och en fördubbling."),
        ((13, 16), (14, 20), "Talen utesluter varken en halvering eller en fördubbling."),
        ((8, 8), (19, 19), ""),
        ((1, 1), (2, 2), ""),
        ((0, 0), (0, 0), ""),
    ],
)
def test_what_the_numbers_rule_out_where_they_show_no_direction(
    previous: Interval, current: Interval, words: str
) -> None:
    assert sentence("excludes", change_class(previous, current)) == words


LIMITS = "För att vi ska kunna tala om en förändring sedan föregående period "


@pytest.mark.parametrize(
    ("previous", "words"),
    [
        (
            (10, 10),
            LIMITS + "krävs högst 2 eller minst 22.",
        ),
        ((1, 1), LIMITS + "krävs minst 7."),
        ((4, 6), LIMITS + "krävs minst 16."),
    ],
)
def test_the_limits_of_the_headline(previous: Interval, words: str) -> None:
    assert sentence("limits", change_class(previous, (5, 5))) == words
