"""What the example's coordinator filled in: leveranser.xlsx (who delivered what) and rattelser.xlsx (decisions)."""

from datetime import date
from pathlib import Path
from typing import Any

from example_answers import ASKED
from example_truth import CYCLES, GAPS, SOURCES, Row, end, start
from office_files import Page, write_xlsx

COLUMNS = (
    "Källa",
    "Leverans",
    "Fil",
    "Profil",
    "Från",
    "Till",
    "Saknade månader",
    "Tillfrågade",
    "Frågeversion",
    "Anmärkning",
)
BREAKS = {
    2019: [
        ("trafikkontoret", date(2018, 7, 1), "Felanmälan i en app infördes. Vanligt klotter anmäls oftare.", "ja"),
        ("enkat", date(2018, 7, 1), "Frågan om rutinen formulerades om. Frågan om händelser är densamma.", "ja"),
    ],
    2020: [
        (
            "trafikkontoret",
            date(2019, 7, 1),
            "Dekal blev en egen kategori. Tidigare räknades dekaler som affischer.",
            "ja",
        ),
        ("ia", date(2019, 12, 1), "IA byttes mot en ny version. September–november 2019 gick förlorade.", "ja"),
    ],
}
NOTES = {
    ("blankett", 2018): "Inga blanketter kom in.",
    ("polis", 2017): "Första raden börjar i maj 2016, före perioden. Maj och juni 2017 ingår inte.",
    ("polis", 2018): "Påminnelse skickad två gånger.",
    ("polis", 2020): "Polisen hade inget att rapportera.",
    ("polis", 2021): "Små tal anges som <5.",
    ("enkat_utb", 2020): "Ny källa detta år.",
    ("sisab", 2021): "Samma fil kom också under ett annat namn.",
    ("trafikkontoret", 2021): "Maj och juni 2021 kom aldrig.",
    ("ia", 2020): "Systembyte under hösten 2019.",
}
ROLE = "Samordnare VBE"
CORRECTIONS: dict[int, list[tuple[Any, ...]]] = {
    2017: [
        (
            "Åverkan skolfastigheter 2016-2017.xlsx",
            "Höst",
            7,
            "C",
            date(2016, 9, 30),
            "Datumet finns inte. SISAB uppger 30 september.",
            ROLE,
            date(2017, 8, 14),
        )
    ],
    2018: [
        (
            "Avvikelser IA 2017-18.xlsx",
            "Avvikelser",
            23,
            None,
            "utelämna",
            "Telefonnummer i områdesfältet. Avsändaren är kontaktad.",
            ROLE,
            date(2018, 8, 20),
        )
    ],
    2019: [
        (
            "Klotteranmälningar 1807-1906.csv",
            "",
            20,
            "Innehåll bedömt som",
            "vit_makt",
            "Stavfel. Trafikkontoret bekräftar Högerextremt.",
            ROLE,
            date(2019, 8, 19),
        )
    ],
    2020: [
        (
            "Åverkan skolfastigheter 2019-2020.xlsx",
            "Vår",
            42,
            "G",
            "godkänd avvikelse",
            "SISAB:s summa är två för hög. Raderna gäller.",
            ROLE,
            date(2020, 8, 17),
        ),
        (
            "Blankettregister 2020.xlsx",
            "Register",
            2,
            "I",
            "rensa",
            "Ett namn stod i rubriken.",
            ROLE,
            date(2020, 8, 17),
        ),
    ],
    2021: [
        (
            "Åverkan skolfastigheter 2020-2021.xlsx",
            "Vår",
            6,
            "Antal ytor",
            3,
            "Ungefärligt tal. SISAB uppger tre ytor.",
            ROLE,
            date(2021, 8, 16),
        )
    ],
}
PROFILES = {
    ("blankett", 2017): "blankett_formular",
    ("blankett", 2021): "blankett_formular",
    ("blankett", 2019): "blankett_register",
    ("blankett", 2020): "blankett_register",
}
STATUS = {"not_delivered": "ej levererat", "delivered_nothing": "inget att rapportera", "not_asked": "inte tillfrågad"}


def write_own_files(cycle: int, files: list[Row], folder: Path) -> None:
    """leveranser.xlsx and, where something was decided, rattelser.xlsx."""
    page, breaks = Page("Leveranser"), Page("Avbrott")
    page.add(COLUMNS, "header_row")
    for source in SOURCES:
        names = [file["file"] for file in files if (file["source"], file["status"]) == (source, "ok")]
        page.add([source, *_delivery(source, cycle, names), NOTES.get((source, cycle))], "row")
    if cycle == CYCLES[0]:
        name = next(file["file"] for file in files if file["source"] == "historik")
        page.add(
            [
                "historik",
                "fil",
                name,
                "historik",
                "2011-07",
                "2016-06",
                None,
                None,
                None,
                "Samordnarens egen sammanställning.",
            ],
            "row",
        )
    breaks.add(("Källa", "Datum", "Beskrivning", "Jämförbar"), "header_row")
    for row in BREAKS.get(cycle, []):
        breaks.add(row, "row")
    write_xlsx(folder / "leveranser.xlsx", [page, breaks], "")
    if cycle in CORRECTIONS:
        decided = Page("Rättelser")
        decided.add(("Fil", "Blad", "Rad", "Kolumn", "Nytt värde", "Skäl", "Beslutad av (roll)", "Datum"), "header_row")
        for row in CORRECTIONS[cycle]:
            decided.add(row, "row")
        write_xlsx(folder / "rattelser.xlsx", [decided], "")


def _delivery(source: str, cycle: int, names: list[str]) -> list[Any]:
    """The cells between the source and the note: how it was delivered, the file, the months, how many were asked."""
    first, last = f"{start(cycle):%Y-%m}", f"{end(cycle):%Y-%m}"
    gaps = [gap for gap in GAPS.get((source, cycle), []) if gap[2] == "not_delivered"]
    if not names:
        return [STATUS[GAPS[source, cycle][0][2]], None, None, first, last, None, None, None]
    if gaps and gaps[-1][1] == last:
        last = f"{gaps[-1][0][:5]}{int(gaps[-1][0][5:]) - 1:02d}"
        gaps = gaps[:-1]
    spans = [(gap[0][:5], range(int(gap[0][5:]), int(gap[1][5:]) + 1)) for gap in gaps]
    missing = ", ".join(f"{year}{month:02d}" for year, months in spans for month in months)
    file = names[0] if len(names) == 1 else f"Blankett *-{cycle}.docx"
    asked = ASKED.get(source, {}).get(cycle, (None,))[0]
    version = "v1" if source in ASKED else None
    return ["fil", file, PROFILES.get((source, cycle), source), first, last, missing or None, asked, version]
