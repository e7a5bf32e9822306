"""How much of a finished profile `vbe profile FILE` guesses: roles of columns, codes of labels, and wrong codes.

The truth is each profile that a person wrote: the example's and, where ../shared is beside the project, the invented
district's, for every raw file that they read. A column is right where the draft reads it as the profile does (role, or
part of the same group); one that the profile drops or reads for its rules alone is right where the draft reads nothing;
wrong where the draft reads something else than the profile. A label is right where the draft gives it the profile's
code, open where the draft asks, wrong where it says another code. Reports: the rows that the draft and the profile load
alike, of all that either loads, once the codes left open are filled in from the profile. To do: the guesses a person
has to confirm and the codes to fill in.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.district.workspace import vbe_toml
from tests.loaders.unseen_layouts import unseen
from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.profiles.draft import district_of, draft_content
from vbe_analysis.loaders.profiles.drafted import OPEN, profile_text
from vbe_analysis.loaders.profiles.profile import GUESS, Column, Group, Profile, parse_profile
from vbe_analysis.loaders.tables.columns import Context
from vbe_analysis.loaders.tables.file import read_delivered
from vbe_analysis.loaders.tables.locate import locate
from vbe_analysis.loaders.values.cells import is_heading, label_of, normalise
from vbe_analysis.periods import Period
from vbe_analysis.settings import Settings, read_settings
from vbe_analysis.storage import CORRECTIONS, DELIVERIES
from vbe_analysis.vocabulary import REFERENCE

ROOT = Path(__file__).resolve().parents[1]
DISTRICT = ROOT.parent / "shared" / "district"
NOTHING = {"text", "drop", "key", "copy_of"}
MEASURED = ("source", "column", "label", "report")
PLACES = ("sisab", "trafikkontoret")  # sources of which most reports concern no VBE
CODED = {"environment", "event_type", "noted", "question"}
Place = tuple[str, int]  # a sheet and a column


def main() -> None:
    """Print the figures of each file, of each district, and of the drafts of the real survey exports."""
    verbose = "--verbose" in sys.argv
    with TemporaryDirectory() as folder:
        made = [(path, parse_profile(text, path.name)) for path, text in unseen(Path(folder))]
        for name, files in (("example", [*example()]), ("invented district", [*district()]), ("unseen", made)):
            totals: Counter[str] = Counter()
            for path, profile in files:
                result = compared(read_file(path), profile, settings_of(path), verbose)
                totals += result
                print(f"{path.parent.name[-4:]}/{path.name[:44]:44} {figures(result)}")
            print(f"{name:49} {figures(totals)}\n")


def figures(result: Counter[str]) -> str:
    """The shares in words."""
    shares = (f"{what}s {result[f'{what}_right']}/{result[what]} wrong {result[f'{what}_wrong']}" for what in MEASURED)
    return f"{'  '.join(shares)}  to do {result['guess']}+{result['open']}"


def example() -> Iterator[tuple[Path, Profile]]:
    """Each raw file of the example district with the profile that reads it."""
    yield from _files(ROOT / "data" / "raw", ROOT / "data" / "profiles")


def district() -> Iterator[tuple[Path, Profile]]:
    """The same of the invented district, where it is there."""
    if DISTRICT.is_dir():
        yield from _files(DISTRICT, ROOT / "tests" / "district" / "profiles")


def _files(raw: Path, profiles: Path) -> Iterator[tuple[Path, Profile]]:
    known = [parse_profile(file.read_text(encoding="utf-8"), file.name) for file in sorted(profiles.glob("*.toml"))]
    for path in sorted(raw.glob("20*/*")):
        if path.name not in (DELIVERIES, CORRECTIONS) and path.suffix != ".txt":
            with suppress(InputError):
                file = read_file(path)
                yield from ((path, profile) for profile in known if _roles(file, profile, strict=True))


@cache
def settings_of(path: Path) -> Settings:
    """The vbe.toml of the district whose file it is."""
    if DISTRICT not in path.parents:
        return read_settings(ROOT)
    vocabulary = json.loads((DISTRICT / "truth.json").read_text(encoding="utf-8"))["vocabulary"]
    with TemporaryDirectory() as folder:
        (Path(folder) / "vbe.toml").write_text(vbe_toml(vocabulary), encoding="utf-8")
        return read_settings(Path(folder))


def _roles(raw: RawFile, profile: Profile, strict: bool = False) -> dict[Place, Column | Group]:
    """What the profile makes of each column that holds something. strict: nothing where a table is not there."""
    roles: dict[Place, Column | Group] = {}
    for sheet in raw.sheets:
        for table in profile.tables:
            named = any(is_heading((pattern,), sheet.name) for pattern in table.sheets)
            if sheet.hidden or (sheet.prose and table.sheets == ("*",)) or not named:
                continue
            found = locate(sheet, table, raw.name)
            if found.faults:
                if strict:
                    return {}
                continue
            for column in (*found.columns, *found.groups):
                place = (sheet.name, column.index) if table.shape != "form" else ("", hash(normalise(column.heading)))
                roles[place] = column.spec
            for index in found.dropped:
                roles[sheet.name, index] = Column("drop")
    return roles


def _role(spec: Column | Group) -> str:
    if isinstance(spec, Group):
        return f"group:{','.join(sorted(level.as_ for level in spec.levels if level.as_ != 'item'))}:{spec.holds}"
    return "nothing" if spec.as_ in NOTHING or (spec.as_ == "filter") else spec.as_


def _codes(spec: Column | Group) -> Mapping[str, object]:
    if isinstance(spec, Group):
        values = [level.values for level in spec.levels if level.as_ in CODED]
        return {normalise(k): v for part in values if isinstance(part, Mapping) for k, v in part.items()}
    if spec.as_ not in CODED or not isinstance(spec.values, Mapping):
        return {}
    return {normalise(label): code for label, code in spec.values.items()}


def compared(raw: RawFile, truth: Profile, settings: Settings, verbose: bool = False) -> Counter[str]:
    """The figures of one file."""
    text = profile_text(draft_content(raw, district_of(settings))).text
    draft = parse_profile(text, "utkast.toml")
    wanted, drafted = _roles(raw, truth), _roles(raw, draft)
    result: Counter[str] = Counter()
    for place, spec in wanted.items():
        role, guessed = _role(spec), _role(drafted.get(place, Column("drop")))
        result["column"] += 1
        result["column_right" if role == guessed else "column_other"] += 1
        result["column_wrong"] += guessed not in (role, "nothing")
        if verbose and role != guessed:
            print("   column", place[0], place[1], (spec.heading or ("",))[0][:60], role, "drafted", guessed)
    given = {label: code for spec in drafted.values() for label, code in _codes(spec).items()}
    columns = {(sheet.name, i): column for sheet in raw.sheets for i, column in enumerate(sheet.columns)}
    texts_of: dict[int, set[str]] = {}
    for place, spec in wanted.items():
        cells = columns[place].cells if place in columns else [c for column in columns.values() for c in column.cells]
        parts = {part.strip() for cell in cells for part in normalise(label_of(cell)).split(";")}
        texts_of.setdefault(id(spec), set()).update(parts, _codes(spec) if isinstance(spec, Group) else ())
    for spec in {id(spec): spec for spec in wanted.values()}.values():
        texts = texts_of[id(spec)]
        for label, code in _codes(spec).items():
            if label not in texts or "*" in label or (_role(spec) == "question" and label == code):
                continue
            code_drafted = given.get(label)
            result["label"] += 1
            result["label_right" if code_drafted == code else "label_other"] += 1
            result["label_wrong"] += code_drafted not in (code, None, OPEN, label)
            if verbose and code_drafted != code:
                print("   label", label, code, "drafted", code_drafted)
    lines = [line for line in text.splitlines() if GUESS.search(line)]
    lines = [line for line in lines if not line.startswith("#")]
    result["open"] = sum(f'"{OPEN}"' in line for line in lines)
    result["guess"] = len(lines) - result["open"]
    result["source"] = 1
    result["source_right"] = int(draft.source == truth.source)
    result["source_wrong"] = int(draft.source not in (truth.source, OPEN))
    rows, rows_drafted = _reports(raw, truth, settings), _reports(raw, _completed(draft, truth, wanted), settings)
    result["report"] = (rows | rows_drafted).total()
    result["report_right"] = (rows & rows_drafted).total()
    result["report_wrong"] = (rows_drafted - rows).total()
    return result


def _completed(draft: Profile, truth: Profile, wanted: Mapping[Place, Column | Group]) -> Profile:
    """The draft with each open code as the profile has it, as a person would fill it in."""
    known = {label: code for spec in wanted.values() for label, code in _all_codes(spec).items()}
    said = [spec for spec in wanted.values() if isinstance(spec, Column) and spec.as_ == "environment"]
    blanks = next((spec.blank for spec in said if spec.blank), REFERENCE if truth.source in PLACES else "")
    kinds = {"environment": blanks, "event_type": "ovrigt"}
    for table in truth.tables:
        kinds |= table.constants

    def filled(holder: Any) -> Any:
        if not isinstance(holder.values, Mapping):
            return holder
        codes = {label: answered(code, known.get(label, "")) for label, code in holder.values.items()}
        blank = getattr(holder, "blank", None)
        return replace(holder, values=codes, **({"blank": blanks} if blank == OPEN else {}))

    def answered(code: Any, right: Any) -> Any:
        if not isinstance(code, Mapping):
            return right if code == OPEN else code
        answers = right if isinstance(right, Mapping) else {"event_type": right, "environment": blanks}
        return {field: answers.get(field, "") if own == OPEN else own for field, own in code.items()}

    tables = tuple(
        replace(
            table,
            constants={kind: kinds[kind] if code == OPEN else code for kind, code in table.constants.items()},
            columns=tuple(map(filled, table.columns)),
            groups=tuple(replace(group, levels=tuple(map(filled, group.levels))) for group in table.groups),
        )
        for table in draft.tables
    )
    return replace(draft, source=truth.source, tables=tables)


def _reports(raw: RawFile, profile: Profile, settings: Settings) -> Counter[tuple[object, ...]]:
    """The reports that a profile loads, as far as a reader counts them; none where the file is refused."""
    years = [int(year) for year in re.findall(r"20[12]\d", raw.name)]
    period = Period(date(min(years, default=2011) - 6, 1, 1), date(max(years, default=2022) + 1, 12, 31), "x")
    context = Context(
        profile=profile,
        vocabulary=settings.vocabulary,
        cycle="x",
        file=raw.name,
        span=(period.start, period.end),
        areas={normalise(label): code for code, label in settings.areas.items()},
        outside=frozenset(normalise(label) for label in settings.areas_outside),
        places={normalise(place): code for place, code in settings.places.items()},
        questions=frozenset(),
    )
    result = read_delivered(raw, context, period)
    if "--faults" in sys.argv:
        for fault in (*result.refusals, *result.faults[:3]):
            print("   ", fault)
    events = result.events
    columns = ["sheet", "row", "date_from", "date_to", "environment", "event_type", "area", "low", "high"]
    return Counter(events[columns].itertuples(index=False, name=None)) if len(events) else Counter()


def _all_codes(spec: Column | Group) -> Mapping[str, Any]:
    """As `_codes`, with labels that say several things."""
    if isinstance(spec, Column) and isinstance(spec.values, Mapping):
        return {normalise(label): code for label, code in spec.values.items()}
    return _codes(spec)


if __name__ == "__main__":
    main()
