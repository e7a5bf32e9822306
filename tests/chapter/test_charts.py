"""Charts are read through their artists and their SVG: what stands there in words, where bars begin and end."""

import re
import warnings
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from vbe_analysis.chapter.charts.columns import Expected, draw_columns
from vbe_analysis.chapter.charts.lanes import draw_parts, draw_periods, draw_ranks, draw_shares
from vbe_analysis.chapter.charts.months import FIELDS, source_by_month
from vbe_analysis.chapter.charts.style import BEFORE, INK, NOW, QUIET, Size, fold, sheet
from vbe_analysis.chapter.tables.grid import Grid, counts_data, coverage_data, coverage_rows, grid, survey_data
from vbe_analysis.document.from_frames import svg_bytes
from vbe_analysis.document.widths import width_of
from vbe_analysis.errors import VbeError

pytestmark = pytest.mark.slow

LABELS = {"autonom": "Autonoma miljön", "vit_makt": "Vit makt-miljön"}
LONG = {"autonom": "Islamistiska extremistiska miljön och närliggande grupper i Ekåsen", "vit_makt": "Övrig"}
SIZES: tuple[Size, ...] = ("page", "slide")
Count = tuple[int | None, int | None, str]

EXACT, BAND, ZERO, OPEN = (3, 3, "observed"), (5, 9, "observed"), (0, 0, "observed"), (500, None, "observed")
PARTLY, MISSING, UNASKED = (2, 2, "partial"), (None, None, "not_delivered"), (None, None, "not_asked")
HIDDEN = (None, None, "observed")  # the public edition's last resort: known, but without a quantity


def counts(table: dict[str, list[Count]], periods: Iterable[str], key: str = "environment") -> pd.DataFrame:
    rows = [
        {key: code, "period": period, "low": low, "high": high, "reports": 777, "status": status, "months_covered": 9}
        for code, cells in table.items()
        for period, (low, high, status) in zip(periods, cells, strict=True)
    ]
    return pd.DataFrame(rows).astype({"low": "Int64", "high": "Int64", "reports": "Int64"})


def cells(table: dict[str, list[Count]], periods: Iterable[str], labels: dict[str, str] = LABELS) -> Grid:
    return grid(counts(table, list(periods)), "environment", labels)


YEARS = ["2018", "2019", "2020", "2021"]
FOUR_YEARS = counts({"autonom": [EXACT, BAND, ZERO, MISSING], "vit_makt": [UNASKED, MISSING, PARTLY, OPEN]}, YEARS)
FOUR = grid(FOUR_YEARS, "environment", LABELS)


def words(figure: Figure) -> str:
    return " ".join(str(text.get_text()) for text in figure.findobj(Text)).replace("\n", " ")


def panel(figure: Figure, label: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_label() == label)


def bars(axes: Axes, lying: bool = False) -> list[tuple[float, float]]:
    """The ends of the bars, as they stand."""
    lines = [part for part in axes.collections if isinstance(part, LineCollection)]
    return [tuple(segment[:, 0 if lying else 1]) for line in lines for segment in line.get_segments()]  # type: ignore[misc]


def dots(axes: Axes) -> list[tuple[float, float]]:
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in axes.lines if line.get_marker() == "o"]  # type: ignore[index]


def hatched(axes: Axes) -> list[tuple[float, float, str]]:
    """Left end, width and hatch of the fields for what is not known."""
    return [(field.get_x(), field.get_width(), field.get_hatch()) for field in axes.patches if field.get_hatch()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
def test_years_draw_each_count_as_it_is(size: Size) -> None:
    figure = draw_columns(FOUR, size=size, title="Ingen säker förändring", foot="Källa: IA")
    first, second = panel(figure, "Autonoma miljön"), panel(figure, "Vit makt-miljön")
    assert bars(first) == [(5, 9)]
    assert dots(first) == [(0, 3)]  # exact three; zero is its number alone
    assert hatched(first) == [(2.5, 1, "////")]
    assert hatched(second) == [(-0.5, 1, "..."), (0.5, 1, "////")]  # two reasons, two fields
    for part in ("Ingen säker förändring", "Källa: IA", "5–9", "minst 500", "uppgift saknas", "inte tillfrågad"):
        assert part in words(figure)
    assert "0" in [text.get_text() for text in first.texts]
    assert ("En del av uppgifterna saknas för 2020." in words(figure)) == (size == "page")


@pytest.mark.parametrize("size", SIZES)
def test_all_panels_have_one_scale(size: Size) -> None:
    table = cells({"autonom": [(2, 2, "observed"), (3, 5, "observed")], "vit_makt": [(9, 12, "observed"), EXACT]}, "ab")
    figure = draw_columns(table, size=size)
    figure.draw_without_rendering()
    scales = [axes.get_ylim()[1] / axes.get_position().height for axes in figure.axes]
    assert max(scales) / min(scales) < 1.02


def test_the_panels_of_a_slide_stand_beside_the_total_on_the_same_scale() -> None:
    table = cells({"autonom": [EXACT, BAND], "vit_makt": [ZERO, EXACT]}, "ab", {"autonom": "Alla", "vit_makt": "En"})
    figure = draw_columns(table, total="Alla", expected=Expected("väntat 2–11", (2, 11)), size="slide")
    figure.draw_without_rendering()
    whole, part = panel(figure, "Alla"), panel(figure, "En")
    assert whole.get_position().x1 < part.get_position().x0
    scales = [axes.get_ylim()[1] / axes.get_position().height for axes in (whole, part)]
    assert max(scales) / min(scales) < 1.1
    [field] = whole.patches
    assert (field.get_y(), field.get_height()) == (2, 9)  # type: ignore[attr-defined]
    assert "väntat 2–11" in words(figure)
    assert not draw_columns(table, total="Alla", expected=Expected("väntat 2–11", None)).axes[0].patches


def test_a_bar_holds_nothing_but_its_ends() -> None:
    """No artist of an interval's panel stands at a value between the ends, and `reports` is nowhere."""
    figure = draw_columns(cells({"autonom": [BAND]}, ["2021"]))
    axes = panel(figure, "Autonoma miljön")
    heights = {float(y) for line in axes.lines for y in np.atleast_1d(line.get_ydata())}  # type: ignore[arg-type]
    heights |= {end for bar in bars(axes) for end in bar} | {float(text.xy[1]) for text in axes.texts}  # type: ignore[attr-defined]
    assert not [height for height in heights if 5 < height < 9]
    assert "777" not in words(figure)


def test_a_protected_band_is_drawn_and_told_unlike_an_uncertain_count() -> None:
    frame = counts({"autonom": [BAND]}, ["2021"])
    drawn = {}
    for name, rows in (("uncertain", frame), ("protected", frame.assign(protected=True))):
        figure = draw_columns(grid(rows, "environment", LABELS))
        [bar] = panel(figure, "Autonoma miljön").collections
        drawn[name] = (sum(bar.get_colors()[0][:3]), words(figure))  # type: ignore[attr-defined]
    (dark, help_), (light, said) = drawn["uncertain"], drawn["protected"]
    assert light > dark
    assert "skyddat antal" in said and "skyddat" not in help_
    assert "ligger någonstans" in help_ and "ligger någonstans" not in said


def test_an_open_band_reaches_the_top_and_no_further_than_its_low_end_tells() -> None:
    axes = panel(draw_columns(cells({"autonom": [OPEN]}, ["2021"])), "Autonoma miljön")
    assert bars(axes) == [(500, 625)]
    assert [line.get_marker() for line in axes.lines] == ["^"]


def test_a_count_withheld_is_not_called_missing() -> None:
    said = words(draw_columns(cells({"autonom": [HIDDEN, EXACT]}, ["2020", "2021"])))
    assert "visas inte" in said
    assert "uppgift saknas" not in said


def test_a_break_is_a_dashed_line_before_its_year() -> None:
    figure = draw_columns(FOUR, breaks={"2020": "ny app", "1999": "utanför"})
    for axes in figure.axes:
        assert [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"] == [1.5]  # type: ignore[index]
    assert "Streckad linje: underlaget ändrades från och med 2020 (ny app)." in words(figure)
    assert "utanför" not in words(figure)


def test_neighbouring_years_without_figures_share_one_field() -> None:
    axes = panel(draw_columns(cells({"autonom": [MISSING] * 4}, YEARS)), "Autonoma miljön")
    assert hatched(axes) == [(-0.5, 4, "////")]
    assert not axes.texts


def test_a_part_is_drawn_inside_its_whole_and_the_newest_is_strong() -> None:
    figure = draw_parts({"2019/20": ((7, 7), (141, 141)), "2020/21": ((4, 6), (139, 141))})
    [axes] = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [141, 7, 141, 6]
    assert [text.get_text() for text in axes.texts] == ["7\u00a0av\u00a0141", "4–6\u00a0av\u00a0139–141"]
    assert [text.get_fontweight() for text in axes.texts] == ["normal", "bold"]


def test_ranks_begin_at_zero_and_those_with_the_most_stand_out() -> None:
    table = {"norr": [(8, 8, "observed")], "soder": [(3, 5, "observed")]}
    figure = draw_ranks(cells(table, ["2021"], {"norr": "Norr", "soder": "Söder"}))
    [axes] = figure.axes
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 8), (0, 8), (0, 5), (0, 3)]
    assert [text.get_fontweight() for text in axes.texts] == ["bold", "normal"]


def test_years_that_do_not_fit_lose_their_century() -> None:
    periods = [f"{year}/{year - 1999}" for year in range(2009, 2021)]
    figure = draw_columns(cells({"autonom": [EXACT] * 12}, periods))
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()][:2] == ["09/10", "10/11"]
    figure = draw_columns(cells({"autonom": [EXACT] * 2}, ["2019/20", "T2 2020 (juli–augusti)"]))
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["2019/20", "T2 2020 (juli–augusti)"]


@pytest.mark.parametrize("size", SIZES)
def test_this_period_against_the_previous(size: Size) -> None:
    table = cells({"autonom": [BAND, EXACT], "vit_makt": [MISSING, (10, 19, "partial")]}, ["2020", "2021"])
    figure = draw_periods(table, size=size)
    [axes] = figure.axes
    assert bars(axes, lying=True) == [(5, 9), (10, 19)]
    assert [x for x, _ in dots(axes)] == [3]
    colours = [tuple(np.round(line.get_colors()[0][:3], 3)) for line in axes.collections]  # type: ignore[attr-defined]
    assert colours == [tuple(np.round(to_rgb(colour), 3)) for colour in (BEFORE, NOW)]
    assert [text.get_text() for text in axes.texts] == [
        *("Autonoma miljön", "5–9", "3"),
        *("Vit makt-miljön", "uppgift saknas", "10–19"),
    ]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "2020",
        "2021",
    ] * 2  # each line is named where it is


def test_a_first_year_has_one_line_an_environment() -> None:
    [axes] = draw_periods(cells({"autonom": [EXACT], "vit_makt": [ZERO]}, ["2021"])).axes
    assert [x for x, _ in dots(axes)] == [3]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Autonoma miljön", "Vit makt-miljön"]
    assert [text.get_text() for text in axes.texts] == ["3", "0"]


def coverage_frame(**change: object) -> pd.DataFrame:
    statuses = {
        "ia": ["delivered", "not_delivered"],
        "polis": ["delivered_nothing", "not_asked"],
        "sisab": ["delivered", "delivered"],
    }
    rows = [
        {"cycle": "2021", "source": source, "month": month, "environment": "", "status": status, "straddled": False}
        for source, run in statuses.items()
        for month, status in zip(["2020-12", "2021-01"], run, strict=True)
    ]
    frame = pd.DataFrame(rows).assign(version="", break_before="", asked=None, answered=None)
    for name, value in change.items():
        frame.loc[frame["source"] == "sisab", name] = value
    return frame


SOURCES = {"ia": "IA", "polis": "Lokalpolisen", "sisab": "SISAB"}


@pytest.mark.parametrize("size", SIZES)
def test_coverage_tells_each_month_by_colour_hatch_and_letter(size: Size) -> None:
    figure = source_by_month(coverage_frame(), SOURCES, LABELS, size=size)
    [months] = figure.axes
    assert [text.get_text() for text in months.texts] == ["U", "N", "I"]  # what was delivered is a filled field
    letters = ["L", "U", "N", "I", "L", "L"]
    looks = {
        (letter, bar.get_facecolor(), bar.get_hatch()) for letter, bar in zip(letters, months.patches, strict=True)
    }
    assert len(looks) == len({look[1:] for look in looks}) == 4
    for part in (
        "2020",
        "dec",
        "2021",
        "jan",
        "N: levererat: inget att rapportera",
        "uppgift saknas",
        "inte tillfrågad",
    ):
        assert part in words(figure)


def test_a_month_inside_a_straddling_count_is_not_delivered() -> None:
    figure = source_by_month(coverage_frame(straddled=True), SOURCES, LABELS)
    assert [text.get_text() for text in figure.axes[0].texts][-2:] == ["U", "U"]


def test_a_source_asked_for_one_environment_says_which() -> None:
    assert "SISAB, Vit makt-miljön" in words(source_by_month(coverage_frame(environment="vit_makt"), SOURCES, LABELS))


def test_a_source_asked_for_one_environment_in_one_month_has_the_other_month_too() -> None:
    frame = coverage_frame()
    last = frame["source"].eq("sisab") & frame["month"].eq("2021-01")
    frame.loc[last, ["environment", "status"]] = ["autonom", "not_delivered"]
    assert coverage_rows(frame, SOURCES, LABELS)["SISAB, Autonoma miljön"] == {
        "2020-12": "delivered",
        "2021-01": "not_delivered",
    }


SURVEY = pd.DataFrame(
    [
        {"question": "Känner till rutinen", "period": "2020", "x": None, "n": None, "status": "not_asked"},
        {"question": "Känner till rutinen", "period": "2021", "x": 38, "n": 52, "status": "observed"},
        {"question": "Vet vem som är samordnare", "period": "2020", "x": 0, "n": 60, "status": "observed"},
        {"question": "Vet vem som är samordnare", "period": "2021", "x": 52, "n": 52, "status": "observed"},
    ]
).assign(low_share=[None, 0.6, 0.0, 0.93], high_share=[None, 0.83, 0.06, 1.0])


@pytest.mark.parametrize("size", SIZES)
def test_survey_shows_x_of_n_and_its_interval(size: Size) -> None:
    figure = draw_shares(SURVEY.astype({"x": "Int64", "n": "Int64"}), size=size)
    [axes] = figure.axes
    assert [(round(low, 6), round(high, 6)) for low, high in bars(axes, lying=True)] == [
        (0.6, 0.83),
        (0, 0.06),
        (0.93, 1),
    ]
    assert [x for x, _ in dots(axes)] == [38 / 52, 0, 1]
    said = words(figure).replace("\u00a0", " ")
    for part in ("38 av 52", "0 av 60", "inte tillfrågad", "inga", "hälften", "alla"):
        assert part in said
    assert "%" not in said


CHARTS: dict[str, Callable[[Size], Figure]] = {
    "ar": lambda size: draw_columns(FOUR, breaks={"2020": "app"}, size=size, title="T", foot="F"),
    "fore": lambda size: draw_periods(grid(FOUR_YEARS, "environment", LONG), size=size, title="T"),
    "tackning": lambda size: source_by_month(coverage_frame(), SOURCES, LABELS, size=size, title="T"),
    "enkat": lambda size: draw_shares(SURVEY.astype({"x": "Int64", "n": "Int64"}), size=size, title="T"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_bytes_are_equal_twice_and_hold_no_date_or_outside_address(name: str, size: Size) -> None:
    first, second = CHARTS[name](size), CHARTS[name](size)
    svg = svg_bytes(first, name)
    assert svg == svg_bytes(second, name)
    places = [axes.get_position(original=True).get_points() for axes in first.axes]
    assert all((place == place.round(6)).all() for place in places), "the solver's last digits differ from run to run"
    text = svg.decode("utf-8")
    assert text.startswith("<svg")
    assert "<metadata" not in text
    assert set(re.findall(r"https?://[^\"\s]+", text)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert all(found.startswith(f"{name}-") for found in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(ids)


def test_a_readers_own_matplotlib_settings_change_nothing() -> None:
    import matplotlib

    expected = svg_bytes(CHARTS["ar"]("page"), "ar")
    with matplotlib.rc_context(
        {"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path", "lines.linewidth": 9}
    ):
        assert svg_bytes(CHARTS["ar"]("page"), "ar") == expected


@pytest.mark.parametrize("name", CHARTS)
def test_a_slide_is_1920_by_1080_with_no_text_under_28_pixels(name: str) -> None:
    figure = CHARTS[name]("slide")
    assert b' width="960pt" height="540pt"' in svg_bytes(figure, name)  # 144 pixels to the inch
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
    assert min(sizes) / 72 * 144 >= 28


ANY_COUNT = st.one_of(
    st.sampled_from([ZERO, MISSING, UNASKED, HIDDEN, OPEN, (1, 4, "observed"), (1500, 1500, "partial")]),
    st.integers(0, 1500).flatmap(lambda low: st.tuples(st.just(low), st.integers(low, 1500), st.just("observed"))),
)


def assert_on_paper(figure: Figure) -> None:
    """Every text stands inside the drawing, and the layout was found."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()
    for text in figure.findobj(Text):
        if text.get_text() and text.get_visible():
            box = text.get_window_extent().transformed(figure.transFigure.inverted())
            assert box.x0 >= -0.01 and box.x1 <= 1.01, text.get_text()
            assert box.y0 >= -0.01 and box.y1 <= 1.01, text.get_text()


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(1, 8), st.integers(1, 12), st.sampled_from(SIZES), st.booleans())
def test_any_number_of_panels_and_years_stays_on_the_paper(
    data: st.DataObject, environments: int, years: int, size: Size, whole: bool
) -> None:
    table = {f"m{n}": [data.draw(ANY_COUNT) for _ in range(years)] for n in range(environments)}
    labels = {code: f"Islamistiska extremistiska miljön nummer {code}" for code in table}
    periods = [f"{2009 + n}/{10 + n}" for n in range(years)]
    drawn = grid(counts(table, periods), "environment", labels)
    figure = draw_columns(drawn, total=labels["m0"] if whole else "", size=size, title="Antalet", foot="Källa")
    assert len(figure.axes) == environments
    assert_on_paper(figure)
    known = [cell for row in table.values() for cell in row if cell[0] is not None]
    assert sum(len(bars(axes)) for axes in figure.axes) == sum(low != high for low, high, _ in known)
    if years < 3:
        assert_on_paper(draw_periods(drawn, size=size, title="Antalet", foot="Källa"))


def test_the_same_cell_twice_or_a_cell_missing_is_refused() -> None:
    for rows in (pd.concat([FOUR_YEARS, FOUR_YEARS.head(1)]), FOUR_YEARS.drop(index=0)):
        with pytest.raises(VbeError, match="every row and column of its frame exactly once"):
            grid(rows, "environment", LABELS)
    with pytest.raises(VbeError, match="every row and column of its frame exactly once"):
        source_by_month(coverage_frame().drop(index=0), SOURCES, LABELS)


def test_a_code_without_a_label_is_refused_not_left_out() -> None:
    for labels in ({"autonom": "Autonoma miljön"}, {"autonom": "Samma namn", "vit_makt": "Samma namn"}):
        with pytest.raises(VbeError, match="exactly once"):
            grid(FOUR_YEARS, "environment", labels)
    with pytest.raises(VbeError, match="exactly once"):
        source_by_month(coverage_frame(), {"ia": "IA"}, LABELS)


@given(st.text(alphabet="abcåäö -–/", max_size=60), st.floats(0.3, 4))
def test_folding_keeps_every_letter(text: str, width: float) -> None:
    assert re.sub(r"\s", "", fold(text, width, 8)) == re.sub(r"\s", "", text)


def test_folding_holds_the_width() -> None:
    sentence = "Vit makt-miljön har haft flest rapporterade händelser i alla fem perioder i Ekåsen–Lindviken"
    for points, weight in ((8, "normal"), (24, "bold")):
        folded = fold(sentence, points / 3, points, weight)
        assert all(width_of(line, points, weight) <= points / 3 for line in folded.split("\n"))


def test_a_dollar_sign_is_a_dollar_sign() -> None:
    figure = sheet("page", 3, "a $x^2$ b")
    svg = svg_bytes(figure, "a")
    assert "a $x^2$ b" in words(figure) and svg


MACHADO = {  # Machado, Oliveira and Fernandes 2009, severity 1.0
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour: str) -> np.ndarray:
    part = np.array(to_rgb(colour))
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("vision", MACHADO)
def test_now_and_before_differ_for_colour_blind_readers(vision: str) -> None:
    now, before = (lab(np.array(MACHADO[vision]) @ linear(colour)) for colour in (NOW, BEFORE))
    assert np.linalg.norm(now - before) > 15  # a difference of 2.3 is just noticeable


def test_every_colour_stands_out_from_white() -> None:
    for colour, least in ((NOW, 4.5), (INK, 4.5), (QUIET, 4.5), (BEFORE, 3)):  # text, text, text, marks
        luminance = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
        assert 1.05 / (luminance + 0.05) >= least, colour


def test_data_tables_say_what_the_charts_say() -> None:
    table = counts_data(FOUR, "Miljö")
    assert list(table) == ["Miljö", *YEARS]
    assert table.to_numpy().tolist() == [
        ["Autonoma miljön", 3, "5–9", 0, "uppgift saknas"],
        ["Vit makt-miljön", "inte tillfrågad", "uppgift saknas", "2 (delvis)", "minst 500"],
    ]
    covered = coverage_data(coverage_frame(), SOURCES, LABELS)
    assert list(covered)[1:] == ["Levererat", "Levererat: inget att rapportera", "Uppgift saknas", "Inte tillfrågad"]
    assert covered.iloc[0].tolist() == ["IA", "december 2020", None, "januari 2021", None]
    asked = survey_data(SURVEY.astype({"x": "Int64", "n": "Int64"}))
    assert asked["Antal"].tolist() == [pd.NA, 38, 0, 52]
    assert asked["Uppgift"].tolist() == ["inte tillfrågad", "fullständig", "fullständig", "fullständig"]


def test_every_status_has_a_look_of_its_own() -> None:
    assert len(set(FIELDS.values())) == 4
