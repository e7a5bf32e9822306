"""The three lines of the first page: what is known, what is not, and what the board should take a stand on."""

from vbe_analysis.chapter.parts import Prose
from vbe_analysis.chapter.sentences import capital, listed, text, word
from vbe_analysis.chapter.shown import Picture, delivered_months
from vbe_analysis.chapter.text import finding, gaps_of
from vbe_analysis.periods import swedish_months

ENOUGH = 0.8  # statistics.md gives no limit: below this the board is asked, nothing is judged


def three_lines(picture: Picture) -> Prose:
    """A list of three; each item is chosen by what was delivered, answered and compared."""
    covered, gaps = delivered_months(picture.coverage), gaps_of(picture.coverage)
    of, whole = len(covered), int((covered == len(picture.period.months)).sum())
    known = [text("page.coverage", n=capital(word(whole)), of=word(of))] if of else []
    known += [f"{finding(picture, group)}." for group in picture.groups] if covered.any() else []
    names = picture.vocabulary.sources
    missing = [
        text("page.gap", source=names[source].text, months=swedish_months(months)) for source, months in gaps.items()
    ]
    unknown = [text("page.unreported")]
    if missing:
        unknown.append(text("page.missing", parts=listed(missing)) if len(missing) < 4 else text("page.missing_many"))
    lines = {"known": " ".join(known), "unknown": " ".join(unknown), "decide": _decide(picture, bool(gaps))}
    items = [f"- {text(f'page.{name}', said=said)}" for name, said in lines.items() if said]
    shown = (
        "environment/",
        "jamforelse/",
        *(f"{g.name}_{part}/" for g in picture.groups for part in ("jamforelse", "environment")),
    )
    return Prose("\n".join(items), picture.facts(*shown))


def _decide(picture: Picture, gaps: bool) -> str:
    """What there is to take a stand on; whether the plan answers to the picture always is."""
    parts = [text("page.plan")]
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
    return capital(f"{listed(parts)}.")
