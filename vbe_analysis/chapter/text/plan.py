"""What the chapter says of the plan: the picture against its activities, and what stands of them in the annex."""

from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.config import message
from vbe_analysis.document.parts import Prose
from vbe_analysis.plan.picture import matrix_text


def picture_against_plan(picture: Picture) -> Prose:
    """What the activities answer, what they do not, and what the plan lacks; empty without a workbook of them."""
    return matrix_text(picture.plan.matrix) if picture.plan else Prose("", ())


def plan_in_annex(picture: Picture) -> Prose:
    """The heading of the plan's tables in the annex; empty without a workbook of activities."""
    return Prose(f"## {message('plan.matrix.heading')}" if picture.plan else "", ())


TEXTS = {"bild_mot_plan": picture_against_plan, "planen_i_bilagan": plan_in_annex}
