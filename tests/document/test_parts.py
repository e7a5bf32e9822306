"""The tree: what the parts refuse, how numbering and references come out, and which notebooks make no chapter."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from tests.document.specimen import (
    COVERAGE,
    ENVIRONMENTS,
    code,
    cover,
    notebook,
    specimen,
    specimen_notebook,
    text,
    trend,
)
from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.config import load, message
from vbe_analysis.document.from_frames import table_of
from vbe_analysis.document.parts import MIMES, PROSE_MIME, Prose, Table, part_of
from vbe_analysis.document.tree import Heading, Items, Paragraph
from vbe_analysis.errors import Fault, InputError


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": " "}, "'miljo' saknar titel. Skriv en titel i cellen. Utan den kan alla inte läsa kapitlet."),
        ({"source": ""}, "'miljo' saknar källa. Skriv en källa i cellen. Utan den kan alla inte läsa kapitlet."),
        (
            {"id": "Miljö 1"},
            "Namnet 'Miljö 1' på en tabell eller figur får bara ha små bokstäver a–z, siffror, bindestreck och "
            "understreck. Ändra id i cellen.",
        ),
        (
            {"cells": (("Autonoma miljön", "4"),), "values": ()},
            "Tabellen 'miljo' saknar rader, eller så har en rad inte lika många celler som rubrikraden. "
            "Ge varje rad lika många celler som det finns rubriker.",
        ),
        (
            {"values": ENVIRONMENTS.values[:1]},
            "Tabellen 'miljo' saknar rader, eller så har en rad inte lika många celler som rubrikraden. "
            "Ge varje rad lika många celler som det finns rubriker.",
        ),
        (
            {"header": ("", *ENVIRONMENTS.header[1:])},
            "Tabellen 'miljo' har en kolumn eller rad utan rubrik. "
            "Skriv en rubrik för varje kolumn, och börja varje rad med vad den gäller.",
        ),
        (
            {"notes": ("a\x0bb",)},
            "'miljo' har ett styrtecken som Word och Excel inte kan visa. Skriv om texten utan det.",
        ),
    ],
)
def test_a_table_that_not_everyone_could_read_is_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(ENVIRONMENTS, **change)  # type: ignore[arg-type]
    assert str(caught.value) == told


def test_a_figure_needs_an_alternative_text() -> None:
    with pytest.raises(InputError, match="'ar' saknar alternativtext"):
        replace(trend(), alt="")


def test_an_unknown_edition_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        cover("hemlig")
    assert str(caught.value) == "Utgåvan 'hemlig' finns inte. Välj en av dessa: intern, publik, utkast."


@pytest.mark.parametrize("part", [ENVIRONMENTS, COVERAGE, trend(), Prose("Text *med* tecken"), cover()])
def test_a_part_comes_back_from_the_notebook_as_it_was(part: Table) -> None:
    bundle = part._repr_mimebundle_()
    mime = next(mime for mime in MIMES if mime in bundle)
    assert part_of(mime, json.loads(json.dumps(bundle[mime]))) == part
    assert "text/html" in bundle or "text/plain" in bundle


def test_numbers_are_set_to_the_right() -> None:
    assert ENVIRONMENTS.numeric == (False, True, True, True, False)
    assert COVERAGE.numeric == (False, True, True)  # "12 av 12"


def test_the_specimen_is_numbered_in_order() -> None:
    assert specimen().labels == {
        "miljo": "Tabell\u00a01",
        "tackning": "Tabell\u00a02",
        "lang": "Tabell\u00a03",
        "ar": "Figur\u00a01",
        "omraden": "Tabell\u00a0B1",
    }


def test_references_and_footnotes_of_the_specimen() -> None:
    runs = [run for block in specimen().blocks if isinstance(block, Paragraph) for run in block.runs]
    assert [(run.text, run.target) for run in runs if run.target] == [
        ("tabell\u00a01", "miljo"),
        ("figur\u00a01", "ar"),
        ("Tabell\u00a02", "tackning"),
    ]
    assert any("tabell\u00a0B1 i Excelbilagan" in run.text and not run.target for run in runs)
    assert [run.note for run in runs if run.note] == [1, 2, 2]
    assert len(specimen().footnotes) == 2


def test_the_specimens_outline() -> None:
    assert [(heading.level, heading.text, heading.id) for heading in specimen().headings] == [
        (1, "Lokal lägesbild", "avsnitt-lokal-lagesbild"),
        (1, "Kartläggning", "avsnitt-kartlaggning"),
        (2, "Vad som levererades", "avsnitt-vad-som-levererades"),
        (2, "3. Åren", "avsnitt-3-aren"),
        (1, "Metod och källor", "avsnitt-metod-och-kallor"),
    ]
    nested = next(block for block in specimen().blocks if isinstance(block, Items))
    assert nested.ordered and isinstance(nested.items[1][1], Items)


def test_what_is_tagged_away_stays_in_the_notebook() -> None:
    assert "Kör alla celler" not in str(specimen().blocks)


def test_signs_of_markdown_and_html_are_plain_text_when_escaped() -> None:
    last = [block for block in specimen().blocks if isinstance(block, Paragraph)][-1]
    assert "".join(run.text for run in last.runs) == (
        'En rapport är en anmälan i en källa. Text med tecken som # * _ $ @ [x] <3 och "citat" \\ står som den skrevs.'
    )


def test_a_heading_twice_gets_two_anchors() -> None:
    document = document_of(notebook(code(cover()), text("# Åren\n\n# Åren")))
    assert [heading.id for heading in document.headings] == ["avsnitt-aren", "avsnitt-aren-2"]


CASES = [
    (
        [text("Se {tabell:borta}.")],
        "Cell 2 hänvisar till {tabell:borta}, som inte finns. Rätta namnet, eller ta bort hänvisningen.",
    ),
    (
        [code(trend()), text("Se {tabell:ar}.")],
        "Cell 3 hänvisar till {tabell:ar}, som inte finns. Rätta namnet, eller ta bort hänvisningen.",
    ),
    (
        [text("Ord.[^1]")],
        "Cell 2 har notmärket [^1], men noten finns inte. Skriv noten på en egen rad, som '[^1]: Text.', eller ta "
        "bort märket.",
    ),
    (
        [text("Ord."), text("[^1]: Not.")],
        "Cell 3 har noten [^1], men inget notmärke leder till den. Sätt märket [^1] där noten hör hemma, eller ta "
        "bort noten.",
    ),
    (
        [text("Ord.[^1]\n\n[^1]: Not."), text("[^1]: En till.")],
        "Cell 3 har noten [^1], som redan är skriven. Ge den ena noten ett annat märke.",
    ),
    (
        [text("# A\n\n### B")],
        "Rubrikerna hoppar över en nivå: ### kommer efter #. Gå ner en nivå i taget, så att innehållsförteckningen "
        "blir rätt.",
    ),
    *[
        (
            [text(markdown)],
            f"Cell 2 har {kind}. Skriv vanlig text, rubriker och listor. Gör tabeller med Table och diagram med Figure "
            "i en kodcell.",
        )
        for markdown, kind in [
            ("<b>x</b>ord", "HTML eller något annat som kapitlet inte har plats för"),
            ("<div>ord</div>", "HTML eller något annat som kapitlet inte har plats för"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "en tabell i Markdown"),
            ("![bild](x.png)", "en bild"),
            ("```\nx\n```", "ett kodblock"),
            ("ord\n\n---\n\nord", "en skiljelinje"),
            ("# [x](https://a.se)", "en not, en länk eller en hänvisning i en rubrik"),
            ("> # Rubrik", "en rubrik inne i en ruta, en lista eller en not"),
            ("[x](javascript:alert)", "en länk som inte börjar med https://, http:// eller mailto:"),
        ]
    ],
    ([code(trend()), code(trend())], "Två tabeller eller figurer heter 'ar'. Ge den ena ett annat id."),
]


@pytest.mark.parametrize(("cells", "told"), CASES)
def test_prose_that_the_chapter_does_not_take_is_refused(cells: list[dict[str, object]], told: str) -> None:
    with pytest.raises(InputError) as caught:
        document_of(notebook(code(cover()), *cells))
    assert told in str(caught.value).splitlines()


def stream(name: str) -> dict[str, object]:
    return code(outputs=[{"output_type": "stream", "name": name, "text": "19900101-1234"}])


def shown(**data: object) -> dict[str, object]:
    named = {name.replace("_", "/"): value for name, value in data.items()}
    return code(outputs=[{"output_type": "execute_result", "data": named, "metadata": {}}])


def failed(name: str, told: str) -> dict[str, object]:
    error = {"output_type": "error", "ename": name, "evalue": told, "traceback": ["19900101-1234"]}
    return code(outputs=[error])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (
            shown(**{PROSE_MIME: {"text": "Av en äldre version."}}),
            "bok.ipynb: Det som cell 2 visar går inte att läsa: en annan version av programmet har skrivit det. "
            "Kör alla celler uppifrån (Run > Run All Cells), spara och exportera igen.",
        ),
        (
            failed("KeyError", "'19900101-1234'"),
            "bok.ipynb: Cell 2 stannade med felet KeyError. "
            "Läs felet under cellen, rätta det och kör anteckningsboken igen, uppifrån. "
            "Har ingen av er skrivit cellen: kör vbe upgrade.",
        ),
        (
            failed("InputError", "Filen saknas."),
            "bok.ipynb: Cell 2 stannade: Filen saknas. Rätta felet och kör anteckningsboken igen, uppifrån.",
        ),
        (
            stream("stdout"),
            "bok.ipynb: Cell 2 skriver ut text med print. "
            "Ta bort utskriften. Text som ska in i kapitlet visas med Prose(...).",
        ),
        (
            stream("stderr"),
            "bok.ipynb: Cell 2 ger en varning. Läs varningen under cellen och rätta det som orsakar den.",
        ),
        (
            shown(text_plain="   a\n0  19900101-1234", text_html="<table></table>"),
            "bok.ipynb: Cell 2 visar något som inte kan stå i kapitlet, till exempel en tabell utan titel och källa. "
            "Skriv vbe.table_of(tabell, id=..., title=..., source=...) sist i cellen, eller ta bort sista raden.",
        ),
        (
            shown(image_png="iVBO", text_plain="<Figure>"),
            "bok.ipynb: Cell 2 visar ett diagram utan titel, källa och alternativtext. Skriv vbe.figure_of(ritning, "
            "id=..., title=..., source=..., alt=..., data=vbe.table_of(...)) sist i cellen.",
        ),
        (
            code(count=1, execution_count=None),
            "bok.ipynb: Anteckningsboken är inte körd (cell 2). "
            "Kör alla celler uppifrån (Run > Run All Cells), spara och exportera igen.",
        ),
        (
            code(cover()),
            "bok.ipynb: Anteckningsboken har 2 omslag (Cover). Den ska ha ett. "
            "Visa Cover en gång, i inställningscellen överst.",
        ),
    ],
)
def test_a_notebook_that_is_not_a_clean_run_is_refused_without_echo(cell: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as caught:
        document_of(notebook(code(cover()), cell), "bok.ipynb")
    assert str(caught.value) == told
    assert "19900101" not in str(caught.value)


def test_a_word_that_no_page_has_room_for_is_refused() -> None:
    word = "x" * 200_000
    with pytest.raises(InputError) as caught:
        document_of(notebook(code(cover()), text(f"# A\n\n{word}")))
    assert [fault.code for fault in caught.value.faults] == ["long_word_in_cell"]
    with pytest.raises(InputError) as caught:
        table_of(pd.DataFrame({"A": [word]}), id="egen", title="Egen", source="Egen räkning")
    assert [fault.code for fault in caught.value.faults] == ["long_word"]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        document_of(notebook(code(cover()), stream("stdout"), stream("stderr")))
    assert [fault.code for fault in caught.value.faults] == ["stray_print", "stray_warning"]


def test_saved_by_jupyter_or_read_by_nbformat_is_the_same() -> None:
    """On disk a cell's source is a list of lines; nbformat joins it."""
    joined = specimen_notebook()
    for cell in joined["cells"]:
        cell["source"] = "".join(cell["source"])
    assert document_of(joined) == specimen()


def test_a_frame_becomes_a_table_in_swedish_numbers() -> None:
    frame = pd.DataFrame(
        {"År": ["2020", "2021"], "Antal": pd.array([-12345, None], dtype="Int64"), "Andel": [0.5, 63.2]}
    )
    made = table_of(frame, id="egen", title="Egen", source="Egen räkning")
    assert made.cells == (("2020", "−12\u00a0345", "0,5"), ("2021", "–", "63,2"))
    assert made.values == (("2020", -12345, 0.5), ("2021", None, 63.2))
    assert made.numeric == (False, True, True)
    assert isinstance(document_of(notebook(code(cover(), made), text("# A"))).blocks[-1], Heading)


def test_every_message_of_the_chapter_can_be_told() -> None:
    values = dict.fromkeys(("id", "field", "edition", "editions", "cell", "cells", "kind", "mark", "before"), "x")
    values |= dict.fromkeys(("after", "told", "error", "count"), "x")
    codes = [code for code in load("messages.sv")["faults"] if code in (*_CODES,)]
    assert sorted(codes) == sorted(_CODES)
    for name in _CODES:
        assert str(Fault(name, values=values)).endswith(".")
    assert message("document.label.table", number=1) == "Tabell\u00a01"


_CODES = (
    *("bad_id", "empty_text", "control_character", "table_shape", "empty_heading", "bad_edition", "double_id"),
    *("markdown_refused", "unknown_reference", "unknown_footnote", "unused_footnote", "double_footnote"),
    *("heading_jump", "cell_failed", "cell_broke", "not_executed", "stray_print", "stray_warning", "stray_chart"),
    *("stray_output", "cover_count", "unreadable_part", "long_word", "long_word_in_cell"),
)
