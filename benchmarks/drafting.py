"""How much of a finished profile `vbe profile FILE` guesses: roles of columns, codes of labels, and wrong codes.

The truth is each profile that a person wrote: the example's and, where ../shared is beside the project, the invented
district's. A column is right where the draft reads it as the profile does (role, or part of the same group); one that
the profile drops or reads for its rules alone is right where the draft reads nothing from it. A label is right where
the draft gives it the profile's code, open where the draft asks, wrong where it says another code.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from vbe_analysis.errors import InputError
from vbe_analysis.loaders.files.files import read_file
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.loaders.profiles.draft import OPEN, draft_profile
from vbe_analysis.loaders.profiles.profile import Column, Group, Profile, parse_profile
from vbe_analysis.loaders.tables.locate import locate
from vbe_analysis.loaders.values.cells import is_heading, label_of, normalise
from vbe_analysis.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
DISTRICT = ROOT.parent / "shared" / "district"
NOTHING = {"text", "drop", "key", "copy_of"}
CODED = {"environment", "event_type", "noted", "question"}
Place = tuple[str, int]  # a sheet and a column


def main() -> None:
    """Print the figures of each file, and of all."""
    verbose = "--verbose" in sys.argv
    totals: Counter[str] = Counter()
    for path, profile in [*example(), *district()]:
        result = compared(read_file(path), profile, verbose)
        totals += result
        print(f"{path.parent.name}/{path.name[:44]:44} {figures(result)}")
    print(f"{'all':49} {figures(totals)}")


def figures(result: Counter[str]) -> str:
    """The shares in words."""
    columns, labels = (result[f"{what}_right"] + result[f"{what}_other"] for what in ("column", "label"))
    wrong = f", wrong {result['label_wrong']}" if result["label_wrong"] else ""
    return f"columns {result['column_right']}/{columns}  labels {result['label_right']}/{labels}{wrong}"


def example() -> Iterator[tuple[Path, Profile]]:
    """A file of each profile of the example district, the newest."""
    yield from _files(ROOT / "data" / "raw", ROOT / "data" / "profiles")


def district() -> Iterator[tuple[Path, Profile]]:
    """The same of the invented district, where it is there."""
    if DISTRICT.is_dir():
        yield from _files(DISTRICT, ROOT / "tests" / "district" / "profiles")


def _files(raw: Path, profiles: Path) -> Iterator[tuple[Path, Profile]]:
    paths = [path for path in sorted(raw.glob("20*/*"), reverse=True) if path.suffix not in (".txt", "")]
    for file in sorted(profiles.glob("*.toml")):
        profile = parse_profile(file.read_text(encoding="utf-8"), file.name)
        fitting = (path for path in paths if _fits(path, profile))
        path = next(fitting, None)
        if path:
            yield path, profile


def _fits(path: Path, profile: Profile) -> bool:
    if path.name in ("leveranser.xlsx", "rattelser.xlsx"):
        return False
    try:
        return bool(_roles(read_file(path), profile, strict=True))
    except InputError:
        return False


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


def compared(raw: RawFile, truth: Profile, verbose: bool = False) -> Counter[str]:
    """The figures of one file."""
    settings = read_settings(ROOT)
    draft = parse_profile(draft_profile(raw, settings.vocabulary), "utkast.toml")
    wanted, drafted = _roles(raw, truth), _roles(raw, draft)
    result: Counter[str] = Counter()
    for place, spec in wanted.items():
        other = drafted.get(place, Column("drop"))
        right = _role(spec) == _role(other)
        result["column_right" if right else "column_other"] += 1
        if verbose and not right:
            print(
                "   column", place[0], place[1], (spec.heading or ("",))[0][:60], _role(spec), "drafted", _role(other)
            )
    given = {label: code for spec in drafted.values() for label, code in _codes(spec).items()}
    cells = {normalise(label_of(c)) for s in raw.sheets for column in s.columns for c in column.cells if c is not None}
    heads = {part for spec in wanted.values() if isinstance(spec, Group) for part in _codes(spec)}
    texts = {part.strip() for cell in cells for part in cell.split(";")} | heads
    for spec in {id(spec): spec for spec in wanted.values()}.values():
        for label, code in _codes(spec).items():
            if (
                label not in texts
                or "*" in label
                or (isinstance(spec, Column) and spec.as_ == "question" and label == code)
            ):
                continue
            drafted_code = given.get(label)
            right = drafted_code == code
            result["label_right" if right else "label_other"] += 1
            result["label_wrong"] += not right and drafted_code not in (None, OPEN) and drafted_code != label
            if verbose and not right:
                print("   label", label, code, "drafted", drafted_code)
    return result


if __name__ == "__main__":
    main()
