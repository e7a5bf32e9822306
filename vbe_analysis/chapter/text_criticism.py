"""What limits the picture: the chapter's source criticism, in four questions."""

from vbe_analysis.chapter.chart_data import number
from vbe_analysis.chapter.parts import Prose
from vbe_analysis.chapter.sentences import capital, listed, text, word
from vbe_analysis.chapter.shown import Picture, delivered_months
from vbe_analysis.chapter.text import break_sentence, gap_sentences
from vbe_analysis.frames import NOT_ASKED

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
