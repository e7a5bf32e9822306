"""Coding rules: words in a free text that read an act set a code. The text and the matched phrase are never kept."""

import re
from collections import Counter
from functools import cache, partial

import numpy as np

from vbe_analysis.loaders.cells import label_of, normalise
from vbe_analysis.loaders.fields import convert
from vbe_analysis.loaders.headings import Located
from vbe_analysis.loaders.raw import Cell


def code_texts(located: Located, fields: dict[str, np.ndarray], wanted: np.ndarray) -> tuple[np.ndarray, Counter[str]]:
    """Fill fields that no label has set from the table's text columns, in rows where `wanted` is true.

    Returns the rows (bool) that a rule coded, and how many rows each rule id coded: what the run record lists.
    """
    coded = np.zeros(len(wanted), dtype=bool)
    used: Counter[str] = Counter()
    for bound in located.columns:
        for rule in bound.column.rules:
            found = convert(bound, partial(_holds, rule.words))
            hit = found.take(bool, False).astype(bool) & wanted
            new = np.zeros(len(wanted), dtype=bool)
            for name, code in rule.sets.items():
                free = hit & np.array([value is None for value in fields[name]], dtype=bool)
                fields[name][free] = code
                new |= free
            coded |= new
            if new.any():
                used[rule.id] += int(new.sum())
    return coded, used


def _holds(words: tuple[str, ...], cell: Cell) -> bool:
    return cell is not None and bool(_words(words).search(normalise(label_of(cell))))


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words; a trailing `*` takes any ending ("hakkors*")."""
    parts = (re.escape(normalise(word).rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
