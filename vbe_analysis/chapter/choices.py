"""Drop-downs above what a notebook shows: another choice changes all parts below it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

from vbe_analysis.analysis.comparison import Comparison
from vbe_analysis.chapter import explore
from vbe_analysis.chapter.tables.cells import KEYS
from vbe_analysis.config import message
from vbe_analysis.document.parts import Figure, Prose, Table
from vbe_analysis.errors import VbeError, fault
from vbe_analysis.workspace.workspace import Workspace

View = Callable[..., Table | Figure | Prose]
"""Some of workspace, cycle and comparison, by these names -> what a cell shows."""


@dataclass(frozen=True, eq=False)
class Views:
    """What the cells of a notebook show, each part anew whenever something changes."""

    places: dict[View, Any] = field(default_factory=dict, repr=False, kw_only=True)

    def show(self, view: View) -> None:
        """Show what the view gives of this object's attributes that its parameters name, here and from now on."""
        from IPython.display import display

        self.places[view] = display(self._part_or_fault(view), display_id=True)  # type: ignore[no-untyped-call]

    def show_anew(self, _: object = None) -> None:
        """Show every part anew."""
        for view, place in self.places.items():
            place.update(self._part_or_fault(view))

    def _part_or_fault(self, view: View) -> Table | Figure | Prose:
        try:
            return self._part(view)
        except VbeError as error:  # as two periods that overlap
            return Prose(f"**{error}**")

    def _part(self, view: View) -> Table | Figure | Prose:
        return view(**{name: getattr(self, name) for name in signature(view).parameters})


@dataclass(frozen=True, eq=False)
class Choices(Views):
    """What is chosen in a notebook. As a cell's last value it shows the drop-downs.

    settings: name -> what the settings cell says; lists: the same names -> ipywidgets.Dropdown, none without that
    package.
    """

    workspace: Workspace
    settings: Mapping[str, str]
    lists: Mapping[str, Any]
    compared: dict[tuple[str, ...], Comparison] = field(default_factory=dict, repr=False)

    @property
    def cycle(self) -> str:
        """The chosen cycle; the newest that has been read in where none is."""
        return self._chosen("cycle") or self.workspace.read_cycles[-1]

    @property
    def comparison(self) -> Comparison:
        """The chosen periods compared, by the chosen key."""
        key = tuple(map(self._chosen, ("period", "previous", "by")))
        if key not in self.compared:
            self.compared[key] = explore.compare(self.workspace, *key)
        return self.compared[key]

    def _chosen(self, name: str) -> str:
        return str(self.lists[name].value) if name in self.lists else self.settings.get(name, "")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if self.lists:
            from ipywidgets import VBox

            display(VBox(list(self.lists.values())))  # type: ignore[no-untyped-call]
        elif "period" in self.settings:
            display(Prose(message("choices.none")), explore.choices_table(self.workspace))  # type: ignore[no-untyped-call]
        else:
            display(Prose(message("choices.none")))  # type: ignore[no-untyped-call]


def choose(workspace: Workspace, **settings: str) -> Choices:
    """Drop-downs for some of cycle, period, previous and by, which begin as the settings cell says.

    A cell below shows a part by `choices.show(vbe.explore.deliveries)`; `choices.cycle` and `choices.comparison` are
    what is chosen when the cell is run. Values are those of `Workspace.compare` and `explore.compare`; "" is the newest
    cycle, and the period before. Without ipywidgets the settings hold. Raises InputError for an unknown value.

    >>> ws = vbe.Workspace(".")
    >>> vbe.choose(ws, cycle="2020").cycle
    '2020'
    """
    if not workspace.read_cycles:
        raise fault("not_read_in", cycle=workspace.cycles[-1])
    periods = [(f"{name}: {period}", name) for name, period in reversed(workspace.periods.items())]
    options = {
        "cycle": [(f"{cycle}: {workspace.period(cycle)}", cycle) for cycle in reversed(workspace.read_cycles)],
        "period": [(message("choices.newest"), ""), *periods],
        "previous": [(message("choices.before"), ""), *periods],
        "by": [(message(f"comparing.by.{key}"), message(f"comparing.by.{key}")) for key in KEYS],
    }
    begins = {**settings, "by": settings.get("by", "").lower() or options["by"][0][1]}
    if begins.get("cycle"):
        workspace.period(begins["cycle"])
    begins["cycle"] = begins.get("cycle") or workspace.read_cycles[-1]
    _refuse(begins, options)
    try:
        from ipywidgets import Dropdown
    except ImportError:
        return Choices(workspace, settings, {})
    look = {"style": {"description_width": "9em"}, "layout": {"width": "32em"}}
    lists = {
        name: Dropdown(options=options[name], value=begins[name], description=message(f"choices.{name}"), **look)
        for name in settings
    }
    choices = Choices(workspace, settings, lists)
    for each in lists.values():
        each.observe(choices.show_anew, "value")
    return choices


def _refuse(begins: Mapping[str, str], options: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    known = {name: [value for _, value in pairs] for name, pairs in options.items()}
    if begins["cycle"] not in known["cycle"]:
        raise fault("not_read_in", cycle=begins["cycle"])
    if begins["by"] not in known["by"]:
        raise fault("unknown_breakdown", by=begins["by"], known=", ".join(known["by"]))
    for name in ("period", "previous"):
        if begins.get(name, "") not in known[name]:
            raise fault("unknown_period", period=begins[name])
