"""One cell of several choices -> the labels that were chosen: between separators, or behind ticked boxes."""

import re
from collections.abc import Collection

from vbe_analysis.loaders.files.raw import Cell
from vbe_analysis.loaders.values.cells import label_of, normalise

# How a choice begins that leaves the rest to the respondent's own words, and such a choice with words behind it.
OTHER = re.compile(r"(?:annat|annan|annet|andet|övrigt|other|sonstiges|anderes)\b")
OWN_WORDS = re.compile(OTHER.pattern + r"[^:]*:")
# Boxes as they are drawn: a ticked or crossed one, or an empty one.
TICKED_SIGNS = "\u2611\u2612\u2713\u2714\u2715\u2716\u2717\u2718\u2705\u25a0\u25fc\u25c9\u25cf\U0001f5f9\U0001f5f5"
EMPTY_SIGNS = "\u2610\u25a1\u25a2\u25fb\u2b1c\u274f\u2751\u25cb\u25ef"
_TICKED = rf"[{TICKED_SIGNS}]|\[\s*[xXvV✓✔]\s*\]|\(\s*[xX✓✔]\s*\)"
_BOX = re.compile(rf"({_TICKED}|[{EMPTY_SIGNS}]|\[\s*\]|\(\s*\))")
_TICKED_BOX = re.compile(_TICKED)


def choices_in(cell: Cell, separator: str, known: Collection[str] = ()) -> list[str]:
    """The labels in a cell of several choices: between separators, or behind the ticked of its boxes.

    known: labels in normal form; one that holds the separator itself is one label, the longest first. Words behind
    "Annat:" go on to the next known label.

    >>> choices_in("a; b;", ";"), choices_in("\u2612 a \u2610 b \u2612 c", ";"), choices_in("A, b, c", ",", {"a, b"})
    (['a', 'b'], ['a', 'c'], ['A, b', 'c'])
    >>> choices_in("[x] a [ ] b", ";")
    ['a']
    """
    text = label_of(cell) if separator.strip() or not isinstance(cell, str) else cell  # a line break may part them
    boxes = _BOX.split(text)
    if len(boxes) > 1 and boxes[0].strip():  # words before the first box: which words a box belongs to is unclear
        return [text]
    if len(boxes) > 1:
        pairs = zip(boxes[1::2], boxes[2::2], strict=True)
        return [part.strip() for box, part in pairs if _TICKED_BOX.fullmatch(box) and part.strip()]
    pieces, parts = text.split(separator), list[str]()
    while pieces:
        joined = (separator.join(pieces[:end]) for end in range(len(pieces), 0, -1))
        label = next((part for part in joined if normalise(part) in known), None)
        if label is None and parts and OWN_WORDS.match(normalise(parts[-1])):
            parts[-1] += separator + pieces.pop(0)
        else:
            label = pieces[0] if label is None else label
            parts.append(label)
            del pieces[: label.count(separator) + 1]
    return [part.strip() for part in parts if part.strip()]


def one_choice(cell: Cell, known: Collection[str]) -> Cell:
    """The label behind the only ticked of several boxes; any other cell as it is."""
    if type(cell) is not str or not _BOX.match(cell.strip()) or normalise(cell) in known:
        return cell
    choices = choices_in(cell, "\0")
    return choices[0] if len(choices) == 1 else cell
