"""The three lines of the first page: what is known, what is not, and what the board should take a stand on."""

from vbe_analysis.chapter import findings
from vbe_analysis.chapter.parts import Prose
from vbe_analysis.chapter.sentences import capital, events, listed, text, word
from vbe_analysis.chapter.shown import Group, Picture, delivered_months
from vbe_analysis.chapter.text import gaps_of
from vbe_analysis.periods import swedish_months

ENOUGH = 0.8  # statistics.md gives no limit: below this the board is asked, nothing is judged


def three_lines(picture: Picture) -> Prose:
    """A list of three; each item is chosen by what was delivered, answered and compared."""
    delivered, gaps = bool(delivered_months(picture.coverage).any()), gaps_of(picture.coverage)
    known = [_reported(picture, group) for group in picture.groups] if delivered else []
    known.append(_covered(picture) if delivered else text("page.coverage_nothing"))
    said = [group for group in picture.groups if findings.compared(group)]
    known += [f"{findings.periods(picture, group)}." for group in said]
    names = picture.vocabulary.sources
    missing = [
        text("page.gap_all" if len(months) == len(picture.period.months) else "page.gap",
             source=names[source].text, months=swedish_months(months))
        for source, months in gaps.items()
    ]  # fmt: skip
    silent = [text(f"group.{group.name}") for group in picture.groups if group not in said] if picture.previous else []
    unknown = [text("page.change", what=listed(silent))] if silent else []
    unknown.append(text("page.unreported"))
    if missing:
        unknown.append(text("page.missing", parts=listed(missing)) if len(missing) < 4 else text("page.missing_many"))
    lines = {"known": " ".join(known), "unknown": " ".join(unknown), "decide": _decide(picture, bool(gaps))}
    items = [f"- {text(f'page.{name}', said=said)}" for name, said in lines.items() if said]
    shown = (
        "environment/",
        "jamforelse/",
        "total/",
        *(f"{g.name}_{part}/" for g in picture.groups for part in ("jamforelse", "environment", "total")),
    )
    return Prose("\n".join(items), picture.facts(*shown))


def _covered(picture: Picture) -> str:
    """How many of the sources delivered for the whole period."""
    covered = delivered_months(picture.coverage)
    of, whole = len(covered), int((covered == len(picture.period.months)).sum())
    key = "coverage_none" if not whole else "coverage_all" if whole == of > 1 else "coverage"
    return text(f"page.{key}", n=capital(word(whole)), of=word(of))


def _decide(picture: Picture, gaps: bool) -> str:
    """The questions there are to take a stand on; whether the plan answers to the picture is one if there is any."""
    parts = [text("page.plan")] if delivered_months(picture.coverage).any() else []
    if gaps:
        parts.append(text("page.complete"))
    asked = picture.response[
        (picture.response["cycle"] == picture.period.label) & (picture.response["unit_kind"] == "")
    ]
    if (asked["rate"] < ENOUGH).any():
        parts.append(text("page.answers"))
    mine = picture.knowledge[picture.knowledge["cycle"] == picture.period.label]
    if (mine["x"] < ENOUGH * mine["n"]).any():
        parts.append(text("page.knowledge"))
    return " ".join(parts)


def _reported(picture: Picture, group: Group) -> str:
    """How many events, or of the bands only whether there were any."""
    mine = group.environments[group.environments["period"] == picture.period.label]
    if mine["low"].isna().all():
        return text("summary.others_unknown")
    low, high = group.interval(picture.period.label)
    if not group.banded:
        return text("page.reported", events=capital(events((low, high), group.name)))
    key = "none" if high == 0 else "some" if low > 0 else "few"
    return text(f"page.reported_{key}")
