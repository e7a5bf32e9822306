"""The tables of the picture against the plan; none where the cycle has no workbook of activities."""

from collections.abc import Callable, Mapping

from vbe_analysis.chapter.data.picture import Picture
from vbe_analysis.document.parts import Table
from vbe_analysis.plan.picture import LISTED, SHORT, WHOLE, Plan, activities_table, matrix_table, whole_matrix_table


def _of_plan(table: Callable[[Plan], Table | None]) -> Callable[[Picture], Table | None]:
    return lambda picture: table(picture.plan) if picture.plan else None


TABLES: Mapping[str, Callable[[Picture], Table | None]] = {
    SHORT: _of_plan(matrix_table),
    WHOLE: _of_plan(whole_matrix_table),
    LISTED: _of_plan(activities_table),
}
