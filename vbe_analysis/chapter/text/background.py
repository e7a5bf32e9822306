"""What the chapter says of its ground: the sources, what was reported, the survey and the method."""

from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.chapter.text.groups import Values, counts_of, source_names
from vbe_analysis.chapter.text.section import section
from vbe_analysis.chapter.text.sentences import break_sentence
from vbe_analysis.config import message
from vbe_analysis.disclosure.bands import phrase
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.document.parts import Prose
from vbe_analysis.frames import NOT_ASKED, NOTHING
from vbe_analysis.swedish import number, swedish_date
from vbe_analysis.workspace.revision.log import BOARD, CITY, CONSULTATION


def sources(picture: Picture) -> Prose:
    """Which sources the picture stands on, and which had nothing to report or were not asked."""
    words = section(
        "underlag",
        sources=source_names(picture, lambda months: months.covered > 0),
        silent=source_names(picture, lambda months: months.only(NOTHING)),
        not_asked=source_names(picture, lambda months: months.only(NOT_ASKED)),
        periods=picture.periods[::-1],
    )
    return Prose(words, ())


def reported(picture: Picture) -> Prose:
    """How to read the tables of events."""
    tables = [spec.name for spec in picture.specs if not spec.annex]
    by_source = counts_of(picture, picture.counts.get("traces_source"), "source")
    intervals = [group.interval(picture.period.label) for group in picture.groups if not group.banded]
    words = section(
        "rapporterat",
        tables=[(name, message(f"tables.title.{name}").lower()) for name in tables],
        banded=any(group.banded for group in picture.groups),
        trace_sources=[picture.vocabulary.all_sources[code].text for code, count in by_source.items() if count[1]],
        open=any(low < high for low, high in intervals),
        divided=len(picture.groups) > 1,
    )
    return Prose(words, picture.facts(*(f"{name}/" for name in (*tables, "total", "traces_total", "traces_source"))))


def survey(picture: Picture) -> Prose:
    """How many answered, and what they know."""
    response = picture.response[picture.response["unit_kind"] == ""]
    words = section(
        "enkater",
        answered=(response["cycle"] == picture.period.label).any(),
        surveys=_surveys(picture),
        knowledge=(picture.knowledge["cycle"] == picture.period.label).any(),
    )
    return Prose(words, ())


def method(picture: Picture) -> Prose:
    """How it was counted and compared, what the rule can see, and what was corrected or left out."""
    words = section(
        "metod",
        banded=any(group.banded for group in picture.groups),
        corrections={reason.rstrip("."): n for reason, n in picture.corrections.items()},
        rejects={code: n for code, n in picture.rejects.items() if code != "omitted"},
        other_district=picture.other_district,
        not_counted=picture.not_counted,
        consulted=[f"{entry.role} den {swedish_date(entry.day)}" for entry in picture.log.of(CONSULTATION)],
        board=[(swedish_date(entry.day), entry.number) for entry in picture.log.of(BOARD)],
        city=[(swedish_date(entry.day), entry.number) for entry in picture.log.of(CITY)],
        board_name=picture.settings.board,
    )
    return Prose(words, ())


def protection(picture: Picture) -> Prose:
    """The box that says how people are protected, from the rules in disclosure.toml, and what that does not cover."""
    policy, choice = picture.rules.policy, picture.rules.choice
    words = section(
        "skydd",
        internal=picture.edition != PUBLIC,
        open_acts=[picture.vocabulary.event_types[code].text for code in picture.vocabulary.open_acts],
        bands=[phrase(*band) for band in policy.ladders[0].shown],  # the ordinary ladder
        policy=policy,
        types_listed=any(group.types is not None for group in picture.groups),
        exemptions=picture.rules.exemptions,
        repairs=picture.protection,
        choice=choice,
        date=swedish_date(choice.date) if choice else "",
    )
    return Prose("\n>\n".join(f"> {paragraph}" for paragraph in words.split("\n\n")), ())


KINDS = {
    "survey": ("enkat", "enkat_utb"),
    "form": ("blankett",),
    "traces": ("sisab", "trafikkontoret"),
    "ia": ("ia",),
    "polis": ("polis",),
}


def criticism(picture: Picture) -> Prose:
    """What each kind of source shows, who answered, what changed in the collecting, and what that does to counts."""
    months = picture.source_months
    covered = {code for code in months if months[code].covered}
    comparison = picture.groups[0].comparison
    words = section(
        "kallkritik",
        kinds=[kind for kind, of in KINDS.items() if covered.intersection(of)],
        covered=bool(covered),
        not_asked=source_names(picture, lambda months: months.only(NOT_ASKED)),
        surveys=_surveys(picture),
        breaks=[break_sentence(picture, entry) for entry in picture.breaks if entry["cycle"] == picture.period.label],
        omitted=picture.rejects.get("omitted", 0),
        compared=comparison is not None and comparison.total.verdict is not None,
    )
    return Prose(words, ())


def _surveys(picture: Picture) -> list[Values]:
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
