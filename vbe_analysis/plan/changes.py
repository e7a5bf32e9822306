"""What is new, changed and ended among the activities since the last cycle's workbook."""

from dataclasses import dataclass

from vbe_analysis.config import message
from vbe_analysis.loaders.values.cells import normalise
from vbe_analysis.plan.activities import ROLE, TARGET, TEXT, Activities, Activity


@dataclass(frozen=True)
class Changes:
    """Numbers of activities. changed: number -> what of it; ended: number -> its status; gone: not in the plan now."""

    new: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]
    ended: dict[str, str]
    gone: tuple[str, ...]


def changes(activities: Activities, earlier: Activities) -> Changes:
    """Hold a cycle's activities against those of an earlier one, number by number.

    What had ended before is no news, whether it still stands in the workbook or not.
    """
    before = {normalise(activity.number): activity for activity in earlier.rows}
    now = {normalise(activity.number): activity for activity in activities.rows}
    both = [(activity, before[key]) for key, activity in now.items() if key in before]
    ended = [a for key, a in now.items() if not a.is_open and (key not in before or before[key].is_open)]
    return Changes(
        tuple(activity.number for key, activity in now.items() if key not in before),
        {new.number: what for new, old in both if (what := _differences(new, old))},
        {activity.number: message(f"plan.status.{activity.status}") for activity in ended},
        tuple(activity.number for key, activity in before.items() if activity.is_open and key not in now),
    )


def _differences(new: Activity, old: Activity) -> tuple[str, ...]:
    """What of an activity reads otherwise, in words."""

    def parts(activity: Activity) -> dict[str, str]:
        return {
            "heading": activity.heading,
            "text": activity.text(TEXT),
            "role": activity.text(ROLE),
            "due": activity.due_text,
            "measure": activity.measure.label if activity.measure else "",
            "target": activity.text(TARGET),
        }

    was = {name: normalise(text) for name, text in parts(old).items()}
    return tuple(message(f"followup.part.{name}") for name, text in parts(new).items() if normalise(text) != was[name])
