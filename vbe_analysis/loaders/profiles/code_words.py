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


def says_nothing_else(label: str, kind: str, word: str) -> bool:
    """Whether the label is the word itself, or holds no word beside those of one code and neutral ones.

    >>> says_nothing_else("Klotter eller ristning", "event_type", "klotter")
    True
    >>> says_nothing_else("Symboler på kläder", "event_type", "symbol")
    False
    """
    normal, hits = normalise(label), _longest(normalise(label), kind)
    words = [match for match in re.finditer(r"[^\W_]+", normal) if match[0] not in load(WORDS)["neutral"]]
    return normal == word or all(any(start <= w.start() < end for _, start, end in hits) for w in words)


def begins_with(label: str, kind: str) -> bool:
    """Whether the label's first word is one of a list of code_words.toml, whole."""
    first = re.match(r"[^\W_]+", normalise(label))
    return first is not None and first[0] in load(WORDS)[kind]


def holds_word(text: str, kind: str) -> bool:
    """Whether the text holds a word of a list of code_words.toml."""
    return bool(_longest(normalise(text), kind))


def kind_of_labels(labels: Iterable[str]) -> str:
    """ "environment" or "event_type" where most of the labels say so and one of them clearly; else ""."""
    texts = list(labels)
    codes = {kind: _codes(texts, kind) for kind in KINDS}
    best = max(KINDS, key=lambda kind: len(codes[kind]))
    return best if set(codes[best]) - VAGUE else ""


def _codes(texts: list[str], kind: str) -> list[str]:
    """The codes of the labels that have one; none where too few have."""
    codes, least = list[str](), MOSTLY * len(texts)
    for left, text in zip(range(len(texts), 0, -1), texts, strict=True):
        if len(codes) + left < least:
            return []
        codes += filter(None, code_of_label(text, kind)[:1])
    return codes if len(codes) >= least else []


def is_led_by_code(label: str, kind: str) -> bool:
    """Whether the label begins with a word of a code ("den autonoma"), as a label does and a sentence does not."""
    normal, neutral = normalise(label), load(WORDS)["neutral"]
    return any(set(normal[:start].split()) <= set(neutral) for _, start, _ in _longest(normal, kind))


def _longest(text: str, kind: str) -> list[tuple[str, int, int]]:
    """(code, start, end) of each stem of a table in the text that does not lie inside a longer one."""
    near = ((code, stem) for code, word, stem in _stems(kind) if word in text)  # quicker than to search for each
    hits = [(code, match.start(), match.end()) for code, stem in near for match in stem.finditer(text)]
    return [
        hit
        for hit in hits
        if not any(o[1] <= hit[1] and hit[2] <= o[2] and o[2] - o[1] > hit[2] - hit[1] for o in hits)
    ]


@cache
def _stems(kind: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """(code, word, pattern) of each stem of a table."""
    table = load(WORDS)[kind]
    stems = table.items() if isinstance(table, Mapping) else [(kind, table)]
    return tuple((code, stem.strip("=."), _pattern(stem)) for code, words in stems for stem in words)


def _pattern(stem: str) -> re.Pattern[str]:
    if stem.startswith("="):
        return re.compile(rf"\A{re.escape(stem[1:])}\Z")
    whole = r"(?![^\W_])" if stem.endswith(".") else ""
    return re.compile(rf"(?<![^\W_]){re.escape(stem.removesuffix('.'))}{whole}")
