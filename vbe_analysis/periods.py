"""Time: days, months, tertials and the period of a cycle. Both ends of a period are included."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from vbe_analysis.errors import fault
from vbe_analysis.swedish import listed, month_name, swedish_date


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` to `end`, both included, with the name a reader sees ("2021", "T1 2021").

    start, end: dates of `datetime`, not text. `count_events` wants a label, one for each period.
    Raises ValueError where the end lies before the start.

    >>> str(vbe.Period(date(2020, 7, 1), date(2021, 6, 30), "2021"))
    '1 juli 2020–30 juni 2021'
    """

    start: date
    end: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"period {self.label} ends before it starts")

    @property
    def name(self) -> str:
        """What a reader calls it: its label, or both years where it is no calendar year's.

        >>> Period(date(2020, 7, 1), date(2021, 6, 30), "2021").name
        '2020/21'
        """
        if self.start.year == self.end.year:
            return self.label
        return f"{self.start.year}/{self.end.year % 100:02d}"

    @property
    def months(self) -> tuple[str, ...]:
        """The calendar months that lie wholly inside, as "2021-03"."""
        return tuple(month for month in months_between(self.start, self.end) if self.holds(*month_span(month)))

    def holds(self, first: date, last: date) -> bool:
        """Whether the interval [first, last] lies wholly inside."""
        return self.start <= first and last <= self.end

    def tertials(self) -> tuple["Period", ...]:
        """The calendar tertials (T1 Jan-Apr, T2 May-Aug, T3 Sep-Dec) that it touches, cut at its ends, in order."""
        parts = []
        for year in range(self.start.year, self.end.year + 1):
            for number in (1, 2, 3):
                first, last = date(year, 4 * number - 3, 1), month_span(f"{year}-{4 * number:02d}")[1]
                inside = max(first, self.start), min(last, self.end)
                if inside[0] <= inside[1]:
                    whole = inside == (first, last)
                    months = swedish_months(tuple(months_between(*inside))).rsplit(" ", 1)[0]
                    parts.append(Period(*inside, f"T{number} {year}" if whole else f"T{number} {year} ({months})"))
        return tuple(parts)

    def __str__(self) -> str:
        """As the chapter writes it: "1 maj 2020–30 april 2021"."""
        return f"{swedish_date(self.start)}–{swedish_date(self.end)}"


def refuse_overlap(periods: Sequence[Period]) -> None:
    """Raise InputError where two periods have a day in common: they would count it twice."""
    for before, after in pairwise(sorted(periods)):
        if after.start <= before.end:
            raise fault("periods_overlap", one=before.label, other=after.label)


def months_between(first: date, last: date) -> Iterator[str]:
    """Every calendar month that [first, last] touches, as "2021-03".

    >>> list(months_between(date(2020, 11, 30), date(2021, 1, 1)))
    ['2020-11', '2020-12', '2021-01']
    """
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def month_span(month: str) -> tuple[date, date]:
    """The first and last day of "2021-03".

    >>> month_span("2021-12")
    (datetime.date(2021, 12, 1), datetime.date(2021, 12, 31))
    """
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), following - timedelta(days=1)


def next_month(month: str) -> str:
    """
    >>> next_month("2020-12")
    '2021-01'
    """
    day = month_span(month)[1] + timedelta(days=1)
    return f"{day.year}-{day.month:02d}"


def swedish_months(months: tuple[str, ...]) -> str:
    """A run of months in words, as a sentence names them.

    >>> swedish_months(("2019-05", "2019-06", "2020-04"))
    'maj–juni 2019 och april 2020'
    """
    runs: list[list[str]] = []
    for month in sorted(months):
        if runs and next_month(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return listed([_run_in_words(run[0], run[-1]) for run in runs])


def _run_in_words(first: str, last: str) -> str:
    names = [month_name(int(month[5:])) for month in (first, last)]
    if first == last:
        return f"{names[0]} {first[:4]}"
    if first[:4] == last[:4]:
        return f"{names[0]}–{names[1]} {first[:4]}"
    return f"{names[0]} {first[:4]}–{names[1]} {last[:4]}"
