"""The follow-up of a cycle's activities: a page for the yearly report, and plain text for the city's own system.

Every number is one of the public picture. No sentence says that an activity has changed anything.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from vbe_analysis.config import message, message_table
from vbe_analysis.document.parts import Prose, Table
from vbe_analysis.document.templates import render
from vbe_analysis.plan.activities import FOLLOWUP, MEASURE, ROLE, TARGET, TEXT, Activities, Activity
from vbe_analysis.plan.changes import Changes, changes
from vbe_analysis.plan.choices import DELIVERIES, NOT_BEGUN, OWN, QUESTION, TRACES, activities_title
from vbe_analysis.plan.edition import EditionPicture
from vbe_analysis.plan.measures import MET, MISSED, UNDECIDED, UNKNOWN, Series, outcome, position, series
from vbe_analysis.swedish import listed, number, swedish_date


def followup_parts(
    activities: Activities, earlier: Activities | None, public: EditionPicture, day: date
) -> Iterator[Prose | Table]:
    """The page: the state in sentences, what waits, and each heading's activities with their measures over the years.

    earlier: the last cycle's activities; day: the day that the state is of.
    """
    yield Prose(_state(activities, earlier, public, day), ())
    yield from filter(None, (_asked_of_board(activities, public, day), _asked_of_responsible(activities, public, day)))
    for place, heading in enumerate(activities.headings, 1):
        own = activities.under(heading)
        if not own:
            yield Prose(f"# {_plain(heading)}\n\n{message('followup.no_activities')}", ())
            continue
        yield Prose(f"# {_plain(heading)}", ())
        yield _activities_table(f"aktiviteter_{place}", heading, own)
        if measured := _measures_table(f"matt_{place}", heading, own, public):
            yield measured


def followup_text(activities: Activities, earlier: Activities | None, public: EditionPicture, day: date) -> str:
    """The same as plain text: a paragraph an activity by heading, then what is new, changed and ended."""
    period = public.period.name
    lines = [message("followup.text_title", period=period, day=swedish_date(day))]
    for heading in activities.headings:
        lines.append(heading.upper())
        lines += [_paragraph(activity, public) for activity in activities.under(heading)] or [
            message("followup.no_activities")
        ]
    lines.append(_flat(render("plan/andringar.md.j2", **_words(_changed(activities, earlier), public))))
    return "\n\n".join(line for line in lines if line) + "\n"


def _state(activities: Activities, earlier: Activities | None, public: EditionPicture, day: date) -> str:
    """What the page begins with: how many, what is overdue, which targets are met, what has no measure, what is new."""
    rows, label = activities.rows, public.period.label
    states: dict[str, list[str]] = {MET: [], MISSED: [], UNDECIDED: [], UNKNOWN: []}
    for activity in (activity for activity in rows if activity.goal and activity.is_open):
        states[outcome(activity.goal, series(activity, public), label)].append(activity.number)
    counts = {code: sum(activity.status == code for activity in rows) for code in message_table("plan.status")}
    words = {count: message_table(f"followup.status.{'one' if count == 1 else 'many'}") for count in counts.values()}
    statuses = [f"{number(count)} {words[count][code]}" for code, count in counts.items() if count]
    text = render(
        "plan/uppfoljning.md.j2",
        listed=listed,
        number=number,
        day=swedish_date(day),
        activities=len(rows),
        statuses=statuses,
        overdue=[(a.number, swedish_date(a.due)) for a in rows if a.due and a.overdue(day)],
        unmeasured=[activity.number for activity in rows if activity.is_open and activity.measure is None],
        states=states,
    )
    heading = message("followup.summary")
    return f"# {heading}\n\n{text}\n\n{render('plan/andringar.md.j2', **_words(_changed(activities, earlier), public))}"


def _changed(activities: Activities, earlier: Activities | None) -> tuple[str, Changes] | None:
    return (earlier.cycle, changes(activities, earlier)) if earlier else None


def _words(changed: tuple[str, Changes] | None, public: EditionPicture) -> dict[str, object]:
    names = {period.label: period.name for period in public.periods}
    cycle, since = changed or ("", Changes((), {}, {}, ()))
    return {"listed": listed, "earlier": names.get(cycle, cycle), "changes": since}


def _asked_of_board(activities: Activities, public: EditionPicture, day: date) -> Table | None:
    """What only the board may change: an activity that is overdue, or whose target is missed."""
    rows = []
    for activity in (activity for activity in activities.rows if activity.is_open):
        state = {}
        if activity.due and activity.overdue(day):
            state["overdue"] = message("followup.board.overdue", day=swedish_date(activity.due))
        if _is_missed(activity, public):
            state["missed"] = message("followup.board.missed", target=activity.text(TARGET))
        if state:
            question = message(f"followup.board.{next(iter(state))}_question")
            rows.append((_headed(activity), activity.text(ROLE), " ".join(state.values()), question))
    header = ("text", "role", "state", "question")
    return _table("namnden", message("followup.board_title"), header, rows) if rows else None


def _asked_of_responsible(activities: Activities, public: EditionPicture, day: date) -> Table | None:
    """What each who is responsible does: a row a role, so that everybody finds their own."""
    roles: dict[str, list[Activity]] = {}
    for activity in (activity for activity in activities.rows if activity.is_open):
        roles.setdefault(activity.text(ROLE), []).append(activity)
    to_do = {role: [_to_do(activity, public, day) for activity in own] for role, own in sorted(roles.items())}
    rows = [(role, " ".join(filter(None, sentences))) for role, sentences in to_do.items() if any(sentences)]
    return _table("ansvariga", message("followup.responsible"), ("role", "to_do"), rows) if rows else None


def _to_do(activity: Activity, public: EditionPicture, day: date) -> str:
    """What is to be done about an activity, as a sentence; "" for nothing."""
    parts = []
    if activity.due and activity.overdue(day):
        parts.append(message("followup.to_do.overdue", day=swedish_date(activity.due)))
    elif activity.start and activity.start < day and activity.status == NOT_BEGUN:
        parts.append(message("followup.to_do.late_start", day=swedish_date(activity.start)))
    elif _is_missed(activity, public):
        parts.append(message("followup.to_do.missed", target=activity.text(TARGET)))
    if not activity.text(FOLLOWUP):
        parts.append(message("followup.to_do.unwritten"))
    if not activity.text(MEASURE):
        parts.append(message("followup.to_do.unmeasured"))
    return message("followup.to_do.sentence", number=activity.number, parts=listed(parts)) if parts else ""


def _is_missed(activity: Activity, public: EditionPicture) -> bool:
    return outcome(activity.goal, series(activity, public), public.period.label) == MISSED


def _activities_table(id: str, heading: str, activities: tuple[Activity, ...]) -> Table:
    rows = [
        (
            _headed(activity),
            activity.text(ROLE),
            swedish_date(activity.due) if activity.due else activity.due_text,
            message(f"plan.status.{activity.status}"),
            _followed(activity) or message("followup.no_reading"),
        )
        for activity in activities
    ]
    header = ("text", "role", "due", "status", "followup")
    return _table(id, activities_title(heading), header, rows)


def _followed(activity: Activity) -> str:
    """What was written of it, and a measure and target that are its own."""
    words = [activity.text(FOLLOWUP)]
    if activity.measure and activity.measure.kind == OWN:
        words.append(message("followup.own_measure", measure=activity.measure.label))
        words += [message("followup.own_target", target=t) for t in [activity.text(TARGET)] if t]
    return " ".join(filter(None, words))


def _measures_table(id: str, heading: str, activities: tuple[Activity, ...], public: EditionPicture) -> Table | None:
    """Each published measure over the years, a row a source, with its target and where it stands."""
    rows, kinds, verdicts = list[tuple[str, ...]](), set[str](), list[str]()
    for activity in activities:
        for measured in series(activity, public):
            kinds |= {activity.measure.kind} if activity.measure else set()
            cells = [measured.readings.get(period.label) for period in public.periods]
            numbers = [reading.text if reading else message("followup.no_reading") for reading in cells]
            target = activity.text(TARGET) or message("followup.no_reading")
            stands = position(activity, measured, public, "cell") or message("followup.no_reading")
            name = _measure_name(activity, measured)
            rows.append((name, *numbers, target, stands))
            if measured.verdict:
                verdicts.append(
                    message(
                        "followup.verdict", measure=name, verdict=measured.verdict[0].lower() + measured.verdict[1:]
                    )
                )
    if not rows:
        return None
    words = {QUESTION: "share_note", DELIVERIES: "months_note", TRACES: "traces_note"}
    notes = [*verdicts, *(message(f"followup.{words[kind]}") for kind in words if kind in kinds)]
    notes.append(message("followup.not_caused"))
    header = (
        message("followup.header.measure"),
        *(period.name for period in public.periods),
        message("followup.header.target"),
        message("followup.header.position"),
    )
    source, title = message("followup.measured_source"), message("followup.measured", heading=heading)
    return Table(id, title, source, header, tuple(rows), notes=tuple(notes), facts=())


def _headed(activity: Activity) -> str:
    return message("followup.named", number=activity.number, text=activity.text(TEXT))


def _measure_name(activity: Activity, measured: Series) -> str:
    label = activity.measure.label if activity.measure else ""
    text = f"{label} ({measured.name})" if measured.name else label
    return message("followup.named", number=activity.number, text=text)


def _paragraph(activity: Activity, public: EditionPicture) -> str:
    """An activity as a paragraph of plain text."""
    period = public.period
    measured = [
        {
            "name": one_series.name,
            "now": reading.sentence if (reading := one_series.readings.get(period.label)) else "",
            "position": position(activity, one_series, public, "sentence"),
            "verdict": one_series.verdict,
        }
        for one_series in series(activity, public)
    ]
    text = render(
        "plan/aktivitet.txt.j2",
        number=activity.number,
        text=activity.text(TEXT).rstrip("."),
        role=activity.text(ROLE),
        dated=activity.due is not None,
        due=swedish_date(activity.due) if activity.due else activity.due_text,
        status=message(f"plan.status.{activity.status}"),
        measure=activity.measure.label if activity.measure else "",
        target=activity.text(TARGET),
        period=period.name,
        measured=measured,
        followup=activity.text(FOLLOWUP),
    )
    return _flat(text)


def _table(id: str, title: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    names = tuple(message(f"followup.header.{name}") for name in header)
    return Table(id, title, message("followup.source"), names, tuple(rows), facts=())


def _flat(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """A heading that a person wrote, with nothing that Markdown would take for a mark."""
    return "".join(f"\\{sign}" if sign in "\\*[]<`#_" else sign for sign in _flat(text))
