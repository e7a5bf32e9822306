"""A code guessed from the words of a label, by config/code_words.toml: for drafts alone, for a person to confirm."""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache

from vbe_analysis.config import load
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.vocabulary import REFERENCE, UNKNOWN, Term

WORDS = "code_words"
VAGUE = {UNKNOWN, REFERENCE, "ovrigt"}  # they say little of what a column holds
MOSTLY = 0.6  # of the labels
LIKE = 0.85  # of difflib, for a workspace's own words and slips of the hand
KINDS = ("environment", "event_type")


def code_of_label(label: str, kind: str, terms: Mapping[str, Term] | None = None) -> tuple[str, str]:
    """The code that the label's words point at, and the word that says so; ("", "") where none or several do.

    kind: a table of code_words.toml. terms: the codes that exist, with their labels, which go first.

    >>> code_of_label("Högerextremism/vit makt", "environment")
    ('vit_makt', 'högerextrem')
    >>> code_of_label("Hot eller affischer", "event_type"), code_of_label("Inget hot", "event_type")
    (('', ''), ('', ''))
    """
    normal = normalise(label)
    spelled = {normalise(word): code for code, t in (terms or {}).items() for word in (code, t.label, t.text)}
    if normal in spelled:
        return spelled[normal], normal
    hits = _longest(normal, kind)
    codes = {code for code, *_ in hits if terms is None or code in terms}
    if len(codes) == 1:
        [code] = codes
        negated = _longest(normal, "negations") and code not in load(WORDS)["negated"]
        return ("", "") if negated else (code, min((start, normal[start:end]) for _, start, end in hits)[1])
    like = difflib.get_close_matches(normal, spelled, n=1, cutoff=LIKE) if spelled and not codes else []
    return (spelled[like[0]], like[0]) if like else ("", "")


def kind_of_labels(labels: Iterable[str]) -> str:
    """ "environment" or "event_type" where most of the labels say so and one of them clearly; else ""."""
    texts = list(labels)
    codes = {kind: [code_of_label(text, kind)[0] for text in texts] for kind in KINDS}
    best = max(KINDS, key=lambda kind: sum(map(bool, codes[kind])))
    named = sum(map(bool, codes[best]))
    return best if named and named >= MOSTLY * len(texts) and set(codes[best]) - VAGUE - {""} else ""


def is_led_by_code(label: str, kind: str) -> bool:
    """Whether the label begins with a word of a code, as a label does and a sentence does not."""
    return any(start == 0 for _, start, _ in _longest(normalise(label), kind))


def _longest(text: str, kind: str) -> list[tuple[str, int, int]]:
    """(code, start, end) of each stem of a table in the text that does not lie inside a longer one."""
    stems, any_stem = _stems(kind)
    if not any_stem.search(text):
        return []
    hits = [(code, match.start(), match.end()) for code, stem in stems for match in stem.finditer(text)]
    return [
        hit
        for hit in hits
        if not any(o[1] <= hit[1] and hit[2] <= o[2] and o[2] - o[1] > hit[2] - hit[1] for o in hits)
    ]


@cache
def _stems(kind: str) -> tuple[list[tuple[str, re.Pattern[str]]], re.Pattern[str]]:
    """(code, pattern) of each stem of a table, and a pattern of them all."""
    table = load(WORDS)[kind]
    stems = table.items() if isinstance(table, Mapping) else [(kind, table)]
    patterns = [(code, _pattern(stem)) for code, words in stems for stem in words]
    apart = [(code, re.compile(_FIRST + pattern)) for code, pattern in patterns]
    return apart, re.compile(f"{_FIRST}(?:{'|'.join(pattern for _, pattern in patterns)})")


_FIRST = r"(?<![^\W_])"  # at the beginning of a word


def _pattern(stem: str) -> str:
    if stem.startswith("="):
        return rf"\A{re.escape(stem[1:])}\Z"
    return re.escape(stem.removesuffix(".")) + (r"(?![^\W_])" if stem.endswith(".") else "")
