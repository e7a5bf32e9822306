"""Made districts for a region's tests: each a workspace of its own, published without a notebook."""

from vbe_analysis.chapter.data.internal import make_picture
from vbe_analysis.disclosure.facts import to_json
from vbe_analysis.disclosure.policy import PUBLIC
from vbe_analysis.workspace.frozen import PUBLISHED, freeze
from vbe_analysis.workspace.workspace import Workspace


def publish(workspace: Workspace, cycle: str) -> None:
    """Freeze all that the public edition of a cycle may show."""
    path = workspace.reports(cycle, PUBLIC) / f"facts-{cycle}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = to_json(make_picture(workspace, cycle, PUBLIC).register.published)
    path.write_text(facts, encoding="utf-8")
    freeze(workspace, cycle, [path], PUBLISHED, "A 1", "2021-12-01")
