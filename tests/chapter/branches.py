"""Which branches of the text templates have been reached: both ways of every {% if %}, {% for %} and inline if."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from jinja2 import Environment, nodes

from vbe_analysis.chapter.text import section


class Branches:
    """known: every branch of the templates that have been compiled; reached: those that a text has gone through."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.reached: set[str] = set()

    def mark(self, name: str, value: object = "") -> object:
        """Called in the branch: notes it, and gives back the value of an inline one."""
        self.reached.add(name)
        return value

    def call(self, name: str, *value: nodes.Expr) -> nodes.Call:
        self.known.add(name)
        return nodes.Call(nodes.Name("reached", "load"), [nodes.Const(name), *value], [], None, None)

    def instrument(self, tree: nodes.Template, file: str) -> nodes.Template:
        """The parsed template with a mark in every branch."""
        every = [*tree.find_all(nodes.If)]
        further = {id(node) for first in every for node in first.elif_}
        for at, node in enumerate(every):
            name = f"{file}:{node.lineno} if {at}"
            node.body.insert(0, nodes.ExprStmt(self.call(name)))
            if id(node) not in further:
                node.else_.insert(0, nodes.ExprStmt(self.call(f"{name} else")))
        for at, loop in enumerate([*tree.find_all(nodes.For)]):
            loop.body.insert(0, nodes.ExprStmt(self.call(f"{file}:{loop.lineno} for {at}")))
        for at, choice in enumerate([*tree.find_all(nodes.CondExpr)]):
            name = f"{file}:{choice.lineno} inline {at}"
            choice.expr1 = self.call(name, choice.expr1)
            choice.expr2 = self.call(f"{name} else", choice.expr2 or nodes.Const(""))
        tree.set_lineno(1, override=False)
        return tree


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[Branches]:
    """The chapter's text made by templates whose branches tell that they are reached."""
    found, own = Branches(), section.environment()

    class Watched(Environment):
        def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
            return found.instrument(super()._parse(source, name, filename), name or "")

    made = Watched(
        loader=own.loader,
        undefined=own.undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=own.finalize,
    )
    made.globals |= own.globals | {"reached": found.mark}
    made.filters |= own.filters
    with patch.context() as patched:
        patched.setattr(section, "environment", lambda: made)
        for name in (name for name in made.list_templates() if "/" not in name):  # a region has a folder of its own
            made.get_template(name)
        yield found
