"""What the offices counted: SISAB, the traffic office, the incident system IA, the local police, earlier chapters."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

from example_truth import ORDINARY, SCHOOLS, Row, end, report, reports_of, start
from example_world import AREAS, NAMES, OTHER_DISTRICT, UNITS, file_of, phone, sentence
from office_files import LOADED, Page, write_csv, write_docx, write_xls, write_xlsx


def sisab(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """SISAB's damage to school buildings: a sheet a half-year, subtotals by building, a total, and a summary sheet."""
    random = Random(f"sisab {cycle}")
    messages = {"vit_makt": "Högerextremt", "autonom": "Vänsterextremt", "oklar": "Politiskt, oklart"}
    ordinary = ("Tagg", "Tagg", "Kärleksord", "Svordom", "Går inte att läsa", "Övrigt")
    entries: list[tuple[Any, ...]] = [
        (
            row["place"],
            date.fromisoformat(row["when"]),
            "Klotter",
            messages[row["environments"]],
            int(row["number"]),
            row,
        )
        for row in rows
    ]
    for _ in range(58 + random.randint(0, 10)):
        day = start(cycle) + timedelta(days=random.randint(0, 364))
        damage = random.choice(("Klotter", "Klotter", "Klotter", "Ristning"))
        entries.append((random.choice(list(SCHOOLS)), day, damage, random.choice(ordinary), random.randint(1, 3), None))
    pages, sums = [], Counter[str]()
    for name, first, last in (("Höst", start(cycle), date(cycle - 1, 12, 31)), ("Vår", date(cycle, 1, 1), end(cycle))):
        chosen = sorted((e for e in entries if first <= e[1] <= last), key=lambda e: (list(SCHOOLS).index(e[0]), e[1]))
        pages.append(_sisab_page(cycle, name, (first, last), chosen, random))
        for entry in chosen:
            sums[entry[0]] += entry[4]
    summary = Page("Sammanfattning")
    summary.add(["Byggnad", "Antal ytor hela perioden"], "ignored_sheet")
    for school in SCHOOLS:
        summary.add([school, sums[school]], "ignored_sheet")
    pages.append(summary)
    if cycle == 2018:
        old = Page("Underlag föreg år", hidden=True)
        old.add(["Tistelskolan", "Klotter", 3], "hidden_sheet")
        file = "Åverkan skolfastigheter 2017-2018.xls"
        write_xls(folder / file, [*pages, old])
        return [file_of(file, "sisab", [*pages, old])]
    file = f"Åverkan skolfastigheter {cycle - 1}-{cycle}.xlsx"
    write_xlsx(folder / file, pages, NAMES[3])
    if cycle < 2021:
        return [file_of(file, "sisab", pages)]
    copy = "SISAB till samordnaren.xlsx"
    copyfile(folder / file, folder / copy)
    return [file_of(file, "sisab", pages), {"file": copy, "source": "sisab", "status": "same_bytes", "pages": []}]


def trafikkontoret(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """The traffic office's cases: cp1252, title rows, d/m/yyyy, decimal comma; an app from 2019, stickers from 2020."""
    random = Random(f"trafikkontoret {cycle}")
    labels = {"vit_makt": "Högerextremt", "autonom": "Vänsterextremt", "oklar": "Politiskt, ej bedömt"}
    types = {"klotter": "Klotter", "affischering": "Affischering", "klistermarke": "Dekal"}
    last = date(2021, 4, 30) if cycle == 2021 else end(cycle)  # May and June 2021 were never sent
    kinds = ["Klotter"] * 6 + ["Affischering"] + (["Dekal"] if cycle >= 2020 else [])
    entries: list[tuple[Any, ...]] = []
    for row in rows:
        label = labels[row["environments"]]
        label = {"misspelt": "Högerextemt", "soft_hyphen": "Höger\u00adextremt"}.get(row["trap"], label)
        copies = 9 if row["trap"] == "clump" else 1
        entries += [(date.fromisoformat(row["when"]), types[row["types"]], label, row["place"], row)] * copies
    for number in range({2017: 58, 2018: 55, 2019: 94, 2020: 96, 2021: 84}[cycle]):
        day = start(cycle) + timedelta(days=random.randint(0, (last - start(cycle)).days))
        place = random.choice(list(AREAS)) if number % 30 else list(OTHER_DISTRICT)[number // 30 % 2]
        entries.append((day, random.choice(kinds), random.choice(("", "", "Tagg", "Kränkande")), place, None))
    page = Page("")
    page.add([f"Klotteranmälningar i Tistelhamn-Gärdslunda {start(cycle)} - {last}"], "title_row")
    page.add(["Utdrag ur felanmälan. Ytor i kvadratmeter, kostnad i kronor."], "title_row")
    channel = ["Inkom via"] if cycle >= 2019 else []
    project = ["Projektnr"] if cycle == 2020 else []
    page.add(
        [
            "Ärende",
            "Anmält",
            *channel,
            "Typ av ärende",
            "Innehåll bedömt som",
            "Adress",
            "Område",
            "Yta",
            "Kostnad",
            *project,
        ],
        "header_row",
    )
    for number, (day, kind, label, place, row) in enumerate(sorted(entries, key=lambda e: (e[0], e[3], e[1]))):
        other, street = place in OTHER_DISTRICT, random.choice({**AREAS, **OTHER_DISTRICT}[place])
        surface, cost = f"{random.randint(1, 60) / 10:.1f}", f"{random.randint(2, 40) * 60.5:.2f}"
        via = [random.choice(("App", "App", "App", "Telefon", "E-tjänst"))] if channel else []
        environment = row["environments"] if row else ORDINARY
        found = report(cycle, "trafikkontoret", day, day, environment, {v: k for k, v in types.items()}[kind], place)
        if row and row["trap"] == "misspelt":
            found["flags"] = "corrected"
        page.add(
            [
                f"TK-{cycle}-{1000 + 3 * number}",
                f"{day:%d/%m/%Y}",
                *via,
                kind,
                label,
                street,
                place,
                surface.replace(".", ","),
                cost.replace(".", ","),
                *([f"P{random.randint(10, 99)}"] if project else []),
            ],
            "other_district" if other else LOADED,
            () if other else [found],
        )
    file = f"Klotteranmälningar {start(cycle):%y%m}-{last:%y%m}.csv"
    write_csv(folder / file, page, "cp1252", ";")
    return [file_of(file, "trafikkontoret", [page])]


def ia(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """An extract of the incident system IA: 21 columns, one of them hidden, few rows marked as VBE, a hidden sheet."""
    random = Random(f"ia {cycle}")
    environments = {"vit_makt": "Vit makt-miljön", "autonom": "Autonoma miljön", "islamistisk": "Islamistiska miljön"}
    types = {"symbol": "Symbol", "hot_krankning": "Hot/kränkning", "asiktsuttryck": "Uttalande", "klotter": "Klotter"}
    groups = ("Fall och halka", "Hot och våld", "Ergonomi", "Arbetsbelastning", "Stöld")
    days: list[tuple[date, Row | None]] = [(date.fromisoformat(row["when"]), row) for row in rows]
    while len(days) < 38 + cycle % 5:
        day = start(cycle) + timedelta(days=random.randint(0, 364))
        if not (cycle == 2020 and 9 <= day.month <= 11):  # the months of the new system were lost
            days.append((day, None))
    page = Page("Avvikelser")
    page.add(
        [
            "Ärendenr",
            "Status",
            "Typ av avvikelse",
            "Inträffade",
            "Tid",
            "Rapporterad",
            "Rapportör",
            "Avdelning",
            "Enhet",
            "Geografiskt område",
            "Rubrik",
            "Händelseförlopp",
            "Huvudgrupp",
            "Koppling till VBE",
            "VBE: miljö",
            "VBE: vad",
            "Konsekvens",
            "Sannolikhet",
            "Åtgärd",
            "Ansvarig chef",
            "Uppföljd",
        ],
        "header_row",
    )
    page.hidden_columns.add("G")
    for number, (day, row) in enumerate(sorted(days, key=lambda entry: (entry[0], entry[1] is None))):
        marks: list[Any] = ["Nej", None, None]
        area, fate, found = random.choice(list(AREAS)), "not_vbe", []
        if row:
            label = environments[row["environments"]]
            marks = ["Ja", label.replace(" ", "\u00a0") if row["trap"] == "nbsp" else label, types[row["types"]]]
            area, fate, found = row["place"], LOADED, reports_of(cycle, row)
        if row and row["trap"] == "phone":
            area, fate, found = f"{area}, ring {phone(random)}", "omitted", []
        reported = max(day + timedelta(days=random.randint(0, 9)), start(cycle))
        cells = [
            f"IA{cycle % 100}-{4000 + 7 * number}",
            random.choice(("Öppen", "Avslutad")),
            random.choice(("Tillbud", "Olycka", "Riskobservation")),
            day,
            f"{random.randint(7, 17):02d}:15",
            reported,
            random.choice(NAMES),
            random.choice(UNITS),
            f"Enhet {random.randint(1, 9)}",
            area,
            random.choice(("Halt golv", "Hotfullt samtal", "Tung förflyttning", "Försvunnen dator")),
            sentence(random),
            random.choice(groups),
            *marks,
            random.randint(1, 4),
            random.randint(1, 4),
            random.choice(("Samtal", "Ny rutin", None)),
            random.choice(NAMES),
            random.choice(("Ja", "Nej")),
        ]
        page.add(cells, fate, found)
        if row and row["trap"] == "twice":
            page.add(cells, "duplicate_row")
    lists = Page("Listor", hidden=True)
    for value in ("Koppling till VBE", "Ja", "Nej"):
        lists.add([value], "hidden_sheet")
    file = f"Avvikelser IA {cycle - 1}-{cycle % 100}.xlsx"
    write_xlsx(folder / file, [page, lists], NAMES[4])
    return [file_of(file, "ia", [page, lists])]


def polis(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """The local police: prose and a table, a row a half-year. Nothing was sent for 2018, nothing to tell for 2020."""
    tables = {
        2017: {"maj–oktober 2016": ("1", "0", "0"), "november 2016–april 2017": ("1", "0", "0")},
        2019: {"juli–december 2018": ("1", "0", "0"), "januari–juni 2019": ("0", "0", "0")},
        2021: {"juli–december 2020": ("<5", "0", "0"), "januari–juni 2021": ("0", "0", "0")},
    }
    if cycle not in tables:
        return []
    page = Page("tabell 1")
    page.add(["Halvår", "Vit makt", "Vänsterautonom", "Islamistisk"], "header_row")
    for when, cells in tables[cycle].items():
        found = reports_of(
            cycle,
            *[
                Row(source="polis", when=when, place="", environments=environment, types="ovrigt", number=cell, trap="")
                for environment, cell in zip(("vit_makt", "autonom", "islamistisk"), cells, strict=True)
                if cell != "0"
            ],
        )
        page.add([when, *cells], LOADED if found else "zero_counts", found)
    file = f"Polisens lägesuppgifter {cycle}.docx"
    write_docx(
        folder / file,
        NAMES[5],
        "Lägesuppgifter till stadsdelen",
        [
            "Lokalpolisområdet lämnar här antalet händelser som bedömts ha koppling till våldsbejakande extremism.",
            "Uppgifterna är avidentifierade. Några av dem kan också ha rapporterats av skolor.",
        ],
        page,
        ["Antal under fem anges ibland som <5. Frågor besvaras av områdets kommunpolis."],
    )
    return [file_of(file, "polis", [page])]


def historik(folder: Path) -> list[Row]:
    """The coordinator's own list of what earlier plans told: "-" was not asked for, "<5" was not told exactly."""
    table = {
        "Vit makt": ("6", "8", "5", "9", "7"),
        "Autonoma": ("1", "0", "<5", "3", "2"),
        "Islamistisk extremism": ("0", "1", "0", "2", "1"),
        "Oklart": ("-", "-", "1", "2", "0"),
    }
    codes = dict(zip(table, ("vit_makt", "autonom", "islamistisk", "oklar"), strict=True))
    years = [f"juli {year - 1}–juni {year}" for year in range(2012, 2017)]
    page = Page("Tidigare planer")
    page.add(["Antal rapporterade händelser enligt tidigare handlingsplaner"], "title_row")
    page.add(["Miljö", *years], "header_row")
    for label, cells in table.items():
        found = reports_of(
            2017,
            *[
                Row(
                    source="historik",
                    when=when,
                    place="",
                    environments=codes[label],
                    types="ovrigt",
                    number=cell,
                    trap="",
                )
                for when, cell in zip(years, cells, strict=True)
                if cell not in "0-"
            ],
        )
        page.add([label, *[int(cell) if cell.isdigit() else cell for cell in cells]], LOADED, found)
    page.add(["Streck: miljön efterfrågades inte."], "footnote")
    file = "Antal händelser i tidigare planer.xlsx"
    write_xlsx(folder / file, [page], NAMES[2])
    return [file_of(file, "historik", [page])]


def _sisab_page(cycle: int, name: str, span: tuple[date, date], entries: Sequence[Any], random: Random) -> Page:
    page, total = Page(name), 0
    extra = ["Beställning"] if cycle == 2020 else []
    page.add(["Åverkan på skolfastigheter i Tistelhamn-Gärdslunda"], "title_row")
    page.add([f"Avser {span[0]} till {span[1]}"], "title_row")
    page.add(["Objekt", None, "Anmälan", None, "Innehåll", None, "Omfattning", None], "header_row")
    page.add(
        ["Byggnad", "Driftområde", "Anmäld den", "Åtgärdad den", "Åverkan", "Budskap", "Antal ytor", "Kvm", *extra],
        "header_row",
    )
    page.merged = ["A3:B3", "C3:D3", "E3:F3", "G3:H3"]
    types = {"Klotter": "klotter", "Ristning": "klotter"}
    for place, group in ((school, [e for e in entries if e[0] == school]) for school in SCHOOLS):
        if not group:
            continue
        first = len(page.rows) + 1
        for school, day, damage, message, number, row in group:
            environment = row["environments"] if row else ORDINARY
            found = report(cycle, "sisab", day, day, environment, types[damage], SCHOOLS[school], number, number)
            reported, amount = _sisab_trap(cycle, page, day, number, found, row)
            mended, order = day + timedelta(days=random.randint(1, 12)), random.randint(70000, 79999)
            cells = [
                school,
                random.choice(("Norr", "Söder")),
                reported,
                mended,
                damage,
                message,
                amount,
                random.randint(1, 9) / 2,
                *([order] if extra else []),
            ]
            page.add(cells, LOADED, [found])
            total += number
        last = len(page.rows)
        page.add([f"Summa {place}", *[None] * 5, f"=SUM(G{first}:G{last})", None], "subtotal")
        page.stored[f"G{last + 1}"] = sum(entry[4] for entry in group)
    stated = total + 2 if (cycle, name) == (2020, "Vår") else total  # a difference to be approved
    page.add(["Totalt", *[None] * 5, stated, None], "total")
    page.add([], "blank_row")
    page.add(["Källa: felanmälan. En anmälan kan gälla flera ytor."], "footnote")
    return page


def _sisab_trap(
    cycle: int, page: Page, day: date, number: int, found: dict[str, Any], row: Row | None
) -> tuple[Any, Any]:
    """The date and the number as SISAB wrote them; four cells in all are not what they should be."""
    here = len(page.rows) + 1
    if row and row["trap"] == "hidden_row":
        page.hidden_rows.add(here)
        found["flags"] = "hidden_row"
    if (cycle, page.name, here) == (2017, "Höst", 7):
        found |= {"date_from": "2016-09-30", "date_to": "2016-09-30", "flags": "corrected"}
        return "2016-09-31", number
    if (cycle, page.name, here) == (2021, "Vår", 6):
        found["flags"] = "corrected"
        return day, f"ca {number}"
    if (cycle, page.name, here) == (2021, "Höst", 7):
        page.stored[f"G{here}"] = number
        return day, f"=1+{number - 1}"
    return day, number
