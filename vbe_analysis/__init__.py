"""The public face: `import vbe_analysis as vbe`.

    ws = vbe.Workspace(".")                  frames, counts, comparisons and trends of a workspace
    ch = vbe.chapter("2021", "intern")       the parts of a cycle's chapter, for a notebook
    vbe.table_of, vbe.figure_of, vbe.show    an analyst's own table or drawing as a part of the chapter
    vbe.count_events, vbe.compare_periods, vbe.compare_years, vbe.trends       the same on frames of your own
    vbe.start                                what notebook 0 shows, with a button for the next step
    vbe.explore, vbe.choose                  what notebooks 1 and 2 show, and the drop-downs above it

docs/api.md describes them all. Importing this module imports no library: a name is fetched when it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vbe_analysis.analysis.comparison import compare_periods
    from vbe_analysis.analysis.counts import count_events
    from vbe_analysis.analysis.trend_tests import trend as trends
    from vbe_analysis.analysis.trends import yearly_trends as compare_years
    from vbe_analysis.chapter import explore
    from vbe_analysis.chapter.choices import choose
    from vbe_analysis.chapter.contents import open_chapter as chapter
    from vbe_analysis.cli.start import start
    from vbe_analysis.document.from_frames import figure_of, show, table_of
    from vbe_analysis.errors import InputError
    from vbe_analysis.periods import Period
    from vbe_analysis.workspace.workspace import Workspace

    __version__: str

HOMES = {
    "Workspace": "workspace.workspace:Workspace",
    "chapter": "chapter.contents:open_chapter",
    "explore": "chapter.explore:",
    "start": "cli.start:start",
    "choose": "chapter.choices:choose",
    "count_events": "analysis.counts:count_events",
    "compare_periods": "analysis.comparison:compare_periods",
    "compare_years": "analysis.trends:yearly_trends",
    "trends": "analysis.trend_tests:trend",
    "table_of": "document.from_frames:table_of",
    "figure_of": "document.from_frames:figure_of",
    "show": "document.from_frames:show",
    "Period": "periods:Period",
    "InputError": "errors:InputError",
}
"""Public name -> module and name in the package."""

__all__ = [
    "InputError",
    "Period",
    "Workspace",
    "chapter",
    "choose",
    "compare_periods",
    "compare_years",
    "count_events",
    "explore",
    "figure_of",
    "show",
    "start",
    "table_of",
    "trends",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # slow, and seldom asked for

        return version("vbe_analysis")
    if name == "chapter":  # the room itself can be called, since every import of it takes the name
        return import_module("vbe_analysis.chapter")
    if name not in HOMES:
        raise AttributeError(f"module 'vbe_analysis' has no attribute '{name}'")
    module, _, own = HOMES[name].partition(":")
    home = import_module(f"vbe_analysis.{module}")
    return getattr(home, own) if own else home


def __dir__() -> list[str]:
    return [*globals(), *__all__]
