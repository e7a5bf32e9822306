"""Every sentence that the templates of texts.sv.toml can make, read by rule; those of the word rule word by word."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from string import Formatter

import pytest

import vbe_analysis.chapter
from tests.reading import read
from vbe_analysis.analysis import ground, verdict
from vbe_analysis.analysis.comparison import SURVEY_ANSWERS
from vbe_analysis.analysis.verdict import change_class, change_classes
from vbe_analysis.chapter.text.sentences import (
    capital,
    decimal,
    events,
    judgement,
    limits_sentence,
    ratio_sentence,
    refusal,
    reports,
    short,
    span,
    text,
    verdict_sentence,
    word,
)
from vbe_analysis.config import load
from vbe_analysis.disclosure.policy import TRACES
from vbe_analysis.frames import Interval
from vbe_analysis.periods import Period, swedish_months
from vbe_analysis.swedish import listed
from vbe_analysis.vocabulary import default_vocabulary

WORDS = default_vocabulary()
EXACT: list[Interval] = [(n, n) for n in (*range(13), 20, 41)]
RANGES: list[Interval] = [(0, 1), (0, 4), (1, 2), (1, 4), (4, 6), (5, 9), (9, 15), (10, 40)]
COUNTS = [*EXACT, *RANGES]

# The codes that stand in a key that is put together.
KINDS = {value for name, value in vars(verdict).items() if name.isupper() and isinstance(value, str)}
REFUSALS, REASONS = set(ground.REFUSALS), set(ground.REASONS)
REASONS -= {ground.HISTORY, ground.REFERENCE}  # codes of the vocabulary
COMPOSED = {
    "verdict.{}": KINDS,
    "verdict.short.{}": KINDS,
    "verdict.excludes_{}": {"neither", "halved", "doubled", "both"},
    "verdict.ingen_saker_forandring_{}": {"overlapp", "intervall"},
    "pattern.{}": {"some", "some_named", "most", "as_many"},
    "pattern.presence_{}": {"first", "next", "too", "next_too"},
    "years.{}": {"within", "higher", "lower", "higher_mean", "lower_mean", "inside", "outside"},
    "undecidable.{}": {"intervals", "bands", "counts", SURVEY_ANSWERS},
    "outside.{}": REASONS,
    "verdict.{}_intervall": set(verdict.DIRECTIONS),
    "refused.{}": REFUSALS | {"not_every_source"},
    "summary.{}": {"others_each", "others_part"},
    "ground.{}": {"without", "only", "part", "less"},
    "number.{}": {
        "no_reports",
        "one_report",
        "many_reports",
        *(f"{number}{noun}" for number in ("none", "one", "many") for noun in ("", "_spots")),
    },
    "group.short_{}": {"traces", "person_linked"},
    "group.{}": {"all", "traces", "person_linked"},
    "sources.{}": {"intro", "intro_one", "intro_none"},
    "comparison.{}": {"outside", "outside_refused", "no_environment", "rest_environments"},
    "comparison.moved_{}": {"up", "down"},
    "comparison.reference_{}": {"chance", "more"},
    "finding.{}": {"up", "down", "most", "as_many", "tertials", "tertials_least", "every_tertial"},
    "finding.only_total_{}": {"up", "down"},
    "method.{}": {"counts", "overlaps", "environment", "dates", "comparison", "power", "clumping", "lead", "percent"},
    "method.{}_public": {"counts", "overlaps", "comparison"},
    "summary.outside.{}": REASONS | {"missing_now", "missing_before"},
    "finding.years_{}": {
        "inside",
        "inside_few",
        "outside",
        "outside_few",
        "unsure",
        "few",
        "alone",
        "missing",
        "banded",
    },
    "protection.bands_{}": {"plain", "zero"},
}
# Read as whole tables: a row's label, or what a row was left out for.
TABLES = ("survey.label.", "method.reject.")

# Keys that are a part of a sentence, or a title, and so need no capital and no full stop.
PARTS = re.compile(
    r"number\.|verdict\.(short\.|fewer|more|ratio)|summary\.(environment|unclear|interval_\w+)$|finding\.|refused\.|"
    r"outside\.|undecidable\.|years\.year$|ground\.|sources\.period$|survey\.label\.|comparison\.reference_(same|before)|"
    r"pattern\.(since|named|some|every|least|presence_)|board\.every_source$|overview\.other$|comparison\.ground_heading$|summary\.(outside\.|cause$)|comparison\.reference_sources?$|group\.|reported\.shows$|summary\.(traces|others)_(mainly|part|each|all|rest|everywhere|remaining|other)$|"
    r"method\.(part|correction$|reject\.)"
)
# Reservations, where the world is named beside the reports.
RESERVATIONS = {"summary.none", "reported.zero"}

YEAR = Period(date(2020, 7, 1), date(2021, 6, 30), "2021")
SOURCES = [term.text for term in WORDS.sources.values()]
SOME, ONE, MANY = SOURCES[0], listed(SOURCES[:1]), listed(SOURCES[:7])
MONTHS = [swedish_months(months) for months in (("2021-05",), ("2021-05", "2021-06"), YEAR.months)]
NAMES = [term.text for term in WORDS.environments.values()]
POSITIVE = [count for count in COUNTS if count[1] > 0]
FIELDS: Mapping[str, Sequence[object]] = {
    "answered": [0, 1, 38],
    "cause": [text(f"undecidable.{name}") for name in ("intervals", "bands", "counts", SURVEY_ANSWERS)],
    "bands": ["inga, enstaka (1–4), 5–9 och minst 10"],
    "area": ["stadsdelsområdet Tistelhamn-Gärdslunda"],
    "asked": [1, 60],
    "before": [1, 79],
    "coded": [0, 1, 12],
    "coded_before": [0, 1, 12],
    "compared": ["2017–2021"],
    "count": [word(2), word(7), "4–6"],
    "counts": [listed([span(count) for count in COUNTS[:5]])],
    "d": [1, 2, 30],
    "detail": ["Appen infördes i oktober"],
    "events": [events(count) for count in POSITIVE],
    "figur": ["Figur 4"],
    "high": [5, 26],
    "judgement": [judgement(change_class((9, 9), (7, 7))), judgement(change_class((8, 10), (9, 14)))],
    "k": ["fem"],
    "mainly": ["", text("summary.traces_mainly", name="klotter", n="5–7")],
    "days": [YEAR],
    "kunskap": ["tabell 7"],
    "label": ["2021"],
    "low": [0, 4],
    "month": MONTHS[:1],
    "months": MONTHS,
    "n": [span(count) for count in POSITIVE],
    "name": NAMES,
    "names": [listed(NAMES[:n]) for n in (1, 2, 3)],
    "now": [0, 1, 79],
    "of": [2, 82],
    "periods": ["2016/17–2020/21"],
    "policy": ["standard"],
    "role": ["stadsdelsdirektören"],
    "date": ["1 september 2021"],
    "dnr": ["1.2-345/2021"],
    "offices": ["Övriga källor"],
    "of_before": [2, 81],
    "ground": ["", f" {text('ground.without', parts=SOME)}", f" {text('ground.only', parts=SOME)}"],
    "environment": NAMES,
    "parts": [listed(["en del (1)", "en annan del (12)"])],
    "period": [YEAR, "2020"],
    "reason": ["okänd etikett"],
    "reasons": [text("summary.interval_overlap", n="2"), text("summary.interval_open_one")],
    "reports": [reports(n) for n in (1, 2, 12)],
    "sentence": [verdict_sentence(change_class((9, 9), (7, 7)))],
    "rest": ["", text("summary.others_rest", names=NAMES[0])],
    "said": ["ingen förändring kan fastställas"],
    "share": [0, 63, 100],
    "source": [SOME],
    "sources": [ONE, MANY],
    "statement": ["känner till rutinen"],
    "missing": [1, 33],
    "same": [text("comparison.reference_source"), text("comparison.reference_sources")],
    "tabell": ["Tabell 1"],
    "types": [listed(["orosanmälningar", "symboler"]), "hot eller kränkningar"],
    "what": ["händelser", "fysiska spår"],
    "when": [
        text("pattern.since", n=word(5), first="2017"),
        text("pattern.named", n=word(3), years="2017, 2019 och 2021"),
    ],
    "range": [span(count) for count in POSITIVE],
    "x": [0, 1, 21],
    "year": ["2017"],
    "first": ["2017"],
    "last": ["2021"],
    "years": ["2012–2016"],
}
# Where a field holds something else than it does elsewhere.
OWN: Mapping[str, Mapping[str, Sequence[object]]] = {
    **{
        key: {"n": [span(count) for count in COUNTS if count not in ((0, 0), (1, 1))]}
        for key in ("number.many", "number.many_reports")
    },
    "pattern.most": {"name": [capital(name) for name in NAMES]},
    "pattern.as_many": {"name": [capital(name) for name in NAMES]},
    "pattern.presence": {"parts": [f"{capital(NAMES[0])} finns med i alla fem och {NAMES[1]} i fyra"]},
    "pattern.since": {"n": [word(5), 13]},
    "pattern.named": {"n": [word(3), 13]},
    "pattern.some": {"n": [word(4), f"minst {word(4)}"], "of": [word(5)]},
    "pattern.some_named": {"n": [word(4), f"minst {word(4)}"], "of": [word(5)]},
    **{
        f"years.{name}": {"what": ["", " fysiska spår"], "count": ["", " (4–6)"], "years": [" (2012–2020)"]}
        for name in ("within", "higher", "lower", "higher_mean", "lower_mean", "undecided")
    },
    **{
        f"years.{name}": {"what": ["", " fysiska spår"], "count": ["", " (4–6)"], "n": ["Tre", "Fyra"]}
        for name in ("inside", "outside")
    },
    "summary.years_ground": {"now": [events(count) for count in COUNTS]},
    "finding.most": {"name": [capital(name) for name in NAMES]},
    "finding.as_many": {"name": [capital(name) for name in NAMES]},
    "finding.group": {"name": ["fysiska spår"]},
    "summary.missing": {"source": [SOME]},
    "summary.all_one_trace": {"name": NAMES},
    "protection.exempt": {"reasons": ["Fysiska spår räknas efter det som syns på en plats."]},
    "reported.intro": {"parts": ["Tabell 2 visar rapporterade händelser efter miljö"]},
    "summary.environments_traces": {"parts": [f"2 {NAMES[1]}"]},
    "summary.others": {"parts": ["5–9 i vit makt-miljön"], "rest": ["", text("summary.others_rest", names=NAMES[0])]},
    "summary.others_changed": {"parts": ["Vit makt-miljön: Antalet rapporterade händelser ökade från 1–4 till 20–29."]},
    "comparison.refused": {"cause": [", eftersom trafikkontoret är en ny källa"]},
    "summary.refused_group": {"name": ["Andra händelser"], "cause": ["", ", eftersom trafikkontoret är en ny källa"]},
    "summary.traces": {
        "events": [events(count, TRACES) for count in COUNTS],
    },
    "summary.traces_mainly": {"name": ["klotter"]},
    "comparison.environment": {"name": ["**Oklar miljö**"]},
    "comparison.headline": {"now": [events(count) for count in COUNTS]},
    "comparison.reference": {"before": [text("comparison.reference_before", before=79)], "sources": [capital(MANY)]},
    "criticism.break_part": {"source": [capital(SOME)], "sentence": ["Appen infördes."]},
    "criticism.breaks": {"parts": ["Appen infördes i oktober."]},
    "criticism.gaps": {"parts": [f"{capital(SOME)} har inte lämnat några uppgifter."]},
    "sources.intro_one": {"sources": [ONE]},
    "sources.periods": {"parts": ["Period 2021 är juli 2020–juni 2021"]},
    "sources.intro": {"sources": [MANY]},
    "summary.all_one": {"n": [span(count) for count in POSITIVE if count != (1, 1)]},
    "summary.compared": {"now": [events(count) for count in COUNTS]},
    "summary.interval_open": {"n": [2, 12]},
    "summary.interval_overlap": {"n": [2, 12]},
    "summary.knowledge": {"source": [capital(SOME)]},
    "summary.knowledge_plain": {"source": [capital(SOME)]},
    "summary.straddled": {"source": [capital(SOME)]},
    "summary.missing_all": {"source": [capital(SOME)]},
    "summary.missing_many": {"n": ["Tre"], "of": ["sju", 13]},
    "survey.response": {"source": [capital(SOME)]},
    "verdict.limits": {"before": [events(count) for count in EXACT]},
    "verdict.limits_up": {"before": [events(count) for count in EXACT]},
    "verdict.ingen_jamforelse": {"reason": [refusal(reason) for reason in ("", *REFUSALS)]},
    "verdict.ratio": {"low": [decimal(1.05)], "high": [decimal(12)]},
    "verdict.ratio_none": {"high": [decimal(0.26)]},
    "verdict.ratio_open": {"low": [decimal(1.9)]},
}


def templates() -> dict[str, str]:
    """Dotted key -> template, of all of texts.sv.toml."""

    def walk(node: Mapping[str, object], before: str) -> Iterator[tuple[str, str]]:
        for name, value in node.items():
            if isinstance(value, Mapping):
                yield from walk(value, f"{before}{name}.")
            else:
                yield f"{before}{name}", str(value)

    return dict(walk(load("texts.sv"), ""))


TEMPLATES = templates()
# Filled by the word rule alone, and read through verdict_sentence below.
BY_RULE = {f"verdict.{kind}" for kind in KINDS - {verdict.NO_COMPARISON}} | {
    "verdict.ingen_skillnad",
    "verdict.ingen_saker_forandring_intervall",
    "verdict.ingen_saker_forandring_overlapp",
    "verdict.okning_intervall",
    "verdict.minskning_intervall",
}


def asked_for() -> tuple[set[str], set[str]]:
    """The keys that the chapter's code names outright, and the patterns of those that it puts together."""
    keys, patterns = set(), set()
    for path in Path(vbe_analysis.chapter.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in TEMPLATES:
                keys.add(str(node.value))
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text" and node.args):
                continue
            first = node.args[0]
            for choice in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if isinstance(choice, ast.Constant):
                    keys.add(str(choice.value))
                elif isinstance(choice, ast.JoinedStr):
                    patterns.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in choice.values))
    return keys, patterns


def test_every_key_that_the_code_asks_for_is_there_and_no_other() -> None:
    keys, patterns = asked_for()
    assert patterns == set(COMPOSED)
    composed = {pattern.format(code) for pattern, codes in COMPOSED.items() for code in codes}
    read_whole = {key for key in TEMPLATES if key.startswith(TABLES)}
    wanted = keys | composed | read_whole
    assert sorted(wanted - set(TEMPLATES)) == []
    assert sorted(set(TEMPLATES) - wanted) == []


def test_every_reason_for_a_rejected_row_is_a_fault() -> None:
    faults = set(load("messages.sv")["faults"])
    assert set(load("texts.sv")["method"]["reject"]) - faults <= {"omitted", "other"}


def filled(key: str) -> list[str]:
    """The template with every combination of what its fields can hold."""
    names = list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(TEMPLATES[key]) if name))
    values = [OWN.get(key, {}).get(name, FIELDS[name]) for name in names]
    return [text(key, **dict(zip(names, combination, strict=True))) for combination in product(*values)]


@pytest.mark.parametrize("key", sorted(set(TEMPLATES) - BY_RULE))
def test_a_template_reads_right_whatever_it_holds(key: str) -> None:
    for sentence in filled(key):
        read(sentence, part=bool(PARTS.match(key)))


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_words_that_say_more_than_we_know(key: str) -> None:
    """A direction comes from the word rule; what happened is known as reports alone."""
    template = TEMPLATES[key].lower()
    if not key.startswith(("verdict.", "finding.")) and not key.startswith(
        "method.comparison"
    ):  # it explains the words
        assert not re.search(r"\b(ökade|ökat|ökning\w*|minsk\w+|växte|sjönk|steg)\b", template)
    if key not in RESERVATIONS:
        assert not re.search(r"\binträffa\w*", template)


def test_the_word_rules_sentences_read_right_for_every_pair() -> None:
    found = set()
    for previous, current in product(COUNTS, repeat=2):
        alone = change_class(previous, current)
        family = change_classes({"a": (previous, current), "b": ((3, 3), (3, 3)), "c": ((0, 0), (0, 0))})["a"]
        for told in (alone, family):
            read(verdict_sentence(told))
            read(short(told.kind), part=True)
            read(limits_sentence(told))
            directed = bool(re.search(r"ökade|minskade", verdict_sentence(told)))
            assert directed == (told.kind in verdict.DIRECTIONS)
            found.add(told.kind)
    assert found == KINDS - {verdict.NO_COMPARISON}


@pytest.mark.parametrize(
    ("previous", "current", "sentence"),
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
def test_the_sentence_of_each_class(previous: Interval, current: Interval, sentence: str) -> None:
    assert verdict_sentence(change_class(previous, current)) == sentence


@pytest.mark.parametrize(
    ("previous", "current", "sentence"),
    [
        ((9, 9), (7, 7), "Talen utesluter varken att antalet har halverats eller fördubblats."),
        ((30, 30), (40, 40), "Talen talar emot att antalet har halverats, men utesluter inte att det har fördubblats."),
        ((40, 40), (30, 30), "Talen talar emot att antalet har fördubblats, men utesluter inte att det har halverats."),
        ((90, 90), (91, 91), "Talen talar emot både att antalet har halverats och att det har fördubblats."),
        ((13, 16), (14, 20), "Talen utesluter varken att antalet har halverats eller fördubblats."),
        ((8, 8), (19, 19), ""),
        ((1, 1), (2, 2), ""),
        ((0, 0), (0, 0), ""),
    ],
)
def test_what_the_numbers_rule_out_where_they_show_no_direction(
    previous: Interval, current: Interval, sentence: str
) -> None:
    assert ratio_sentence(change_class(previous, current)) == sentence


LIMITS = "För att vi ska kunna tala om en förändring sedan föregående period "


@pytest.mark.parametrize(
    ("previous", "sentence"),
    [
        (
            (10, 10),
            LIMITS + "(10 händelser) krävs högst 2 eller minst 22.",
        ),
        ((1, 1), LIMITS + "(1 händelse) krävs minst 7."),
        ((4, 6), LIMITS + "(4–6 händelser) krävs minst 16."),
    ],
)
def test_the_limits_of_the_headline(previous: Interval, sentence: str) -> None:
    assert limits_sentence(change_class(previous, (5, 5))) == sentence
