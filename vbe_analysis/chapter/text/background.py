"""What the chapter says of its ground: the sources, what was reported, the survey and the method."""

from vbe_analysis.chapter.data.picture import Picture, delivered_months
from vbe_analysis.chapter.text.sentences import break_sentence, capital, gap_sentences, text, word
from vbe_analysis.config import load, message
from vbe_analysis.disclosure.bands import phrase
from vbe_analysis.disclosure.policy import PUBLIC, Policy, disclosure
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import NOT_ASKED, NOTHING
from vbe_analysis.swedish import listed, number

COVERAGE, COVERAGE_FIGURE = "{Tabell:tackning}", "{figur:figur_tackning}"


def sources(picture: Picture) -> Prose:
    """Which sources the picture stands on, and which had nothing to report or were not asked."""
    covered = delivered_months(picture.coverage)
    names = [term.text for code, term in picture.vocabulary.sources.items() if covered.get(code, 0)]
    values = {"tabell": COVERAGE, "figur": COVERAGE_FIGURE}
    intro = "sources.intro_one" if len(names) == 1 else "sources.intro"
    said = [text(intro, count=word(len(names)), sources=listed(names), **values)] if names else []
    said = said or [text("sources.intro_none", **values)]
    spans = [text("sources.period", label=period.label, days=period) for period in reversed(picture.periods)]
    said.append(capital(text("sources.periods", parts=listed(spans))))
    for status, key in ((NOTHING, "nothing"), (NOT_ASKED, "not_asked")):
        mine = picture.coverage[picture.coverage["environment"] == ""]
        whole = (mine["status"] == status).groupby(mine["source"]).all()
        some = [term.text for code, term in picture.vocabulary.sources.items() if whole.get(code, False)]
        if some:
            said.append(capital(text(f"sources.{key}", sources=listed(some))))
    return Prose(" ".join(said), ())


def reported(picture: Picture) -> Prose:
    """How to read the tables of events."""
    names = [spec.name for spec in picture.specs if not spec.annex]
    titles = [f"{{tabell:{name}}} {message(f'tables.title.{name}').lower()}" for name in names]
    first, *rest = titles
    shows = capital(first.replace("{tabell:", "{Tabell:", 1)).replace("} ", f"}} {text('reported.shows')} ", 1)
    said = [text("reported.intro", parts=listed([shows, *rest])), text("reported.zero")]
    if any(group.banded for group in picture.groups):
        said.append(text("reported.banded"))
    said += _trace_sources(picture)
    if any(low < high for low, high in (g.interval(picture.period.label) for g in picture.groups if not g.banded)):
        said.append(text("reported.interval_traces" if len(picture.groups) > 1 else "reported.interval"))
    return Prose(
        " ".join(said), picture.facts(*(f"{name}/" for name in names), "total/", "traces_total/", "traces_source/")
    )


def _trace_sources(picture: Picture) -> list[str]:
    """Who reported the physical traces, where the edition tells of them by source."""
    counts = picture.counts.get("traces_source")
    if counts is None:
        return []
    mine = counts[(counts["period"] == picture.period.label) & (counts["high"] > 0).fillna(False)]
    names = [picture.vocabulary.sources[code].text for code in mine["source"]]
    return [text("reported.trace_sources", sources=listed(names))] if names else []


def survey(picture: Picture) -> Prose:
    """How many answered, and what they know."""
    mine = picture.response[(picture.response["cycle"] == picture.period.label) & (picture.response["unit_kind"] == "")]
    if mine.empty:
        return Prose(text("survey.none"), ())
    said = []
    for row in mine[mine["rate"].notna()].to_dict("records"):
        values = {"answered": number(row["answered"]), "asked": number(row["asked"])}
        name = capital(picture.vocabulary.sources[row["source"]].text)
        said.append(text("survey.response", source=name, share=round(100 * row["rate"]), **values))
    known = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if len(known):
        said.append(text("survey.intro", tabell="{Tabell:tackning}", kunskap="{tabell:kunskap}"))
    return Prose(" ".join(said), ())


def method(picture: Picture) -> Prose:
    """How it was counted and compared, what the rule can see, and what was corrected or left out."""
    names = ("counts", "overlaps", "environment", "dates", "comparison", "power", "percent")
    banded = any(group.banded for group in picture.groups)
    own = ("counts", "overlaps", "comparison") if banded else ()
    said = [text(f"method.{name}_public" if name in own else f"method.{name}") for name in names]
    if picture.corrections:
        lines = [text("method.correction", reason=reason.rstrip("."), n=n) for reason, n in picture.corrections.items()]
        said.append("\n".join([text("method.corrections"), "", *lines]))
    reasons = load("texts.sv")["method"]["reject"]
    unread = {code: n for code, n in picture.rejects.items() if code != "omitted"}
    left = [text("method.part", reason=reasons.get(code, reasons["other"]), n=n) for code, n in unread.items()]
    if left:
        said.append(text("method.rejects", parts=listed(left)))
    if picture.other_district:
        said.append(text("method.other_district", n=number(picture.other_district)))
    if picture.not_counted:
        said.append(text("method.not_counted", n=number(picture.not_counted)))
    return Prose("\n\n".join(said), ())


def protection(picture: Picture) -> Prose:
    """The box that says how people are protected, from the rules in disclosure.toml, and what that does not cover."""
    rules = disclosure()
    if picture.edition != PUBLIC:
        return Prose(f"> {text('protection.internal')}", ())
    said = [text("protection.groups"), text(f"protection.bands_{_kind(rules.policy)}", bands=_bands(rules.policy))]
    if any(group.types is not None for group in picture.groups):
        said.append(text("protection.types"))
    said += [text("protection.audit", k=word(rules.policy.k - 1)), text("protection.fixed")]
    said += [text("protection.exempt", reasons=" ".join(one.reason for one in rules.exemptions)), *picture.protection]
    said.append(text("protection.limits"))
    return Prose("\n>\n".join(f"> {sentence}" for sentence in said), ())


def _kind(policy: Policy) -> str:
    return "zero" if policy.zero_possible else "plain"


def _bands(policy: Policy) -> str:
    """The ordinary ladder as a reader meets it."""
    return listed([phrase(*band) for band in policy.ladders[0].shown])


KINDS = {
    "survey": ("enkat", "enkat_utb", "blankett"), "traces": ("sisab", "trafikkontoret"),
    "ia": ("ia",), "polis": ("polis",),
}  # fmt: skip


def criticism(picture: Picture) -> Prose:
    """Four questions: which sources, what is missing, how that limits the picture, and with what effect."""
    covered = delivered_months(picture.coverage)
    n = int((covered > 0).sum())
    kinds = " ".join(text(f"criticism.kind_{kind}") for kind, of in KINDS.items() if any(covered.get(c, 0) for c in of))
    number_of = {0: "which_none", 1: "which_one"}.get(n, "which")
    which = text(f"criticism.{number_of}", n=capital(word(n)), tabell="{tabell:tackning}", kinds=kinds).rstrip()
    gaps = [*gap_sentences(picture), *_not_asked(picture), *_silent(picture)]
    if picture.rejects.get("omitted"):
        gaps.append(text("criticism.omitted", n=number(picture.rejects["omitted"])))
    missing = text("criticism.gaps", parts=" ".join(gaps)) if gaps else text("criticism.no_gaps")
    if not n:
        return Prose("\n\n".join([which, missing, text("criticism.limits_nothing")]), ())
    limits = [text("criticism.limits")]
    breaks = [break_sentence(picture, found) for found in picture.breaks if found["cycle"] == picture.period.label]
    if breaks:
        limits.append(text("criticism.breaks", parts=" ".join(breaks)))
    found = picture.groups[0].comparison
    compared = found is not None and found.total.verdict is not None
    about = [text("criticism.effect_zero" if picture.current == (0, 0) else "criticism.effect_number")]
    about += [text("criticism.effect_between")] if compared else []
    effect = text("criticism.effect", number=" ".join(about))
    return Prose("\n\n".join([which, missing, " ".join(limits), effect]), ())


def _not_asked(picture: Picture) -> list[str]:
    mine = picture.coverage[picture.coverage["environment"] == ""]
    never = (mine["status"] == NOT_ASKED).groupby(mine["source"]).all()
    names = [term.text for code, term in picture.vocabulary.sources.items() if never.get(code, False)]
    return [text("criticism.not_asked", sources=listed(names))] if names else []


def _silent(picture: Picture) -> list[str]:
    """Each survey that some did not answer, with the share beside the period before."""
    mine = picture.response[(picture.response["unit_kind"] == "") & picture.response["rate"].notna()]
    rates = {(row["source"], row["cycle"]): round(100 * row["rate"]) for row in mine.to_dict("records")}
    said = []
    for row in mine[mine["cycle"] == picture.period.label].to_dict("records"):
        if row["answered"] >= row["asked"]:
            continue
        now = rates[row["source"], row["cycle"]]
        before = rates.get((row["source"], picture.previous.label if picture.previous else ""), now)
        way = "lower" if now < before else "higher"
        than = text(f"criticism.silent_{way}", share=now, before=before) if now != before else ""
        words = {"missing": number(row["asked"] - row["answered"]), "asked": number(row["asked"])}
        said.append(text("criticism.silent", source=picture.vocabulary.sources[row["source"]].text, **words))
        said += [than] if than else []
    return said
