"""A chapter with something of everything, as the notebook that shows it: the four writers are tested on it."""

from datetime import date
from functools import cache
from typing import Any

from matplotlib.figure import Figure as Drawing

from vbe_analysis.chapter.notebook.collect import document_of
from vbe_analysis.document.from_frames import figure_of
from vbe_analysis.document.parts import Cover, Figure, Numbers, Part, Prose, Table
from vbe_analysis.document.tree import Document
from vbe_analysis.periods import Period

PERIOD = Period(date(2020, 7, 1), date(2021, 6, 30), "2021")
SCOPE = "Norra Ängby stadsdelsområde, 1 juli 2020–30 juni 2021"


def cover(edition: str = "intern") -> Cover:
    return Cover(
        title="Lokal lägesbild",
        subtitle="Våldsbejakande extremism i Norra Ängby",
        edition=edition,
        period=PERIOD,
        organisation="Norra Ängby stadsdelsförvaltning",
        board="Norra Ängby stadsdelsnämnd",
        diarienummer="NÄ 2021/0147-1.6",
    )


ENVIRONMENTS = Table(
    id="miljo",
    title="Ingen säker förändring i någon miljö sedan föregående period",
    source="Enkät, blankett, SISAB, trafikkontoret, IA och polis. Bearbetning: stadsdelsförvaltningen.",
    scope=SCOPE,
    unit="antal händelser",
    header=("Miljö", "Föregående period", "Denna period", "Skillnad", "Bedömning"),
    cells=(
        ("Autonoma miljön", "4", "2–3", "−2 till −1", "för få för att bedöma"),
        ("Vit makt-miljön", "1\u00a0234", "1\u00a0198", "−36", "ingen säker förändring"),
        ("Islamistiska extremistiska miljön", "0", "0", "0", "för få för att bedöma"),
        ("Oklar miljö", "1", "uppgift saknas", "–", "går inte att jämföra"),
    ),
    values=(
        (None, 4, Numbers(2, 3, protected=True), Numbers(-2, -1), None),
        (None, 1234, 1198, -36, None),
        (None, 0, 0, 0, None),
        (None, 1, None, None, None),
    ),
    notes=("”2–3” betyder att två rapporter kan gälla samma händelse.",),
)
COVERAGE = Table(
    id="tackning",
    title="En av sju källor saknar uppgifter för en del av perioden",
    source="Leveranslistan för 2021.",
    scope=SCOPE,
    header=("Källa", "Månader", "Svar"),
    cells=(("Enkät <personal> & chefer", "12 av 12", "38 av 60"), ("=SUMMA(IA)", "9 av 12", "–")),
    values=((None, Numbers(x=12, n=12), Numbers(0.63, 0.7, 38, 60)), (None, Numbers(x=9, n=12), None)),
)
LONG = Table(
    id="lang",
    title="Rapporter per månad och källa",
    source="Alla källor.",
    unit="antal rapporter",
    header=("Månad", "Enkät", "Klotterstatistik"),
    cells=tuple(
        (f"{2018 + month // 12}-{month % 12 + 1:02d}", str(month % 5), f"{month * 37 % 90}") for month in range(60)
    ),
    values=tuple((None, month % 5, month * 37 % 90) for month in range(60)),
)
ANNEX = Table(
    id="omraden",
    title="Händelser per område",
    source="Alla källor.",
    scope=SCOPE,
    unit="antal händelser",
    header=("Område", "Antal"),
    cells=(("Södra Stadsdelsgränsvägens småindustriområde med omgivande parkmark", "7"), ("+46 Norr", "5–9")),
    values=((None, 7), (None, None)),
    annex=True,
)


@cache
def trend() -> Figure:
    drawing = Drawing(figsize=(6.3, 2.8))
    axes = drawing.subplots()
    axes.plot([2017, 2018, 2019, 2020, 2021], [8, 11, 9, 15, 12], marker="s", color="#0072B2")
    axes.set(ylim=(0, None), xticks=[2017, 2018, 2019, 2020, 2021], ylabel="Händelser")
    data = Table(
        id="ar_data",
        title="Händelser i vit makt-miljön per år",
        source="Alla källor.",
        unit="antal händelser",
        header=("År", "Händelser"),
        cells=(("2017", "8"), ("2018", "11"), ("2019", "9"), ("2020", "15"), ("2021", "12")),
        values=((None, 8), (None, 11), (None, 9), (None, 15), (None, 12)),
    )
    return figure_of(
        drawing,
        id="ar",
        title="Vit makt-miljön ligger kvar på samma nivå",
        source="Alla källor.",
        alt="Linjediagram, rapporterade händelser per år 2017–2021 i vit makt-miljön: 8, 11, 9, 15 och 12.",
        data=data,
        scope=SCOPE,
    )


SUMMARY = """## Lokal lägesbild

Under perioden 1 juli 2020–30 juni 2021 kom 12 rapporter om **10–12 händelser** med koppling till våldsbejakande
extremism i stadsdelsområdet.[^samma] Föregående period kom 15 rapporter. Skillnaden kan bero på slumpen ({tabell:miljo}
och {figur:ar}). IA saknar uppgifter för april–juni 2021.[^ia]

> **Vad vi vet.** Klotter är vanligast, och nivån är *oförändrad*.
>
> **Vad vi inte vet.** Händelser som ingen har rapporterat finns inte med.
"""
MAPPING = """## Kartläggning

### Vad som levererades

Bilden bygger på sju källor. {Tabell:tackning} visar vad som kom in. Läs mer hos [Brå](https://www.bra.se/).

1. Enkäten besvarades av 38 av 60 tillfrågade.
2. SISAB levererade alla månader:
   - klotter
   - klistermärken

3. Stadsdelsförvaltningens säkerhetssamordnare sammanställde incidentrapporteringssystemets uppgifter.

"""
ANALYSIS = """### 3. Åren

Områdena finns i {tabell:omraden}. Noten om IA gäller även här.[^ia]

[^samma]: Tre rapporter kan gälla samma händelse.

"""
METHOD = """## Metod och källor

En rapport är en anmälan i en källa.
Text med tecken som \\# \\* \\_ \\$ \\@ \\[x\\] <3 och "citat" \\\\ står som den skrevs.

- Händelser
- Rapporter

[^ia]: IA är stadens incidentrapporteringssystem. Se [stadens sida](https://start.stockholm/).
"""


def code(*parts: Part, count: int = 1, **fields: Any) -> dict[str, Any]:
    """A code cell that was run and showed `parts`."""
    outputs = [{"output_type": "display_data", "data": part._repr_mimebundle_(), "metadata": {}} for part in parts]
    return {"cell_type": "code", "execution_count": count, "metadata": {}, "source": "x", "outputs": outputs, **fields}


def text(markdown: str, **fields: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": markdown.splitlines(keepends=True), **fields}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    numbered = [{"id": f"cell-{place}", **cell} for place, cell in enumerate(cells)]
    return {"cells": numbered, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def specimen_notebook(edition: str = "intern") -> dict[str, Any]:
    return notebook(
        code(cover(edition)),
        text("Kör alla celler.", metadata={"tags": ["remove-cell"]}),
        text(SUMMARY),
        code(trend(), ENVIRONMENTS),
        text(MAPPING),
        code(COVERAGE),
        code(Prose(ANALYSIS), LONG, ANNEX),
        text(METHOD),
    )


@cache
def specimen(edition: str = "intern") -> Document:
    return document_of(specimen_notebook(edition), "3_lagesbild.ipynb")
