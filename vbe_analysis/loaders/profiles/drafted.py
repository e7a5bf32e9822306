"""A profile in the making: values with the reason that each stands there, and the TOML text that shows them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vbe_analysis.config import message

OPEN = "?"  # a code that a person has to fill in: no vocabulary has it
# Keys of a draft that no profile has: what the cells of the columns are, of those not read by their headings.
UNREAD, HOLDS = NOTES = ("#unread", "#holds")
VALUES = ".values"
_INLINE = ("where", "constants", "versions")  # tables that stand in one line
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Drafted:
    """A value of a drafted profile and why it stands there.

    sure: no one has to confirm it. decides: how many rows or cells it decides, for the order of the questions.
    """

    value: Any
    why: str
    sure: bool = False
    decides: int = 0

    @property
    def is_open(self) -> bool:
        """Whether a person has to fill in a value."""
        return OPEN in self.value.values() if isinstance(self.value, Mapping) else bool(self.value == OPEN)


def plain(content: Any) -> Any:
    """The content as TOML has it, without reasons and remarks."""
    if isinstance(content, Drafted):
        return plain(content.value)
    if isinstance(content, Mapping):
        return {key: plain(value) for key, value in content.items() if key not in NOTES}
    return [plain(item) for item in content] if isinstance(content, list | tuple) else content


@dataclass(frozen=True)
class ProfileText:
    """A drafted profile as TOML, what is left open as questions (what decides most first), and how many guesses."""

    text: str
    questions: tuple[str, ...]
    guesses: int


def profile_text(content: Mapping[str, Any]) -> ProfileText:
    """The profile as TOML: first what is left open, as questions; then each value with its reason beside it."""
    lines = list(_lines(content, ""))
    marks = [(at, mark) for at, (_, mark) in enumerate(lines, 1) if mark and not mark.sure]
    asked = sorted((item for item in marks if item[1].is_open), key=lambda item: (-item[1].decides, item[0]))
    guessed = [at for at, mark in marks if not mark.is_open]
    head = [f"# {line}" for line in message("drafting.intro").strip().splitlines()]
    size = len(head) + (len(asked) + 2 if asked else 0) + (2 if guessed else 0)
    questions = [message("drafting.question", row=at + size, what=_sentence(mark.why)) for at, mark in asked]
    if questions:
        head += ["#", f"# {message('drafting.questions')}"]
        head += [f"# {number}. {question}" for number, question in enumerate(questions, 1)]
    if guessed:
        rows = ", ".join(str(at + size) for at in guessed)
        head += ["#", f"# {message('drafting.to_confirm', count=len(guessed), rows=rows)}"]
    return ProfileText("\n".join([*head, *(text for text, _ in lines)]) + "\n", tuple(questions), len(guessed))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, Drafted | None]]:
    """(line, the drafted value in it) of a table: its own values, then the tables inside it."""
    inner: list[tuple[str, Any]] = []
    for key, held in table.items():
        value = held.value if isinstance(held, Drafted) else held
        if key == HOLDS:
            continue
        if key == UNREAD:
            yield f"# {message('drafting.unread', headings=', '.join(value))}", None
        elif _is_table(key, value) and not path.endswith(VALUES):  # a label's codes stand in one line
            inner.append((key, value))
        else:
            mark = held if isinstance(held, Drafted) else None
            yield (
                f"{toml_value(key) if path.endswith(VALUES) else _key(key)} = {toml_value(value)}{_comment(mark)}",
                mark,
            )
    for key, value in inner:
        name = f"{path}.{_key(key)}".lstrip(".")
        for part in value if isinstance(value, list) else [value]:
            if key in ("tables", "columns", "groups", "dates", "numbers", "ignore", "totals", "scales"):
                yield "", None
            yield (f"[[{name}]]" if isinstance(value, list) else f"[{name}]"), None
            yield from _lines(part, name)


def _is_table(key: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return key not in _INLINE
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and key not in _INLINE


def _comment(mark: Drafted | None) -> str:
    if not mark or not mark.why:
        return ""
    return f"  # {mark.why if mark.sure else message('drafting.guess', what=mark.why)}"


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else toml_value(key)


def toml_value(value: Any) -> str:
    """A value as TOML has it, in one line."""
    if isinstance(value, Drafted):
        return toml_value(value.value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {toml_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
