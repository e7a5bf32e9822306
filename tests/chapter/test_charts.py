"""Charts are read through their artists and their SVG: what stands there in words, where bars begin and end."""

import io
import re
import struct
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from vbe_analysis.chapter.charts.bars import period_against_previous, survey_knowledge
from vbe_analysis.chapter.charts.cells import counts_data, coverage_data, coverage_rows, grid, survey_data
from vbe_analysis.chapter.charts.matrix import COVERAGE_LOOK, environment_by_type, source_by_month
from vbe_analysis.chapter.charts.style import LOOKS, SERIES, Size, canvas, look_of, wrap
from vbe_analysis.chapter.charts.years import graffiti_against_all, timeline_by_tertial, years_by_environment
from vbe_analysis.document.from_frames import png_bytes, svg_bytes
from vbe_analysis.document.widths import width_of
from vbe_analysis.errors import VbeError

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


YEARS = ["2018", "2019", "2020", "2021"]
FOUR_YEARS = counts({"autonom": [EXACT, BAND, ZERO, MISSING], "vit_makt": [UNASKED, MISSING, PARTLY, OPEN]}, YEARS)


def words(figure: Figure) -> str:
    return " ".join(str(text.get_text()) for text in figure.findobj(Text)).replace("\n", " ").replace("–  ", "–")


def panel(figure: Figure, label: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_label() == label)


def bars(axes: Axes) -> list[Rectangle]:
    """Rectangles that stand for numbers: those with an edge."""
    return [bar for bar in axes.patches if isinstance(bar, Rectangle) and bar.get_linewidth() > 0]


def bands(axes: Axes) -> list[Rectangle]:
    return [bar for bar in axes.patches if isinstance(bar, Rectangle) and bar.get_linewidth() == 0 and bar.get_hatch()]


def marks(axes: Axes) -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in axes.lines
        if line.get_marker() not in ("None", None, "")
    ]


@pytest.mark.parametrize("size", SIZES)
def test_years_draw_each_count_as_it_is(size: Size) -> None:
    figure = years_by_environment(FOUR_YEARS, LABELS, size=size, title="Ingen säker förändring", foot="Källa: IA")
    first, second = panel(figure, "Autonoma miljön"), panel(figure, "Vit makt-miljön")
    assert [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars(first)] == [(5, 9)]
    assert marks(first) == [(0, 3), (2, 0)]  # exact three, and zero drawn as zero
    assert [(bar.get_x(), bar.get_width()) for bar in bands(first)] == [(2.5, 1)]
    assert [(bar.get_x(), bar.get_width()) for bar in bands(second)] == [(-0.5, 1), (0.5, 1)]  # two reasons, two bands
    assert first.get_ylim() == second.get_ylim()
    for said in (
        "Ingen säker förändring",
        "Källa: IA",
        "5–9",
        "uppgift saknas",
        "inte tillfrågad",
        "delvis",
        "minst 500",
    ):
        assert said in words(figure)


def test_a_bar_holds_nothing_but_its_ends() -> None:
    """No artist of an interval's panel stands at a value between the ends, and `reports` is nowhere."""
    figure = years_by_environment(counts({"autonom": [BAND]}, ["2021"]), LABELS)
    axes = panel(figure, "Autonoma miljön")
    heights = {float(y) for line in axes.lines for y in np.atleast_1d(line.get_ydata())}
    heights |= {bar.get_y() for bar in bars(axes)} | {bar.get_y() + bar.get_height() for bar in bars(axes)}
    heights |= {float(text.xy[1]) for text in axes.texts if hasattr(text, "xy")}
    assert not [height for height in heights if 5 < height < 9]
    assert "777" not in words(figure)


def test_a_protected_band_is_drawn_and_told_unlike_an_uncertain_count() -> None:
    """A lighter bar without ends: the ends are the band's, not what is known of the number."""
    frame = counts({"autonom": [BAND]}, ["2021"])
    drawn = {}
    for name, table in (("uncertain", frame), ("protected", frame.assign(protected=True))):
        figure = years_by_environment(table, LABELS)
        axes = panel(figure, "Autonoma miljön")
        (bar,) = bars(axes)
        drawn[name] = (
            (bar.get_y(), bar.get_height()),
            len(axes.collections),
            sum(bar.get_facecolor()[:3]),
            words(figure),
        )
    (uncertain, caps, dark, help_), (protected, none, light, told) = drawn["uncertain"], drawn["protected"]
    assert uncertain == protected
    assert caps - none == 1
    assert light > dark
    assert "skyddat antal" in told.replace("\n", " ") and "skyddat" not in help_
    assert "ligger någonstans" in help_.replace("\n", " ") and "ligger någonstans" not in told


def test_an_open_band_reaches_the_top_and_no_further_than_its_low_end_tells() -> None:
    figure = years_by_environment(counts({"autonom": [OPEN]}, ["2021"]), LABELS)
    (bar,) = bars(panel(figure, "Autonoma miljön"))
    assert (bar.get_y(), bar.get_y() + bar.get_height()) == (500, 625)


def test_a_partial_year_is_hollow_and_says_so() -> None:
    axes = panel(
        years_by_environment(counts({"autonom": [PARTLY, EXACT]}, ["2020", "2021"]), LABELS), "Autonoma miljön"
    )
    faces = {line.get_xdata()[0]: line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"}
    assert faces == {0: "#ffffff", 1: SERIES[0]}
    assert [text.get_text() for text in axes.get_xticklabels()] == ["2020\ndelvis", "2021"]


def test_a_count_withheld_is_not_called_missing() -> None:
    said = words(years_by_environment(counts({"autonom": [HIDDEN, EXACT]}, ["2020", "2021"]), LABELS))
    assert "visas inte" in said
    assert "uppgift saknas" not in said


def test_a_break_is_a_dashed_line_before_its_year() -> None:
    figure = years_by_environment(FOUR_YEARS, LABELS, breaks={"2020": "ny app", "1999": "utanför"})
    for axes in figure.axes:
        dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
        assert [line.get_xdata()[0] for line in dashed] == [1.5]
    assert "Linje\u00a0A: underlaget ändrades från och med 2020 (ny app)." in words(figure)
    assert "utanför" not in words(figure)


def test_nothing_reported_is_drawn_as_zero() -> None:
    axes = panel(years_by_environment(counts({"autonom": [ZERO] * 3}, "abc"), LABELS), "Autonoma miljön")
    assert marks(axes) == [(0, 0), (1, 0), (2, 0)]
    assert not bands(axes)


def test_neighbouring_years_without_figures_share_one_band() -> None:
    axes = panel(years_by_environment(counts({"autonom": [MISSING] * 4}, YEARS), LABELS), "Autonoma miljön")
    assert [(bar.get_x(), bar.get_width()) for bar in bands(axes)] == [(-0.5, 4)]
    assert [text.get_text() for text in axes.texts] == ["uppgift saknas"]


def test_the_two_graffiti_panels_have_scales_of_their_own_and_say_so() -> None:
    labels = {"coded": "Klotter kopplat till en miljö", "all": "Allt klotter"}
    frame = counts({"coded": [EXACT, BAND], "all": [(812, 812, "observed"), (1467, 1467, "observed")]}, "ab", "series")
    figure = graffiti_against_all(frame, labels)
    coded, every = (panel(figure, label) for label in labels.values())
    assert coded.get_ylim()[1] < 20 < 1467 < every.get_ylim()[1]
    assert words(figure).count("egen skala") == 2
    assert "Rutorna har olika skalor, " in words(figure)
    assert "1\u00a0467" in words(figure)


def test_tertials_are_explained() -> None:
    frame = counts({"autonom": [EXACT, BAND, ZERO]}, ["T2 2020", "T3 2020", "T1 2021"])
    figure = timeline_by_tertial(frame, LABELS)
    assert "T1 är januari–april, T2 maj–augusti och T3 september–december." in words(figure)
    assert "T3 2020" in words(figure)


@pytest.mark.parametrize("size", SIZES)
def test_this_period_against_the_previous(size: Size) -> None:
    frame = counts({"autonom": [BAND, EXACT], "vit_makt": [MISSING, (10, 19, "partial")]}, ["2020", "2021"])
    figure = period_against_previous(frame, LABELS, size=size)
    (axes,) = figure.axes
    ends = {(bar.get_x(), bar.get_x() + bar.get_width()): bar.get_hatch() for bar in bars(axes)}
    assert set(ends) == {(5, 9), (10, 19)}
    assert ends[5, 9] == "////"  # the year before is told by its hatch, not by colour alone
    assert not ends[10, 19]
    assert marks(axes)[0][0] == 3
    assert len(bands(axes)) == 1
    assert "10–19, delvis" in words(figure)
    assert words(figure).count("2020") == 2  # each line is labelled where it stands
    assert all(axes.get_legend() is None for axes in figure.axes)


def test_a_first_year_has_one_line_an_environment() -> None:
    figure = period_against_previous(counts({"autonom": [EXACT], "vit_makt": [ZERO]}, ["2021"]), LABELS)
    assert sorted(at for at, _ in marks(figure.axes[0])) == [0, 3]
    assert words(figure).count("2021") == 2


def matrix_frame() -> pd.DataFrame:
    frame = counts({"autonom": [EXACT, MISSING, MISSING], "vit_makt": [ZERO, BAND, OPEN]}, ["klotter", "symbol", "hot"])
    return frame.rename(columns={"period": "event_type"})


TYPES = {"klotter": "Klotter", "symbol": "Symbol", "hot": "Hot"}


@pytest.mark.parametrize("size", SIZES)
def test_environment_by_type(size: Size) -> None:
    figure = environment_by_type(matrix_frame(), LABELS, TYPES, size=size)
    first, second = panel(figure, "Autonoma miljön"), panel(figure, "Vit makt-miljön")
    assert [at for at, _ in marks(first)] == [3]
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars(second)] == [(5, 9), (500, 625)]
    (band,) = bands(first)
    assert band.get_height() == pytest.approx(first.get_ylim()[1] * 2 / 3)  # two types in a row: one band
    assert first.get_xlim() == second.get_xlim()


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
    months = figure.axes[0]
    letters = [text.get_text() for text in months.texts]
    assert letters == ["L", "U", "N", "I", "L", "L"]
    looks = {
        (letter, bar.get_facecolor(), bar.get_hatch()) for letter, bar in zip(letters, months.patches, strict=True)
    }
    assert len(looks) == len({look[1:] for look in looks}) == 4
    for said in ("2020", "dec", "2021", "jan", "levererat: inget att rapportera", "uppgift saknas", "inte tillfrågad"):
        assert said in words(figure)


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
    figure = survey_knowledge(SURVEY.astype({"x": "Int64", "n": "Int64"}), size=size)
    (axes,) = figure.axes
    ends = [(round(bar.get_x(), 6), round(bar.get_x() + bar.get_width(), 6)) for bar in bars(axes)]
    assert ends == [(0.6, 0.83), (0, 0.06), (0.93, 1)]
    assert [at for at, _ in marks(axes)] == [38 / 52, 0, 1]
    said = words(figure).replace("\u00a0", " ")
    for part in ("38 av 52", "0 av 60", "inte tillfrågad", "inga", "hälften", "alla"):
        assert part in said
    assert "%" not in said


CHARTS: dict[str, Callable[[Size], Figure]] = {
    "ar": lambda size: years_by_environment(FOUR_YEARS, LABELS, breaks={"2020": "app"}, size=size, title="T", foot="F"),
    "fore": lambda size: period_against_previous(FOUR_YEARS, LONG, size=size, title="T"),
    "typ": lambda size: environment_by_type(matrix_frame(), LONG, TYPES, size=size, title="T"),
    "tackning": lambda size: source_by_month(coverage_frame(), SOURCES, LABELS, size=size, title="T"),
    "enkat": lambda size: survey_knowledge(SURVEY.astype({"x": "Int64", "n": "Int64"}), size=size, title="T"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CHARTS)
def test_bytes_are_equal_twice_and_hold_no_date_or_outside_address(name: str, size: Size) -> None:
    first, second = CHARTS[name](size), CHARTS[name](size)
    svg = svg_bytes(first, name)
    assert svg == svg_bytes(second, name)
    assert png_bytes(first, 800) == png_bytes(second, 800)
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
        {"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "none", "lines.linewidth": 9}
    ):
        assert svg_bytes(CHARTS["ar"]("page"), "ar") == expected


@pytest.mark.parametrize("name", CHARTS)
def test_a_slide_is_1920_by_1080_with_no_label_under_24_pixels(name: str) -> None:
    figure = CHARTS[name]("slide")
    assert struct.unpack(">II", png_bytes(figure, 1920)[16:24]) == (1920, 1080)
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
    assert min(sizes) / 72 * 144 >= 24


ANY_COUNT = st.one_of(
    st.sampled_from([ZERO, MISSING, UNASKED, HIDDEN, OPEN, (1, 4, "observed"), (1500, 1500, "partial")]),
    st.integers(0, 1500).flatmap(lambda low: st.tuples(st.just(low), st.integers(low, 1500), st.just("observed"))),
)


@settings(max_examples=12, deadline=None)
@given(st.data(), st.integers(1, 8), st.integers(1, 12), st.sampled_from(SIZES))
def test_any_number_of_panels_and_years_stays_on_the_paper(
    data: st.DataObject, environments: int, years: int, size: Size
) -> None:
    table = {f"m{n}": [data.draw(ANY_COUNT) for _ in range(years)] for n in range(environments)}
    labels = {code: f"Islamistiska extremistiska miljön nummer {code}" for code in table}
    figure = years_by_environment(counts(table, [str(2010 + n) for n in range(years)]), labels, size=size, foot="Källa")
    assert len(figure.axes) == environments
    assert figure.get_figheight() <= LOOKS[size].tallest + 1.5
    for axes in figure.axes:
        box = axes.get_position()
        assert 0 <= box.x0 < box.x1 <= 1
        assert 0 <= box.y0 < box.y1 <= 1
    known = [cell for cells in table.values() for cell in cells if cell[0] is not None]
    drawn = sum(len(bars(axes)) for axes in figure.axes)
    assert drawn == sum(low != high for low, high, _ in known)


def test_the_same_cell_twice_or_a_cell_missing_is_refused() -> None:
    with pytest.raises(VbeError, match="every row and column of its frame exactly once"):
        years_by_environment(pd.concat([FOUR_YEARS, FOUR_YEARS.head(1)]), LABELS)
    with pytest.raises(VbeError, match="every row and column of its frame exactly once"):
        grid(FOUR_YEARS.drop(index=0), "environment", LABELS)
    with pytest.raises(VbeError, match="every row and column of its frame exactly once"):
        source_by_month(coverage_frame().drop(index=0), SOURCES, LABELS)


def test_a_code_without_a_label_is_refused_not_left_out() -> None:
    with pytest.raises(VbeError, match="exactly once"):
        years_by_environment(FOUR_YEARS, {"autonom": "Autonoma miljön"})
    with pytest.raises(VbeError, match="exactly once"):
        years_by_environment(FOUR_YEARS, {"autonom": "Samma namn", "vit_makt": "Samma namn"})
    with pytest.raises(VbeError, match="exactly once"):
        source_by_month(coverage_frame(), {"ia": "IA"}, LABELS)


@given(st.text(alphabet="abcåäö -–/", max_size=60), st.floats(0.3, 4))
def test_wrapping_keeps_every_letter(text: str, width: float) -> None:
    wrapped = wrap(text, width, 8)
    bare = re.sub(r"[ \n-]", "", wrapped)
    assert bare == re.sub(r"[ \n-]", "", text)


def test_wrapping_holds_the_width() -> None:
    wrapped = wrap("Islamistiska extremistiska miljön i Ekåsen-Lindvikens stadsdelsområde", 1.2, 8)
    assert all(width_of(line, 8) <= 1.2 for line in wrapped.split("\n"))
    assert wrap("Stadsdelsförvaltningen", 0.5, 8).count("-\n") == 2


def test_a_dollar_sign_is_a_dollar_sign() -> None:
    figure = canvas(look_of("page"), 1, "a $x^2$ b", "").figure
    figure.savefig(held := io.BytesIO(), format="svg")
    assert "a $x^2$ b" in words(figure)
    assert held.getvalue()


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
def test_the_first_four_colours_differ_for_colour_blind_readers(vision: str) -> None:
    seen = [lab(np.array(MACHADO[vision]) @ linear(colour)) for colour in SERIES[:4]]
    distances = [float(np.linalg.norm(a - b)) for n, a in enumerate(seen) for b in seen[:n]]
    assert min(distances) > 15  # a difference of 2.3 is just noticeable


def test_every_colour_stands_out_from_white() -> None:
    for colour in SERIES:
        luminance = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
        assert 1.05 / (luminance + 0.05) >= 3, colour


def test_data_tables_say_what_the_charts_say() -> None:
    table = counts_data(FOUR_YEARS, "environment", LABELS, "Miljö")
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
    assert len({look[:3] for look in COVERAGE_LOOK.values()}) == 4
