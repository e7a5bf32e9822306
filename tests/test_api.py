"""The public face: `import vbe_analysis as vbe`, as an analyst uses it in the example district."""

import doctest
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import vbe_analysis as vbe
from tests.chapter.situations import situation
from tools.reference_docs import DOCS, VERSION_FILE, api_reference, command_reference, notebook_versions

pytestmark = pytest.mark.slow

HEAVY = ("pandas", "numpy", "scipy", "narwhals", "matplotlib", "openpyxl", "pyarrow", "docx", "lxml")
UNKNOWN = "Omgången '2031' finns inte. Kända omgångar: 2017, 2018, 2019, 2020, 2021."


def loaded(code: str) -> list[str]:
    """Which of HEAVY a fresh Python has imported after `code`."""
    ask = f"{code}\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", ask], capture_output=True, encoding="utf-8", check=True).stdout.split()


@pytest.mark.process
def test_importing_it_imports_no_library() -> None:
    opened = f"import vbe_analysis as vbe; ws = vbe.Workspace({str(situation('exempel').root)!r}); ws._repr_html_()"
    assert loaded(opened) == []
    assert "pandas" in loaded(f"{opened}; ws.events()")


def test_every_public_name_is_there() -> None:
    assert {name for name in vbe.__all__ if not hasattr(vbe, name)} == set()
    assert set(vbe.__all__) <= set(dir(vbe))
    with pytest.raises(AttributeError, match="has no attribute 'chapters'"):
        vbe.chapters  # noqa: B018


@pytest.mark.process
def test_the_chapter_can_be_opened_whatever_was_imported_before() -> None:
    code = "import vbe_analysis.chapter.charts.style, vbe_analysis as vbe; print(callable(vbe.chapter))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8").stdout == "True\n"


@pytest.mark.parametrize("name", [*vbe.__all__, "Chapter"])
def test_the_examples_hold_in_the_example_district(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(situation("exempel").root)
    home, _, own = vbe.HOMES.get(name, f"chapter.contents:{name}").partition(":")
    module = __import__(f"vbe_analysis.{home}", fromlist=["x"])
    examples = doctest.DocTestFinder().find(
        getattr(module, own) if own else module, name, module, {**vars(module), "vbe": vbe, "date": date}
    )
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert sum(runner.run(example).failed for example in examples) == 0


METHODS: dict[str, Callable[[Any], object]] = {
    "events": lambda ws: ws.events("2031"),
    "answers": lambda ws: ws.answers("2021", "2031"),
    "coverage": lambda ws: ws.coverage("2031"),
    "rejects": lambda ws: ws.rejects("2031"),
    "overlaps": lambda ws: ws.overlaps("2031"),
    "counts": lambda ws: ws.counts("environment", "2031"),
    "trends": lambda ws: ws.trends("2031"),
    "record": lambda ws: ws.record("2031"),
    "read_in": lambda ws: ws.read_in("2031"),
    "is_current": lambda ws: ws.is_current("2031"),
    "previous": lambda ws: ws.previous("2031"),
    "raw": lambda ws: ws.raw("2031"),
    "processed": lambda ws: ws.processed("2031"),
    "reports": lambda ws: ws.reports("2031"),
    "chapter": lambda ws: vbe.chapter("2031", start=str(ws.root)),
}


@pytest.mark.parametrize("name", METHODS)
def test_an_unknown_cycle_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(vbe.InputError) as stopped:
        METHODS[name](situation("exempel"))
    assert UNKNOWN in str(stopped.value)


def test_what_is_shown_of_large_things_is_short() -> None:
    ws = situation("exempel")
    comparison, trends = ws.compare("2021", "2020"), ws.trends()
    assert repr(ws) == f"<Workspace {ws.settings.district}: 2017, 2018, 2019, 2020, 2021>"
    assert repr(comparison) == (
        "<Comparison 2021 against 2020 by environment: 14–20 against 13–16, ingen_saker_forandring>"
    )
    assert repr(trends) == "<Trends 2017–2021: 12–13, 14–16, 14–15, 12–14, 10–11>"
    for thing in (ws, comparison, trends):
        view = thing._repr_html_()
        assert "<table" in view and len(view) < 5_000
    assert "2021" in ws._repr_html_() and "inläst" in ws._repr_html_()


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda ch: ch.figure("år"), "Det finns ingen figur som heter 'år'. Välj något av: huvudfigur, "),
        (lambda ch: ch.table("ars"), "Det finns ingen tabell som heter 'ars'. Välj något av: handelser, "),
        (
            lambda ch: ch.text("slut"),
            "Det finns ingen text som heter 'slut'. Välj något av: sammanfattning, ",
        ),
        (lambda ch: ch.own_text("x"), "Det finns ingen egen text som heter 'x'. Välj något av: samlad_bedomning, "),
    ],
)
def test_an_unknown_part_is_told_with_those_that_exist(ask: Callable[[Any], object], sentence: str) -> None:
    with pytest.raises(vbe.InputError) as stopped:
        ask(vbe.chapter("2021", start=str(situation("exempel").root)))
    assert str(stopped.value).startswith(sentence)


def test_an_unknown_edition_is_told() -> None:
    with pytest.raises(vbe.InputError, match=r"Utgåvan 'hemlig' finns inte. Välj en av dessa: intern, publik\."):
        vbe.chapter("2021", "hemlig")


def test_codes_become_labels() -> None:
    ws = situation("exempel")
    counts = ws.labels(ws.counts(["environment", "source"], "2021"))
    assert {"Miljö", "Källa", "Period", "Lägst", "Högst"} <= set(counts)
    assert "Vit makt-miljön" in set(counts["Miljö"])
    assert set(counts["Underlag"]) <= {"fullständigt", "delvis", "uppgift saknas", "inte tillfrågad"}
    vbe.table_of(counts.astype(object), id="egen", title="Egen", source="egen")


def test_the_notebooks_of_today_are_among_the_versions_that_were_shipped() -> None:
    assert VERSION_FILE.read_text(encoding="utf-8") == notebook_versions(), "python -m tools.reference_docs"


@pytest.mark.parametrize(("file", "write"), [("api.md", api_reference), ("kommandon.md", command_reference)])
def test_the_reference_is_what_the_code_says(
    file: str, write: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert (DOCS / file).read_text(encoding="utf-8") == write(), "python -m tools.reference_docs"
    for name in vbe.__all__:
        assert file != "api.md" or f"## vbe.{name}\n" in write()
