"""Damaged files: real ones with a byte or a piece of XML changed, and what the reader makes of each.

`python -m benchmarks.mutations [N [SEED]]`: N mutations (20,000 unless said). Each ends as the same rows, a difference
that is told, a difference that the file itself has (an independent reading of the changed file says the same), a
refusal; or as what must not be: a crash, a file that never ends, or rows that differ from what the file says and nobody
tells (deceived).
"""

import random
import re
import resource
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from time import perf_counter

from benchmarks import independent
from benchmarks.independent import Unreadable, sheets_of
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.files.reader import FileReader

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (ROOT / "data" / "raw", ROOT.parent / "shared" / "real")
LARGEST = 130_000  # bytes of a file that is mutated; the rest is the same again and slow
SECONDS = 30.0
NUMBER, SEED = 20_000, 20261128
OUTCOMES = ("same rows", "told", "file differs", "not judged", "refused", "CRASH", "HUNG", "DECEIVED")
PARTS = re.compile(
    r"(?:xl/(?:worksheets/[^/]+|sharedStrings|styles|workbook)\.xml|xl/_rels/.*|content\.xml|"
    r"word/document\.xml)"
)
SIGNS = (b'"', b";", b",", b"\n", b"\r", b"\t", b"\xe5", b"'")
VALUES = (b"", b"0", b"1", b"2", b"A1", b"C3", b"s", b"str", b"d", b"4294967296", b"1048576", b"true")
NAMES = (b"c", b"v", b"row", b"t", b"x:c", b"/c", b"/row")
TOKEN = re.compile(rb"<[^<>]*>|[^<>]+")


@dataclass
class Result:
    """What became of all of them; examples: the first of each outcome that must not be."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)  # (format, outcome)
    examples: list[str] = field(default_factory=list)
    longest: float = 0.0
    seconds: float = 0.0

    def of(self, outcome: str) -> int:
        """How many ended so."""
        return sum(count for (_, name), count in self.outcomes.items() if name == outcome)


def main(number: int = NUMBER, seed: int = SEED) -> None:
    """Print the figures."""
    result = try_mutations(number, seed)
    formats = sorted({name for name, _ in result.outcomes})
    print(f"{'':14}" + "".join(f"{name:>8}" for name in formats) + f"{'all':>8}")
    for outcome in OUTCOMES:
        row = [result.outcomes[name, outcome] for name in formats]
        print(f"{outcome:14}" + "".join(f"{count:8}" for count in row) + f"{sum(row):8}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{number} in {result.seconds:.0f} s; longest {result.longest:.1f} s, most memory {peak} MB")
    print("\n".join(result.examples))


def try_mutations(number: int, seed: int = SEED, keep: Path | None = None) -> Result:
    """Read `number` mutations of every small file of the folders in turn; `keep`: where to leave what must not be."""
    chance, result = random.Random(seed), Result()
    originals = _originals()
    start = perf_counter()
    with tempfile.TemporaryDirectory() as folder, FileReader(Limits(seconds=SECONDS)) as reader:
        for count in range(number):
            original = originals[count % len(originals)]
            how, data = _mutate(original, chance)
            path = Path(folder) / original.name
            path.write_bytes(data)
            begun = perf_counter()
            outcome = _judge(reader, original, path)
            spent = perf_counter() - begun
            result.longest = max(result.longest, spent)
            result.outcomes[original.suffix.lstrip("."), outcome] += 1
            if outcome.isupper():
                result.examples.append(f"{outcome} {count}: {original.name}: {how} ({spent:.1f} s)")
                if keep:
                    (keep / f"{count}{original.suffix}").write_bytes(data)
    result.seconds = perf_counter() - start
    return result


def _originals() -> list[Path]:
    names = ("leveranser.xlsx", "rattelser.xlsx")
    paths = (path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.rglob("*.*")))
    kinds = (".xlsx", ".xls", ".csv", ".docx", ".ods")
    return [p for p in paths if p.suffix in kinds and p.stat().st_size < LARGEST and p.name not in names]


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _unchanged(path: Path) -> RawFile:
    with FileReader() as reader:
        return reader.read(path)


def _judge(reader: FileReader, original: Path, path: Path) -> str:
    before = _unchanged(original)
    try:
        after = reader.read(path)
    except InputError as error:
        codes = {fault.code for fault in error.faults}
        return "HUNG" if "file_late" in codes else "CRASH" if "file_unreadable" in codes else "refused"
    if sheets_of(before) == sheets_of(after):
        return "same rows"
    if {notice.code for notice in after.notices} - {notice.code for notice in before.notices}:
        return "told"
    if [sheet.ragged for sheet in after.sheets] != [sheet.ragged for sheet in before.sheets]:
        return "told"  # rows that are not loaded
    try:
        agrees = independent.agrees(after, before, _content(original), path.read_bytes())
    except Unreadable:
        return "not judged"
    return "file differs" if agrees else "DECEIVED"


def _mutate(path: Path, chance: random.Random) -> tuple[str, bytes]:
    """How the file was changed, and its bytes."""
    data = _content(path)
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _mutate_part(data, chance)
    return _mutate_bytes(data, chance)


def _mutate_bytes(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    place, length = chance.randrange(len(data)), chance.choice((1, 1, 1, 2, 4, 64, 512))
    head, middle, tail = data[:place], data[place : place + length], data[place + length :]
    ways: dict[str, Callable[[], bytes]] = {
        "a bit": lambda: head + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :],
        "bytes": lambda: head + chance.randbytes(len(middle)) + tail,
        "bytes more": lambda: head + chance.randbytes(length) + middle + tail,
        "bytes fewer": lambda: head + tail,
        "a piece twice": lambda: head + middle + middle + tail,
        "a piece of zeros": lambda: head + bytes(len(middle)) + tail,
        "cut": lambda: head,
        "Windows' line ends": lambda: data.replace(b"\n", b"\r\n"),
        "another sign": lambda: head + chance.choice(SIGNS) + middle + tail,
    }
    name = chance.choice(sorted(ways))
    return f"{name}, {length} at {place}", ways[name]()


def _mutate_part(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The package with one XML part changed at one place."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(filter(PARTS.fullmatch, parts)))
    tokens = TOKEN.findall(parts[name])
    places = [place for place, token in enumerate(tokens) if token.strip() and not token.startswith(b"<?")]
    place = chance.choice(places)
    token = tokens[place]
    how, tokens[place] = _mutate_token(token, chance)
    if how == "moved":
        other = chance.choice(places)
        tokens[place], tokens[other] = tokens[other], token
    parts[name] = b"".join(tokens)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return f"{name} {how}: {token[:60]!r}", target.getvalue()


def _mutate_token(token: bytes, chance: random.Random) -> tuple[str, bytes]:
    """One tag or one text, changed."""
    if not token.startswith(b"<"):
        half = len(token) // 2
        ways = {
            "CDATA": b"<![CDATA[" + token + b"]]>",
            "half CDATA": token[:half] + b"<![CDATA[" + token[half:] + b"]]>",
            "references": b"".join(b"&#%d;" % letter for letter in token) if token.isascii() else token,
            "a comment inside": token[:half] + b"<!-- 9 -->" + token[half:],
            "an instruction inside": token[:half] + b"<?a 9?>" + token[half:],
            "another text": chance.choice([b"", b"0", b"-1", b"99999999999999999999", b"1E300", b"x", b" ", b"&amp;"]),
            "twice": token + token,
            "spaces around": b" " + token + b"\n",
            "an element inside": token[:half] + b"<b/>" + token[half:],
        }
    else:
        attributes = re.findall(rb'\s[\w:]+="[^"]*"', token)
        chosen = chance.choice(attributes) if attributes else b""
        key = chosen.partition(b"=")[0]
        value = chance.choice(VALUES)
        ways = {
            "gone": b"",
            "twice": token * 2,
            "moved": token,
            "an attribute gone": token.replace(chosen, b"", 1) if chosen else token,
            "another attribute": token.replace(chosen, key + b'="' + value + b'"', 1) if chosen else token,
            "an apostrophe": token.replace(chosen, chosen.replace(b'"', b"'"), 1) if chosen else token,
            "another name": re.sub(rb"(?<=<)/?[\w:]+", chance.choice(NAMES), token, count=1),
            "closed": token if token.endswith(b"/>") else token[:-1] + b"/>",
            "a comment before": b"<!-- x -->" + token,
            "a text before": b"9" + token,
        }
    how = chance.choice(sorted(ways))
    return how, ways[how]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
