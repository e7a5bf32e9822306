"""Frames -> tables, charts and Swedish text -> one document.

The room is called as a function, `vbe.chapter("2021", "intern")`: see contents.open_chapter.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbe_analysis.chapter.contents import Chapter


class _Room(ModuleType):
    def __call__(self, cycle: str = "", edition: str = "intern", start: str = ".") -> "Chapter":
        """The parts of a cycle's chapter, by name."""
        from vbe_analysis.chapter.contents import open_chapter

        return open_chapter(cycle, edition, start)


sys.modules[__name__].__class__ = _Room
