"""What faults from outside do to a workspace: kills, full and read-only disks, two commands at once, files that change.

`python -m benchmarks faults`, or `python -m benchmarks.faults GROUP ...` for some groups. VBE_FAULT_TIMES says how many
moments are tried of each command (50); below that, fewer of the other trials are made too. After each fault: the last
good state stands or the next run mends it, nothing half-written is read, no process and no temporary file stays, and
nobody sees a Python traceback. What needs a mount, faketime or Linux is skipped elsewhere, and says so. Prints tried
and held for each group, and each trial that fell short.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

from tests.fault_workspace import (
    CHAPTER,
    FORKS,
    INGEST,
    PUBLISH,
    Ended,
    alive,
    at_operation,
    command,
    copy_of,
    environment,
    fork,
    halves,
    leftovers,
    made,
    make_workspace,
    more_rows,
    preload,
    run,
    run_signalled,
)
from tests.workspaces import HEADINGS, NAME, ROWS, xlsx

TIMES = int(os.environ.get("VBE_FAULT_TIMES", "50"))
SEED = 20261128
COMMANDS = {"ingest": INGEST, "chapter": CHAPTER, "publish": PUBLISH}
Trial = tuple[str, list[str]]  # what was tried, and what fell short


@dataclass(frozen=True)
class Place:
    """Where the trials are made. before: the template; reference: command -> what a run without a fault leaves."""

    folder: Path
    before: Path
    old: dict[str, str]
    reference: dict[str, dict[str, str]]
    seconds: dict[str, float]  # that a run takes, with everything imported
    cold: dict[str, float]  # with the start of Python

    def copy(self) -> Path:
        """A fresh workspace in the state before."""
        return copy_of(self.before, self.folder / "arbetsmapp")


def main() -> None:
    """Run the groups and print their figures."""
    chosen = [name for name in sys.argv[1:] if name in GROUPS] or list(GROUPS)
    with tempfile.TemporaryDirectory(prefix="vbe-fel-", ignore_cleanup_errors=True) as folder:
        place = prepare(Path(folder))
        failed = sum(figures(name, GROUPS[name](place)) for name in chosen)
    sys.exit(1 if failed else 0)


def figures(name: str, trials: Iterator[Trial]) -> int:
    """Print a group's figures; returns how many trials fell short."""
    start, tried, short = time.perf_counter(), 0, list[Trial]()
    for trial in trials:
        tried += 1
        if trial[1]:
            short.append(trial)
            print(f"  {name}: {trial[0]}: {'; '.join(trial[1])}", flush=True)
    print(
        f"{name}: tried {tried}, held {tried - len(short)}, fell short {len(short)} "
        f"({time.perf_counter() - start:.0f} s)",
        flush=True,
    )
    return len(short)


def prepare(folder: Path) -> Place:
    """The state before, and what each command makes of it."""
    preload()
    before = make_workspace(folder / "mall")
    for arguments in (("ingest", "--quiet"), CHAPTER):
        expect(run(before, *arguments))
    more_rows(before)
    reference, seconds, cold = {}, {}, {}
    for name, arguments in COMMANDS.items():
        root = copy_of(before, folder / "arbetsmapp")
        ended = run(root, *arguments)
        expect(ended)
        reference[name], seconds[name] = made(root), ended.seconds
        ended = run(copy_of(before, root), *arguments, given={})
        expect(ended)
        cold[name] = ended.seconds
    return Place(folder, before, made(before), reference, seconds, cold)


def expect(ended: Ended) -> None:
    """Raise where an undisturbed run failed."""
    if ended.code != 0:
        raise RuntimeError(ended.text)


def aftermath(place: Place, name: str, root: Path, ended: Ended, mark: str = "") -> list[str]:
    """What falls short after a fault in a command: at once, and after the next run."""
    short = ["traceback"] if ended.crashed else []
    short += ["did not end"] if ended.code is None else []
    short += [f"processes stay: {len(left)}"] if mark and (left := alive(mark)) else []
    now = made(root)
    short += [f"half: {file}" for file in halves(now, place.old, place.reference[name])]
    frames = {file: content for file, content in now.items() if file.startswith("data/processed/2021/")}
    if frames and not any(frames.items() <= state.items() for state in (place.old, place.reference[name])):
        short.append("frames of two runs")
    return short + mended(place, name, root)


def mended(place: Place, name: str, root: Path) -> list[str]:
    """What falls short when the command is run again without a fault."""
    ended = run(root, *COMMANDS[name])
    short = [f"next run: {ended.code}: {ended.text[-300:]}"] if ended.code != 0 else []
    now, wanted = made(root), place.reference[name]
    differing = sorted(file for file in {*now, *wanted} if now.get(file) != wanted.get(file))
    short += [f"not mended: {', '.join(differing[:5])}"] if differing else []
    return short + [f"left: {left}" for left in leftovers(root)]


def some(trials: list[Any]) -> list[Any]:
    """All of the trials, or fewer of them, evenly chosen, where VBE_FAULT_TIMES asks for fewer than usual."""
    return trials if TIMES >= 50 else random.Random(SEED).sample(trials, min(len(trials), 2 * TIMES))


def killed(place: Place) -> Iterator[Trial]:
    """SIGKILL at random moments."""
    yield from signalled(place, signal.SIGKILL, group=False)


def interrupted(place: Place) -> Iterator[Trial]:
    """Ctrl-C at random moments: to all processes, as a terminal sends it."""
    yield from signalled(place, signal.SIGINT, group=True)


def signalled(place: Place, sign: int, group: bool) -> Iterator[Trial]:
    """A signal at random moments of each command."""
    chance = random.Random(SEED)
    for name, arguments in COMMANDS.items():
        for number in range(TIMES):
            forked = FORKS and number % 5 > 0
            whole = place.seconds[name] if forked else place.cold[name]
            root, after = place.copy(), chance.uniform(0.02, 1.02) * whole
            ended, mark = (fork if forked else run_signalled)(root, *arguments, after=after, sign=sign, group=group)
            if group and "vbe_analysis" not in ended.text:  # Python was still starting
                ended = Ended(ended.code, "", ended.seconds)
            short = [f"left at once: {left}" for left in leftovers(root)] if group else []
            yield f"{name} after {after:.2f} s ({ended.code})", short + aftermath(place, name, root, ended, mark)


def operations(place: Place) -> Iterator[Trial]:
    """Each operation that writes: killed there, the disk full from there, read-only from there."""
    for name, arguments in COMMANDS.items():
        for action in ("SIGKILL", "ENOSPC", "EROFS", "SIGINT"):
            counted, _ = at_operation(place.copy(), 0, action, *arguments)
            number = int(counted.text.rsplit("operations:", 1)[1])
            for at in range(1, number + 1, max(1, number // TIMES)):
                root = place.copy()
                ended, mark = at_operation(root, at, action, *arguments)
                short = [] if ended.code or ended.text.count("operations") else ["no message"]
                short += [f"left at once: {left}" for left in leftovers(root)] if action == "SIGINT" else []
                yield f"{name} {action} at {at} of {number}", short + aftermath(place, name, root, ended, mark)


def full(place: Place) -> Iterator[Trial]:
    """A disk that is full: a small file system in memory, and a limit of a file's size."""
    try:
        import resource
    except ImportError:
        print("  full: skipped, the system has no such limits")
        return
    chance = random.Random(SEED)
    for name, arguments in COMMANDS.items():
        for size in [0, *(chance.randrange(1, 60_000) for _ in range(max(TIMES // 5, 2)))]:
            root = place.copy()
            done = subprocess.run(
                command(root, *arguments),
                capture_output=True,
                env=environment("full"),
                check=False,
                preexec_fn=lambda size=size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
            )
            ended = Ended(done.returncode, (done.stdout + done.stderr).decode(errors="replace"), 0)
            yield f"{name}, files of at most {size} bytes", aftermath(place, name, root, ended)
        used = sum(path.stat().st_size for path in place.before.rglob("*") if path.is_file())
        for extra in [0, *(chance.randrange(4_000, 600_000) for _ in range(max(TIMES // 5, 2)))]:
            with mounted(place.folder / "disk", f"size={(used + extra) // 1024 + 200}k") as disk:
                if disk is None:
                    print("  full: no file system can be mounted here")
                    break
                root = copy_of(place.before, disk / "arbetsmapp")
                ended = run(root, *arguments)
                short = ["traceback"] if ended.crashed else []
                short += [f"left at once: {left}" for left in leftovers(root)]
                back = copy_of(root, place.folder / "arbetsmapp")  # room again
                yield f"{name}, {extra} bytes left", short + aftermath(place, name, back, ended)


def read_only(place: Place) -> Iterator[Trial]:
    """A folder that cannot be written to: every command says so, and readers read."""
    for name, arguments in {**COMMANDS, "status": ("status",), "verify": ("verify", "2020")}.items():
        root = place.copy()
        with mounted(root, "remount,bind,ro", bind=True) as disk:
            if disk is None:
                print("  read_only: skipped, nothing can be mounted here")
                return
            ended = run(root, *arguments)
        short = ["traceback"] if ended.crashed else []
        short += ["no stop"] if name in COMMANDS and ended.code != 1 else []
        short += [f"stopped: {ended.text[-200:]}"] if name == "status" and ended.code else []
        yield name, short + (aftermath(place, name, root, ended) if name in COMMANDS else [])


@contextmanager
def mounted(folder: Path, options: str, bind: bool = False) -> Iterator[Path | None]:
    """A small file system in memory, or the folder itself with other rights; None where it cannot be mounted."""
    folder.mkdir(exist_ok=True)
    first = (
        ["mount", "--bind", str(folder), str(folder)]
        if bind
        else ["mount", "-t", "tmpfs", "-o", options, "x", str(folder)]
    )
    try:
        done = subprocess.run(first, capture_output=True, check=False).returncode == 0
        if done and bind:
            done = (
                subprocess.run(["mount", "-o", options, str(folder)], capture_output=True, check=False).returncode == 0
            )
    except OSError:
        done = False
    try:
        yield folder if done else None
    finally:
        if done:
            subprocess.run(["umount", str(folder)], check=False)


AT_ONCE = {
    "status": ("status",),
    "status 2021": ("status", "2021"),
    "check": ("check", "2021", "--quiet"),
    "ingest": INGEST,
    "overlaps": ("overlaps", "2021"),
    "chapter": CHAPTER,
    "publish": PUBLISH,
    "sent": ("publish", "2021", "--sent"),
    "verify": ("verify", "2021"),
    "new": ("new", "2022"),
    "purge": ("purge", "2020", "--beslut", "B 1"),
    "inspect": ("inspect", "{root}/data/raw/2021/" + NAME),
    "profile": ("profile", "{root}/data/raw/2021/" + NAME),
    "review": ("review", "{root}/reports/2021/intern/lagesbild.docx", "--edition", "intern"),
}


def at_once(place: Place) -> Iterator[Trial]:
    """Every pair of two commands at once: each succeeds or says who is at work, and what follows is as after one."""
    chance = random.Random(SEED)
    for one, other in some(list(combinations_with_replacement(AT_ONCE, 2))):
        root, mark = place.copy(), uuid.uuid4().hex
        running = []
        for name in (one, other):
            line = command(root, *(part.replace("{root}", str(root)) for part in AT_ONCE[name]))
            running.append(
                subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(mark))
            )
            time.sleep(chance.choice((0, 0, 0.3, 1)))
        short = []
        for name, process in zip((one, other), running, strict=True):
            out, _ = process.communicate(timeout=240)
            ended = Ended(process.returncode, out.decode(errors="replace"), 0)
            short += [f"{name}: traceback: {ended.text[-200:]}"] if ended.crashed else []
            short += [f"{name}: {ended.code}, silent"] if ended.code and not ended.text.strip() else []
            kinds = (
                "arbetar i",
                "stoppades",
                "skiljer",
                "har ändrats",
                "har redan",
                "utkast",
                "gallra",
                "stöd",
                "finns redan",
            )
            if ended.code and not any(kind in ended.text for kind in kinds):
                short.append(f"{name}: {ended.code}: {ended.text[-200:]}")
        short += [f"processes stay: {len(left)}"] if (left := alive(mark)) else []
        short += [f"left: {left}" for left in leftovers(root)]
        if not {"purge", "publish", "sent"} & {one, other}:
            expect_same = {  # the others hold which workbooks there were, and when the files were last read in
                file: content
                for file, content in place.reference["chapter"].items()
                if "/underlag." not in file and "korning-" not in file
            }
            ended = run(root, *CHAPTER)
            now = {file: content for file, content in made(root).items() if file in expect_same}
            short += [f"next chapter: {ended.text[-200:]}"] if ended.code else []
            differing = [file for file in expect_same if now.get(file) != expect_same[file]]
            short += [f"differs: {', '.join(differing[:4])}"] if differing else []
        elif (ended := run(root, "verify", "2021")).crashed or ended.code not in (0, 1):
            short.append(f"verify: {ended.text[-200:]}")
        yield f"{one} and {other}", short


FRAMES = """
import json, sys
from vbe_analysis.storage import sha256
from vbe_analysis.workspace.workspace import Workspace
workspace = Workspace(sys.argv[1])
events, record = workspace.events("2021"), workspace.record("2021")
print(json.dumps({"rows": len(events), "environments": sorted(set(events["environment"])), "record": record}))
"""


def frames_of(root: Path) -> dict[str, object]:
    """What the frames and the record of cycle 2021 say."""
    import json

    line = [sys.executable, "-c", FRAMES, str(root)]
    done = subprocess.run(line, capture_output=True, env=environment("read"), check=False)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {"error": done.stderr.decode()[-300:]}


def changed(place: Place) -> Iterator[Trial]:
    """A file is replaced, or written over, again and again while it is read: the record tells of what was read."""
    import hashlib

    chance = random.Random(SEED)
    versions = place.folder / "versioner"
    three = xlsx(versions / "3.xlsx", [HEADINGS, *ROWS]).read_bytes()
    four = xlsx(versions / "4.xlsx", [HEADINGS, *ROWS, ROWS[0]]).read_bytes()
    profile = (place.before / "data/profiles/ia.toml").read_bytes()
    other = profile.replace(b'"vit_makt"', b'"islamistisk"')
    now_there = hashlib.sha256((place.before / "data/raw/2021" / NAME).read_bytes()).hexdigest()
    targets = {f"data/raw/2021/{NAME}": (three, four), "data/profiles/ia.toml": (profile, other)}
    for target, contents in targets.items():
        for way in ("replaced", "written over"):
            for _ in range(max(TIMES // 5, 2)):
                root, stop = place.copy(), threading.Event()
                thread = threading.Thread(
                    target=flip, args=(root / target, contents, way, stop, chance.uniform(0.001, 0.3))
                )
                thread.start()
                ended = run(root, *INGEST)
                stop.set()
                thread.join()
                short = ["traceback"] if ended.crashed else []
                now = frames_of(root)
                if "error" in now:
                    short.append(str(now["error"]))
                elif ended.code == 0:
                    record = dict(now["record"])  # type: ignore[call-overload]
                    read = record["inputs"][0]["sha256"], record["stands_on"][f"raw/{NAME}"]
                    rows = {hashlib.sha256(three).hexdigest(): 3, hashlib.sha256(four).hexdigest(): 4, now_there: 4}
                    wanted = [rows.get(one) for one in read]
                    short += [f"{now['rows']} rows under the hashes of {wanted}"] if wanted != [now["rows"]] * 2 else []
                    word = {
                        hashlib.sha256(profile).hexdigest(): "vit_makt",
                        hashlib.sha256(other).hexdigest(): "islamistisk",
                    }
                    meant = word.get(record["stands_on"]["data/profiles/ia.toml"])
                    if meant not in now["environments"]:  # type: ignore[operator]
                        short.append(f"{now['environments']} under the hash of the profile for {meant}")
                (root / target).write_bytes(contents[1])
                expect(run(root, *CHAPTER))
                short += ["not current after a chapter"] if "ändrats" in run(root, "status").text else []
                short += [f"left: {left}" for left in leftovers(root)]
                yield f"{target} {way}", short


def flip(path: Path, contents: tuple[bytes, bytes], way: str, stop: threading.Event, pause: float) -> None:
    """Put one and the other content in place until told to stop."""
    turn = 0
    while not stop.is_set():
        turn += 1
        if way == "replaced":
            new = path.parent.parent / "utbyte"
            new.write_bytes(contents[turn % 2])
            new.replace(path)
        else:
            path.write_bytes(contents[turn % 2])
        stop.wait(pause)


def clock(place: Place) -> Iterator[Trial]:
    """The clock is set back a year, or forward: the same files come out."""
    if not shutil.which("faketime"):
        print("  clock: skipped, faketime is missing")
        return
    for shift in ("-400 days", "+400 days", "-2 hours"):
        for name in ("ingest", "chapter"):
            root = place.copy()
            ended = run(
                root, *COMMANDS[name], prefix=("faketime", "-f", shift.replace(" days", "d").replace(" hours", "h"))
            )
            short = [f"{ended.code}: {ended.text[-200:]}"] if ended.code else []
            if name == "chapter" and "kapitlet finns" not in (told := run(root, "status").text.replace("\n", " ")):
                short.append(f"status: {told[-200:]}")
            yield f"{name} {shift}", short + aftermath(place, name, root, ended)


def stored(place: Place) -> Iterator[Trial]:
    """Every stored file missing, cut, empty, exchanged or of another version: mended, or named; never counted."""
    template = copy_of(place.before, place.folder / "publicerad")
    expect(run(template, *PUBLISH))
    expect(run(template, *CHAPTER))
    reference = made(template)
    files = [path for folder in ("data/processed", "reports") for path in sorted((template / folder).rglob("*"))]
    own = [
        template / "data/raw/2021/leveranser.xlsx",
        template / "notebooks/3_lagesbild.ipynb",
        template / "data/profiles/ia.toml",
        template / "vbe.toml",
    ]
    names = [path.relative_to(template).as_posix() for path in [*filter(Path.is_file, files), *own]]
    for name, how in some([(name, how) for name in names for how in CHANGES]):
        root = copy_of(template, place.folder / "arbetsmapp")
        if CHANGES[how](root / name):
            yield f"{name} {how}", damaged(root, name, reference)


def damaged(root: Path, name: str, reference: dict[str, str]) -> list[str]:
    """What falls short when a workspace with a damaged file is looked at, and its chapter made."""
    short = []
    kept = name.startswith(("data/processed/", "reports/2021/publicerat"))
    told = run(root, "verify", "2021")
    short += [f"verify: {told.text[-300:]}"] if told.crashed else []
    short += ["verify agrees"] if kept and told.code == 0 else []
    told = run(root, "status")
    short += [f"status: {told.text[-300:]}"] if told.crashed else []
    ended = run(root, *CHAPTER)
    short += [f"chapter: {ended.text[-300:]}"] if ended.crashed else []
    short += ["chapter: silent"] if ended.code and not ended.text.strip() else []
    if ended.code == 0 and name.startswith(("data/", "reports/")) and not name.startswith("data/raw"):
        now = {file: content for file, content in made(root).items() if "/lagesbild." in file or "facts" in file}
        if name != "data/profiles/ia.toml":
            short += [f"other figures: {file}" for file in now if now[file] != reference.get(file, now[file])]
    return short + [f"left: {left}" for left in leftovers(root)]


def remove(path: Path) -> bool:
    """Take the file away."""
    path.unlink()
    return True


def cut(path: Path) -> bool:
    """Keep the first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return True


def empty(path: Path) -> bool:
    """Keep nothing."""
    path.write_bytes(b"")
    return True


def exchange(path: Path) -> bool:
    """Put the other cycle's file in its place, where there is one."""
    twin = Path(str(path).replace("/2021/", "/20XX/").replace("/2020/", "/2021/").replace("/20XX/", "/2020/"))
    if twin == path or not twin.is_file() or twin.read_bytes() == path.read_bytes():
        return False
    shutil.copyfile(twin, path)
    return True


def renew(path: Path) -> bool:
    """Make it the file of a later version: a key or a column that we do not know."""
    import json

    if path.suffix == ".json":
        content = json.loads(path.read_bytes())
        wider = [*content, {"ny": 1}] if isinstance(content, list) else {**content, "ny_nyckel": 1}
        path.write_text(json.dumps(wider, ensure_ascii=False, indent=1), encoding="utf-8")
    elif path.suffix == ".parquet":
        import pandas as pd

        pd.read_parquet(path).assign(ny_kolumn=1).to_parquet(path)
    elif path.suffix == ".toml":
        path.write_text('ny_nyckel = "ja"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    else:
        return False
    return True


CHANGES: dict[str, Callable[[Path], bool]] = {
    "missing": remove,
    "cut": cut,
    "empty": empty,
    "exchanged": exchange,
    "of a later version": renew,
}


LOCALES: dict[str, dict[str, str]] = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "C, utf8 on": {"LC_ALL": "C"},
    "POSIX, ascii streams": {
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    },
    "none": {"LC_ALL": "", "LANG": "", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "latin-1": {"LC_ALL": "sv_SE.ISO-8859-1", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


def locales(place: Place) -> Iterator[Trial]:
    """A locale that is not UTF-8: the same files come out."""
    for locale, given in LOCALES.items():
        for name, arguments in COMMANDS.items():
            root = copy_of(place.before, place.folder / "Åsas mapp")
            ended = run(root, *arguments, given=given)
            short = [f"{ended.code}: {ended.text[-200:]}"] if ended.code else []
            yield f"{name}, {locale}", short + aftermath(place, name, root, ended)


PATHS = {
    "å": "Åsa Öberg (ä)",
    "apostrophe": "Anna's 'mapp'",
    "quote": 'en "mapp"',
    "line break": "rad\nbrott",
    "percent and braces": "100% {klart} $HOME `x`",
    "leading hyphen": "-mapp",
    "NFD": "A\u030asa",
    "over 260": "/".join(["en mycket lång mapp med åäö i namnet"] * 9),
    "backslash": "a\\b",
    "glob": "[a]*?",
}


def paths(place: Place) -> Iterator[Trial]:
    """Workspaces in folders with difficult names: the same files come out."""
    for what, part in PATHS.items():
        for name, arguments in COMMANDS.items():
            folder = place.folder / "stig" / part
            folder.mkdir(parents=True, exist_ok=True)
            root = copy_of(place.before, folder / "vbe")
            ended = run(root, *arguments)
            short = [f"{ended.code}: {ended.text[-300:]}"] if ended.code else []
            yield f"{name} under {what}", short + aftermath(place, name, root, ended)
            shutil.rmtree(place.folder / "stig", ignore_errors=True)


def temporary(place: Place) -> Iterator[Trial]:
    """No temporary folder, or a full one: the workspace's own serves."""
    with mounted(place.folder / "full", "size=8k") as disk:
        wheres = {"missing": "/finns/inte", "a file": str(place.before / "vbe.toml")}
        if disk is not None:
            with suppress(OSError):
                (disk / "fyllnad").write_bytes(b"x" * 100_000)
            wheres["full"] = str(disk)
        for what, where in wheres.items():
            for name, arguments in COMMANDS.items():
                root = place.copy()
                ended = run(root, *arguments, given={"TMPDIR": where, "TMP": where, "TEMP": where})
                short = [f"{ended.code}: {ended.text[-300:]}"] if ended.code else []
                yield f"{name}, temporary folder {what}", short + aftermath(place, name, root, ended)


GROUPS: dict[str, Callable[[Place], Iterator[Trial]]] = {
    "killed": killed,
    "interrupted": interrupted,
    "operations": operations,
    "full": full,
    "read_only": read_only,
    "at_once": at_once,
    "changed": changed,
    "clock": clock,
    "stored": stored,
    "locales": locales,
    "paths": paths,
    "temporary": temporary,
}


if __name__ == "__main__":
    main()
