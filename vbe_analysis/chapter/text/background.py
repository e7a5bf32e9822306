"""What the chapter says of its ground: the sources, what was reported, the survey and the method."""

from collections.abc import Callable
from typing import Any

from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text.coverage import SourceMonths, source_months
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import break_sentence, capital, text, word
from vbe_analysis.config import load, message
from vbe_analysis.disclosure.bands import phrase
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import NOT_ASKED, NOTHING
from vbe_analysis.swedish import listed, number, swedish_date


def sources(picture: Picture) -> Prose:
    """Which sources the picture stands on, and which had nothing to report or were not asked."""
    names = _names(picture, lambda months: months.covered > 0)
    key = "intro_none" if not names else "intro_one" if len(names) == 1 else "intro"
    values = {"tabell": "{Tabell:tackning}", "figur": "{figur:figur_tackning}"}
    sentences = [text(f"sources.{key}", count=word(len(names)), sources=listed(names), **values)]
    spans = [text("sources.period", label=period.name, days=period) for period in reversed(picture.periods)]
    sentences.append(capital(text("sources.periods", parts=listed(spans))))
    if silent := _names(picture, lambda months: months.only(NOTHING)):
        sentences.append(capital(text("sources.nothing", sources=listed(silent))))
    if others := _names(picture, lambda months: months.only(NOT_ASKED)):
        sentences.append(capital(text("sources.not_asked", sources=listed(others))))
    return Prose(" ".join(sentences), ())


def _names(picture: Picture, belongs: Callable[[SourceMonths], bool]) -> list[str]:
    """The names of the sources whose months are as `chosen` says, in the vocabulary's order."""
    months = source_months(picture.coverage, picture.vocabulary)
    return [term.text for code, term in picture.vocabulary.sources.items() if code in months and belongs(months[code])]


def reported(picture: Picture) -> Prose:
    """How to read the tables of events."""
    first, *rest = [spec.name for spec in picture.specs if not spec.annex]
    shows = f"{{Tabell:{first}}} {text('reported.shows')} {message(f'tables.title.{first}').lower()}"
    titles = [f"{{tabell:{name}}} {message(f'tables.title.{name}').lower()}" for name in rest]
    sentences = [text("reported.intro", parts=listed([shows, *titles])), text("reported.zero")]
    if any(group.banded for group in picture.groups):
        sentences.append(text("reported.banded"))
    counts = picture.counts.get("traces_source")
    if counts is not None:
        some = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0).fillna(False)]
        names = [picture.vocabulary.all_sources[code].text for code in some["source"]]
        sentences += [text("reported.trace_sources", sources=listed(names))] if names else []
    if any(low < high for low, high in (g.interval(picture.period.label) for g in picture.groups if not g.banded)):
        sentences.append(text("reported.interval_traces" if len(picture.groups) > 1 else "reported.interval"))
    facts = picture.facts(*(f"{name}/" for name in (first, *rest, "total", "traces_total", "traces_source")))
    return Prose(" ".join(sentences), facts)


def survey(picture: Picture) -> Prose:
    """How many answered, and what they know."""
    rows = picture.response[(picture.response["cycle"] == picture.period.label) & (picture.response["unit_kind"] == "")]
    if rows.empty:
        return Prose(text("survey.none"), ())
    sentences = []
    for row in rows[rows["rate"].notna()].to_dict("records"):
        values = {"answered": number(row["answered"]), "asked": number(row["asked"])}
        name = capital(picture.vocabulary.sources[row["source"]].text)
        sentences.append(text("survey.response", source=name, share=round(100 * row["rate"]), **values))
    if (picture.knowledge["cycle"] == picture.period.label).any():
        sentences.append(text("survey.intro", tabell="{Tabell:tackning}", kunskap="{tabell:kunskap}"))
    return Prose(" ".join(sentences), ())


def method(picture: Picture) -> Prose:
    """How it was counted and compared, what the rule can see, and what was corrected or left out."""
    names = ("counts", "overlaps", "environment", "dates", "comparison", "power", "clumping", "lead", "percent")
    banded = any(group.banded for group in picture.groups)
    own = ("counts", "overlaps", "comparison") if banded else ()
    paragraphs = [text(f"method.{name}_public" if name in own else f"method.{name}") for name in names]
    if picture.corrections:
        lines = [text("method.correction", reason=reason.rstrip("."), n=n) for reason, n in picture.corrections.items()]
        paragraphs.append("\n".join([text("method.corrections"), "", *lines]))
    reasons = load("texts.sv")["method"]["reject"]
    rejects = {code: n for code, n in picture.rejects.items() if code != "omitted"}
    if rejects:
        parts = [text("method.part", reason=reasons.get(code, reasons["other"]), n=n) for code, n in rejects.items()]
        paragraphs.append(text("method.rejects", parts=listed(parts)))
    if picture.other_district:
        paragraphs.append(text("method.other_district", n=number(picture.other_district)))
    if picture.not_counted:
        paragraphs.append(text("method.not_counted", n=number(picture.not_counted)))
    return Prose("\n\n".join(paragraphs), ())


def protection(picture: Picture) -> Prose:
    """The box that says how people are protected, from the rules in disclosure.toml, and what that does not cover."""
    rules = picture.rules
    if picture.edition != PUBLIC:
        return Prose(f"> {text('protection.internal')}", ())
    bands = listed([phrase(*band) for band in rules.policy.ladders[0].shown])  # the ordinary ladder
    zero = "zero" if rules.policy.zero_possible else "plain"
    paragraphs = [text("protection.groups"), text("protection.about_persons")]
    if acts := picture.vocabulary.open_acts:
        types = listed([picture.vocabulary.event_types[code].text for code in acts])
        paragraphs.append(text("protection.open", types=types))
    paragraphs.append(text(f"protection.bands_{zero}", bands=bands))
    paragraphs.append(text("protection.hull"))
    if any(group.types is not None for group in picture.groups):
        paragraphs.append(text("protection.types"))
    paragraphs += [text("protection.audit", k=word(rules.policy.k - 1)), text("protection.fixed")]
    reasons = " ".join(exemption.reason for exemption in rules.exemptions)
    paragraphs += [text("protection.exempt", reasons=reasons), *picture.protection]
    if (choice := rules.choice) is None:
        paragraphs.append(text("protection.not_chosen", policy=rules.policy.name))
    else:
        values = {"role": choice.role, "date": swedish_date(choice.date), "dnr": choice.diarienummer}
        paragraphs.append(text("protection.chosen", policy=rules.policy.name, **values))
    paragraphs.append(text("protection.limits"))
    return Prose("\n>\n".join(f"> {paragraph}" for paragraph in paragraphs), ())


KINDS = {
    "survey": ("enkat", "enkat_utb"),
    "form": ("blankett",),
    "traces": ("sisab", "trafikkontoret"),
    "ia": ("ia",),
    "polis": ("polis",),
}


def criticism(picture: Picture) -> Prose:
    """What each kind of source shows, who answered, what changed in the collecting, and what that does to counts."""
    months = source_months(picture.coverage, picture.vocabulary)
    covered = {code for code in months if months[code].covered}
    breaks = [break_sentence(picture, break_) for break_ in picture.breaks if break_["cycle"] == picture.period.label]
    comparison = picture.groups[0].comparison
    words = section(
        "kallkritik",
        kinds=[kind for kind, of in KINDS.items() if covered.intersection(of)],
        covered=bool(covered),
        not_asked=_names(picture, lambda months: months.only(NOT_ASKED)),
        surveys=_answers(picture),
        breaks=breaks,
        omitted=picture.rejects.get("omitted", 0),
        compared=comparison is not None and comparison.total.verdict is not None,
    )
    return Prose(words, ())


def _answers(picture: Picture) -> list[dict[str, Any]]:
    """Each survey of the period: who answered of those asked, and the share of the period before."""
    response = picture.response[(picture.response["unit_kind"] == "") & picture.response["rate"].notna()]
    shares = {(row["source"], row["cycle"]): round(100 * row["rate"]) for row in response.to_dict("records")}
    before = picture.previous.label if picture.previous else ""
    return [
        {
            "source": picture.vocabulary.sources[row["source"]].text,
            "answered": number(row["answered"]),
            "asked": number(row["asked"]),
            "share": shares[row["source"], row["cycle"]],
            "before": shares.get((row["source"], before)),
        }
        for row in response[response["cycle"] == picture.period.label].to_dict("records")
    ]


TEXTS = {
    "underlag": sources,
    "rapporterat": reported,
    "enkater": survey,
    "kallkritik": criticism,
    "skydd": protection,
    "metod": method,
}
