"""The launcher: makes .venv beside this file, installs the package by constraints.txt and runs a command in it.

Standard library only. Each command is complete on a fresh machine with Python 3.11 or later; `python start.py --help`
lists them.
"""

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (said in a sentence instead of a syntax error further down)
    sys.exit("Python 3.11 eller senare behövs. Det här är Python %d.%d." % sys.version_info[:2])  # noqa: UP031

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed.txt"
EXAMPLE_CYCLE = "2021"

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("python", ".ci/notebooks.py", "notebooks"),
)
FIXES = (
    ("ruff", "format", "."),
    ("ruff", "check", "--fix", "."),
    ("python", ".ci/notebooks.py", "--strip", "notebooks"),
)
PYTEST = ("python", "-m", "pytest", "-n", "auto", "--dist", "worksteal")
TESTS = (PYTEST,)
FAST = ((*PYTEST, "--fast"),)


def main() -> int:
    """Run the command named on the command line; 0 if every step of it succeeded."""
    arguments = _arguments()
    try:
        _install("test" if arguments.command in {"install", "check", "fix", "test"} else "", arguments.wheels)
    except subprocess.CalledProcessError:
        print("Installationen misslyckades. Felet står ovan.", file=sys.stderr)
        return 1
    if arguments.command == "install":
        print(f"Klart: paketet är installerat i {VENV}")
        return 0
    if arguments.command in {"example", "chapter"}:
        return _make_chapter(getattr(arguments, "cycle", EXAMPLE_CYCLE))
    steps = {"check": CHECKS, "fix": FIXES, "test": CHECKS + TESTS}[arguments.command]
    return _run_all(getattr(arguments, "steps", steps))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python start.py", description="Installerar och kör vbe_analysis.")
    parser.add_argument("--wheels", type=Path, metavar="MAPP", help="installera utan internet från en mapp med wheels")
    commands = parser.add_subparsers(dest="command", required=True, metavar="KOMMANDO")
    commands.add_parser("example", help=f"installera och gör exempelstadsdelens kapitel för {EXAMPLE_CYCLE}")
    test = commands.add_parser("test", help="installera och kör alla kontroller och tester")
    test.add_argument(
        "--fast",
        dest="steps",
        action="store_const",
        const=FAST,
        default=argparse.SUPPRESS,
        help="bara de snabba testerna: utan granskning, andra program och anteckningsböcker",
    )
    commands.add_parser("install", help="installera paketet med allt som utveckling och tester behöver")
    commands.add_parser("check", help="granska koden: ruff, mypy, import-linter, tömda anteckningsböcker")
    commands.add_parser("fix", help="rätta det som kan rättas: formatera koden, töm anteckningsböckerna")
    chapter = commands.add_parser("chapter", help="gör kapitlet för en cykel")
    chapter.add_argument("cycle", nargs="?", default=EXAMPLE_CYCLE, metavar="CYKEL", help=f"annars {EXAMPLE_CYCLE}")
    for command in commands.choices.values():  # the option is understood on both sides of the command
        command.add_argument("--wheels", type=Path, metavar="MAPP", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser.parse_args()


def _install(extra: str, wheels: Path | None) -> None:
    """Make .venv and install the package, unless that was done for the pins and settings that stand here now."""
    settings = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    wanted = hashlib.sha256(bytes(ROOT) + settings).hexdigest()  # the place too: .venv does not survive being moved
    pins, _, installed = STAMP.read_text().partition(" ") if STAMP.exists() else ("", "", "")
    if pins == wanted and installed in {extra, "test"}:
        return
    if pins != wanted and Path(sys.prefix) == VENV:
        sys.exit("Kör start.py med datorns Python, inte med den i .venv: den ska göras om.")
    print("Installerar i .venv. Första gången tar det några minuter ...", flush=True)
    has_own_pip = importlib.util.find_spec("ensurepip") is not None  # Debian ships it in a package of its own
    if pins != wanted:
        venv.create(VENV, clear=True, with_pip=has_own_pip, symlinks=os.name != "nt")
    pip = [PYTHON, "-m", "pip"] if has_own_pip else [sys.executable, "-m", "pip", "--python", PYTHON]
    source = ["--no-index", "--find-links", wheels.resolve()] if wheels else []
    package = f"{ROOT}[{extra}]" if extra else ROOT
    command = [*pip, "-qq", "--no-input", "--disable-pip-version-check", "install", *source]
    subprocess.run([*command, "-c", ROOT / "constraints.txt", "-e", package], check=True)
    STAMP.write_text(f"{wanted} {extra}")


def _make_chapter(cycle: str) -> int:
    if _run_all((("vbe", "chapter", cycle),)):
        return 1
    for edition, name in (("intern", "Det interna kapitlet"), ("publik", "Utkastet till den publika utgåvan")):
        folder = ROOT / "reports" / cycle / edition
        print(f"\n{name} för {cycle} ligger i {folder}")
        for file in sorted((*folder.glob("lagesbild.*"), *folder.glob("kapitel.docx"))):
            print(f"  {file.name}")
    return 0


def _run_all(steps: tuple[tuple[str, ...], ...]) -> int:
    """Run every step with the programs of .venv, also after one that failed."""
    environment = {
        **os.environ,
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "",  # what is compiled is kept, in .venv and not in the tree
        "PYTHONPYCACHEPREFIX": str(VENV / "compiled"),
    }
    failed = []
    for program, *rest in steps:
        print(f"> {' '.join((program, *rest))}", flush=True)
        path = PROGRAMS / (f"{program}.exe" if os.name == "nt" else program)
        if subprocess.run([path, *rest], cwd=ROOT, env=environment).returncode:
            failed.append(program)
    if failed:
        print(f"Misslyckades: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # an old Windows console cannot write every letter
    sys.exit(main())
