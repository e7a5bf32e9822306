"""What notebook 0_start shows: where the work stands, the next step as a button, what a new source's workbook gives.

A button runs its command as a terminal does, in a process of its own: a kernel has a shell of its own already.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from vbe_analysis.chapter.choices import View, Views
from vbe_analysis.cli import mapping
from vbe_analysis.cli.command import place_of
from vbe_analysis.cli.mapping import Mapped
from vbe_analysis.config import message
from vbe_analysis.document.from_frames import table_of
from vbe_analysis.document.parts import Figure, Prose, Table
from vbe_analysis.errors import InputError, VbeError, fault
from vbe_analysis.loaders.files.reader import FileReader
from vbe_analysis.loaders.privacy.detect import safe_name
from vbe_analysis.loaders.profiles.profile import Draft, read_profile
from vbe_analysis.workspace.drafts import layouts_without_profile
from vbe_analysis.workspace.privacy import warnings
from vbe_analysis.workspace.revision.year import year_lines
from vbe_analysis.workspace.status import NextStep, State, next_step, states_of, unknown_cycles
from vbe_analysis.workspace.workspace import Workspace, workspace_root

T = TypeVar("T")
STEP, MAPPING = "step", "mapping"  # the two cells with buttons
DRAFT = "profile"


@dataclass(frozen=True, eq=False)
class Start(Views):
    """What the notebook's cells show of a workspace, read anew when a button is pressed.

    settings: cycle and profile, as the settings cell or the list of workbooks says; "" for the first with something
    left to do. known: what has been read since then; boxes: the buttons by cell, none without ipywidgets.
    """

    root: Path
    settings: dict[str, str]
    known: dict[str, Any] = field(default_factory=dict, repr=False)
    boxes: dict[str, Any] = field(default_factory=dict, repr=False)

    def status(self) -> None:
        """How far each cycle has come, the next step, and a button for each of its commands."""
        self.known.clear()
        for view in (cycles_table, step_in_words):
            self.show(view)
        self._show_box(STEP)

    def mapping(self) -> None:
        """The files without a profile, and a workbook in data/profiles to choose, with what it gives."""
        self.known.clear()
        self.show(files_in_words)
        self._show_box(MAPPING)
        self.show(mapping.summary)

    def left_to_do(self) -> None:
        """The workbook's faults, questions and guesses."""
        self.show(mapping.left_to_do)

    def columns(self) -> None:
        """The columns that are read, beside what was read of the first rows."""
        self.show(mapping.columns)

    def labels(self) -> None:
        """The labels and their codes."""
        self.show(mapping.labels)

    def unread(self) -> None:
        """What is not read."""
        self.show(mapping.unread)

    @property
    def workspace(self) -> Workspace:
        """The workspace as it lies on the disk. Raises InputError for every fault in vbe.toml."""
        return self._once("workspace", lambda: Workspace(self.root))

    @property
    def states(self) -> Mapping[str, State]:
        """How far each cycle has come."""
        return self._once("states", lambda: states_of(self.workspace))

    @property
    def step(self) -> NextStep:
        """The next step."""
        return self._once("step", lambda: next_step(self.workspace, self.states))

    @property
    def cycle(self) -> str:
        """The cycle whose files are shown: that of the settings, else that of the next step."""
        return self.workspace.period(self.settings["cycle"]).label if self.settings["cycle"] else self.step.cycle

    @property
    def files(self) -> Sequence[str]:
        """The cycle's files that no profile describes."""
        return self._once("files", self._without_profile)

    @property
    def books(self) -> Mapping[str, bool]:
        """Name of each workbook -> whether something is left to do in it."""
        return self._once("books", lambda: dict(_open_books(mapping.books(self.workspace))))

    @property
    def book(self) -> str:
        """The name of the workbook that is shown; "" where there is none."""
        first = next((name for name, left in self.books.items() if left), next(iter(self.books), ""))
        return self.settings["profile"] or first

    @property
    def mapped(self) -> Mapped:
        """What the workbook gives of the cycle's files."""
        return self._once("mapped", self._read_mapping)

    def _once(self, name: str, read: Callable[[], T]) -> T:
        if name not in self.known:
            with _without_traceback():
                self.known[name] = read()
        value: T = self.known[name]
        return value

    def _without_profile(self) -> Sequence[str]:
        with FileReader() as reader:
            layouts = layouts_without_profile(self.workspace, self.cycle, reader)
        return [path.name for paths in layouts.values() for path in paths]

    def _read_mapping(self) -> Mapped:
        paths = {path.stem: path for path in mapping.books(self.workspace)}
        if not paths:
            return mapping.no_mapping(self.workspace, self.cycle)
        if self.book not in paths:
            raise fault("unknown_profile", profile=safe_name(self.book), known=", ".join(paths))
        return mapping.read_mapping(self.workspace, self.cycle, paths[self.book])

    def _part(self, view: View) -> Table | Figure | Prose:
        with _without_traceback():
            return super()._part(view)

    def _show_box(self, cell: str) -> None:
        """The cell's buttons; without ipywidgets the commands to run instead."""
        from IPython.display import display

        try:
            from ipywidgets import HTML, VBox
        except ImportError:
            self.show(commands_in_words if cell == STEP else drafting_in_words)
            return
        self.boxes[cell] = VBox([VBox(), HTML()])
        self._fill_boxes()
        display(self.boxes[cell])  # type: ignore[no-untyped-call]

    def _fill_boxes(self) -> None:
        """The buttons for what there is to do now."""
        from ipywidgets import HBox

        for cell, box in self.boxes.items():
            controls = self._choice() if cell == MAPPING else []
            box.children[0].children = [*controls, HBox([self._button(cell, each) for each in self._commands(cell)])]

    def _commands(self, cell: str) -> list[tuple[str, ...]]:
        """The commands that the cell has a button for; () to read everything again."""
        try:
            if cell == STEP:
                return [*step_commands(self.step), ()]
            return [draft_command(self.cycle), ()] if self.files else [()]
        except VbeError:  # told where the part stands
            return [()]

    def _button(self, cell: str, command: tuple[str, ...]) -> Any:
        from ipywidgets import Button

        text = message(f"start.{command[0]}", command=in_words(command)) if command else message("start.again")
        style = "primary" if command and cell == STEP else ""
        button = Button(description=text, button_style=style, layout={"width": "auto"})
        button.on_click(lambda _: self._press(cell, command))
        return button

    def _choice(self) -> list[Any]:
        """A list of the workbooks, where there are several."""
        from ipywidgets import Dropdown

        try:
            options = [(message(f"start.{'open' if left else 'done'}", book=b), b) for b, left in self.books.items()]
        except VbeError:  # told where the part stands
            return []
        if self.book not in [book for _, book in options]:
            return []
        look = {"style": {"description_width": "6em"}, "layout": {"width": "32em"}}
        dropdown = Dropdown(options=options, value=self.book, description=message("start.book"), **look)
        dropdown.observe(self._choose, "value")
        return [dropdown]

    def _choose(self, change: Mapping[str, Any]) -> None:
        self.settings["profile"] = change["new"]
        self.known.pop("mapped", None)
        self.show_anew()

    def _press(self, cell: str, command: tuple[str, ...]) -> None:
        """Run the command, its lines below its button, and read everything again."""
        controls, log = self.boxes[cell].children
        lines = [message("start.runs", command=in_words(command))] if command else []
        controls.children = []  # nothing to press meanwhile
        try:
            for line in _lines_of(self.root, command) if command else ():
                lines.append(line)
                log.value = f'<pre style="white-space: pre-wrap; margin: 0">{escape(chr(10).join(lines))}</pre>'
        except OSError as error:
            log.value = escape(message("cli.disk", error=error.strerror or type(error).__name__))
        self.known.clear()
        self._fill_boxes()
        self.show_anew()


def start(root: str | Path = ".", cycle: str = "", profile: str = "") -> Start:
    """What notebook 0_start shows of the workspace in this folder or above it, with a button for the next step.

    cycle: the one whose files are shown; profile: the workbook in data/profiles, by its name without ".xlsx". "" is the
    first that has something left to do. Faults are shown in the cells, in Swedish. Its methods are those cells:
    `status`, and of a new source `mapping`, `left_to_do`, `columns`, `labels` and `unread`. Without ipywidgets they
    name the commands instead of showing buttons.
    """
    return Start(workspace_root(Path(root)), {"cycle": cycle, "profile": profile})


def cycles_table(workspace: Workspace, states: Mapping[str, State]) -> Table:
    """A row a cycle: its period and how far it has come."""
    rows = [(cycle, str(workspace.period(cycle)), message(f"status.{state}")) for cycle, state in states.items()]
    frame = pd.DataFrame(rows, columns=[message(f"start.{name}") for name in ("cycle", "period", "state")])
    title = message("status.workspace", district=workspace.settings.district)
    return table_of(frame, id="lage", title=title, source=message("start.source"))


def step_in_words(workspace: Workspace, step: NextStep) -> Prose:
    """The next step, where in the year the revision is, and what the user should know of the folder."""
    more = [*unknown_cycles(workspace), *year_lines(workspace, date.today()), *warnings(workspace.root)]
    return Prose("\n\n".join([f"**{message('status.next', step=step.words)}**", *more]))


def commands_in_words(step: NextStep) -> Prose:
    """What to run where there are no buttons."""
    commands = ", ".join(f"`{in_words(command)}`" for command in step_commands(step))
    return Prose(message("start.none", commands=commands or "`vbe`"))


def step_commands(step: NextStep) -> list[tuple[str, ...]]:
    """The commands of the step, as they are run."""
    return [draft_command("") if command == DRAFT else (command, step.cycle) for command in step.commands]


def files_in_words(files: Sequence[str], cycle: str) -> Prose:
    """The cycle's files without a profile."""
    names = ", ".join(f"`{name}`" for name in files)
    return Prose(message("start.files" if files else "start.no_files", cycle=cycle, files=names))


def drafting_in_words(cycle: str) -> Prose:
    """What to run for drafts where there are no buttons, and where another workbook is chosen."""
    return Prose(message("start.none_mapping", command=in_words(draft_command(cycle))))


def draft_command(cycle: str) -> tuple[str, ...]:
    """The command that writes a workbook for each file without a profile; of all cycles where none is given."""
    return ("profile", "--all", *([cycle] if cycle else []), "--excel")


def in_words(command: Sequence[str]) -> str:
    """The command as it is typed."""
    return " ".join(("vbe", *command))


def _open_books(paths: Sequence[Path]) -> Iterator[tuple[str, bool]]:
    with FileReader() if paths else nullcontext() as reader:
        for path in paths:
            try:
                yield path.stem, isinstance(read_profile(path, reader), Draft)
            except InputError:
                yield path.stem, True


def _lines_of(root: Path, command: Sequence[str]) -> Iterator[str]:
    """What the command says, line by line, faults too. Raises OSError where it cannot be started."""
    line = [sys.executable, "-m", "vbe_analysis", "--workspace", str(root), *command]
    own = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a window for it
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    with subprocess.Popen(line, env=own, creationflags=hidden, **pipes) as running:
        yield from (text.rstrip("\n") for text in running.stdout or ())


@contextmanager
def _without_traceback() -> Iterator[None]:
    """An error that no rule foresees as one of ours: its own words may hold a cell."""
    try:
        yield
    except VbeError:
        raise
    except Exception as error:
        raise VbeError(message("cli.broke", error=type(error).__name__, place=place_of(error))) from None
