"""What people answered: the district's survey, the education office's survey, and the forms (blanketter)."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from example_truth import Row, interval, reports_of
from example_world import NAMES, UNITS, file_of, in_words, mail, sentence
from office_files import LOADED, Page, write_csv, write_docx, write_html, write_xlsx

SURVEY_ENVIRONMENTS = {
    "vit_makt": "Högerextremism/vit makt",
    "autonom": "Vänsterautonom miljö",
    "islamistisk": "Islamistisk extremism",
    "oklar": "Kan inte bedöma",
}
SURVEY_TYPES = {
    "klotter": "Klotter eller ristning",
    "klistermarke": "Klistermärken",
    "affischering": "Affischer eller flygblad",
    "symbol": "Symboler på kläder eller föremål",
    "asiktsuttryck": "Åsikter som uttrycktes",
    "hot_krankning": "Hot eller kränkning",
    "orosanmalan": "Oro för en ung person",
    "ovrigt": "Annat",
}
ASKED = {
    "enkat": {2017: (58, 46), 2018: (60, 44), 2019: (62, 41), 2020: (64, 37), 2021: (66, 33)},
    "enkat_utb": {2020: (30, 22), 2021: (31, 20)},
}


def enkat(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """The district's own survey, as Microsoft Forms exports it in Swedish; not anonymous in 2017, re-worded in 2019."""
    random, answered = Random(f"enkat {cycle}"), ASKED["enkat"][cycle][1]
    routine = "Känner du till rutinen för oro och händelser?"
    if cycle >= 2019:
        routine = "Vet du hur du gör om du blir orolig eller något händer?"
    page = Page("Sheet1")
    page.add(
        (
            "ID",
            "Starttid",
            "Slutförandetid",
            "E-post",
            "Namn",
            "I vilken verksamhet arbetar du huvudsakligen?",
            f"Har du eller dina medarbetare under juli {cycle - 1}–juni {cycle} uppmärksammat något som kan kopplas "
            "till våldsbejakande extremism?",
            "Vilken miljö handlade det om? Du kan välja flera.",
            "Vad uppmärksammades? Du kan välja flera.",
            "Hur många gånger?",
            "När hände det? (datum, månad eller årstid)",
            "Var hände det?",
            "Berätta kort. Skriv inga namn eller andra personuppgifter.",
            "Känner du till stadsdelens handlingsplan mot VBE?",
            routine,
            "Har du sett blanketten för avidentifierade uppgifter?",
            "Har du genomfört stadens webbutbildning om VBE?",
        ),
        "header_row",
    )
    places = dict(zip(sorted(random.sample(range(answered), len(rows))), rows, strict=True))
    opened = datetime(cycle, 6, 7, 8, 0)
    times = sorted(
        opened + timedelta(days=random.randint(0, 17), minutes=random.randint(0, 540)) for _ in range(answered)
    )
    for number in range(answered):
        row, name = places.get(number), random.choice(NAMES)
        who = (mail(name), name) if cycle == 2017 else ("anonymous", None)
        knows = [_yes(random, share + 0.04 * (cycle - 2017)) for share in (0.55, 0.5, 0.35, 0.45)]
        first = [
            number + 1,
            times[number],
            times[number] + timedelta(minutes=random.randint(3, 14)),
            *who,
            random.choice(UNITS),
        ]
        if row is None:
            noted = random.choice(("Nej", "Nej", "Nej", "Nej", "Nej", "Vet inte"))
            page.add([*first, noted, *[None] * 6, *knows], "no_event_answer")
            continue
        area = unicodedata.normalize("NFD", row["place"]) if row["trap"] == "nfd" else row["place"]
        ticked = [
            "".join(f"{labels[code]};" for code in row[key].split()) or None
            for labels, key in ((SURVEY_ENVIRONMENTS, "environments"), (SURVEY_TYPES, "types"))
        ]
        when = row["when"] if number % 2 else in_words(row["when"])
        count = int(row["number"]) if row["number"] else None
        page.add(
            [*first, "Ja", *ticked, count, when or None, area, sentence(random), *knows],
            LOADED,
            reports_of(cycle, row),
        )
    file = f"Lägesbild våldsbejakande extremism {cycle}(1-{answered}).xlsx"
    write_xlsx(folder / file, [page], NAMES[0])
    return [file_of(file, "enkat", [page])]


def enkat_utb(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """The education office's survey, as LimeSurvey exports it: codes over questions, a column a choice."""
    random, answered = Random(f"enkat_utb {cycle}"), ASKED["enkat_utb"][cycle][1]
    environments = {
        "vit_makt": "Högerextrem miljö",
        "autonom": "Vänsterextrem miljö",
        "islamistisk": "Islamistisk miljö",
        "oklar": "Går inte att säga",
    }
    types = {
        "klotter": "Klotter",
        "klistermarke": "Klistermärken",
        "affischering": "Affischer eller flygblad",
        "symbol": "Symboler",
        "asiktsuttryck": "Åsikter",
        "hot_krankning": "Hot",
        "orosanmalan": "Oro för elev",
        "ovrigt": "Annat",
    }
    questions = {
        "id": "Svars-ID",
        "submitdate": "Datum inskickat",
        "lastpage": "Sista sida",
        "U1": "Enhetskod",
        "V1": "Har enheten lagt märke till något med koppling till VBE?",
        **{f"V2[SQ{i:03d}]": f"Vilken miljö? [{label}]" for i, label in enumerate(environments.values(), 1)},
        **{f"V3[SQ{i:03d}]": f"Vad gällde det? [{label}]" for i, label in enumerate(types.values(), 1)},
        "V4": "Hur många tillfällen?",
        "V5": "När?",
        "V6": "Var?",
        "V7": "Kommentar",
        "K1": "Känner enheten till rutinen?",
        "K2": "Har personalen gått grundutbildningen?",
    }
    page = Page("")
    page.add(list(questions), "header_row")
    page.add(list(questions.values()), "header_row")
    units = Random("enheter").sample(range(101, 132), ASKED["enkat_utb"][cycle][0])
    places = dict(zip(sorted(random.sample(range(answered), len(rows))), rows, strict=True))
    for number, unit in enumerate(sorted(random.sample(units, answered))):
        row = places.get(number)
        first = [number + 1, f"{cycle}-05-{random.randint(3, 28):02d} 10:{random.randint(10, 59)}:00", 4, f"E{unit}"]
        knows = [_yes(random, share + 0.06 * (cycle - 2020)) for share in (0.6, 0.5)]
        if row is None:
            noted = random.choice(("Nej", "Nej", "Nej", "Vet inte"))
            page.add([*first, noted, *[""] * (len(environments) + len(types) + 4), *knows], "no_event_answer")
            continue
        ticks = ["Ja" if code in row["environments"].split() else "Nej" for code in environments]
        ticks += ["Ja" if code in row["types"].split() else "Nej" for code in types]
        page.add(
            [*first, "Ja", *ticks, row["number"], row["when"], row["place"], sentence(random), *knows],
            LOADED,
            reports_of(cycle, row),
        )
    file = f"results-survey{482900 + 13 * cycle % 97}.csv"
    write_csv(folder / file, page, "utf-8-sig", ",", quote_all=True)
    return [file_of(file, "enkat_utb", [page])]


def blankett(cycle: int, rows: Sequence[Row], folder: Path) -> list[Row]:
    """Forms: a Word document each (2017, 2021), a case system's register (2019), a workbook (2020)."""
    random = Random(f"blankett {cycle}")
    environments = {
        "vit_makt": "Vit makt-miljö",
        "autonom": "Autonom miljö",
        "islamistisk": "Islamistisk miljö",
        "oklar": "Framgår inte",
    }
    types = {"hot_krankning": "Hot eller kränkning", "orosanmalan": "Oro för enskild", "asiktsuttryck": "Uttalande"}
    if cycle in (2017, 2021):
        return [_form(cycle, number, row, environments, types, folder) for number, row in enumerate(rows, 1)]
    page = Page("tabell 1" if cycle == 2019 else "Register")
    clerk = "Handlagd av" if cycle == 2019 else f"Handlagd av {NAMES[0]}"  # the name must be cleared before loading
    if cycle == 2020:
        page.add(["Register över blanketter med avidentifierad information"], "title_row")
    page.add(
        [
            "Nr",
            "Inkommen",
            "Händelsen ägde rum",
            "Verksamhetsområde",
            "Område",
            "Typ av miljö",
            "Ärendet rör",
            "Sammanfattning",
            clerk,
        ],
        "header_row",
    )
    for number, row in enumerate(rows, 1):
        when = date.fromisoformat(row["when"]) if cycle == 2020 else row["when"]
        received = interval(row["when"], cycle)[1] + timedelta(days=5)
        other = row["trap"] == "other_district"
        page.add(
            [
                f"{number}/{cycle}",
                received if cycle == 2020 else received.isoformat(),
                when,
                random.choice(UNITS),
                row["place"],
                environments[row["environments"]],
                types[row["types"]],
                sentence(random),
                "MS",
            ],
            "other_district" if other else LOADED,
            () if other else reports_of(cycle, row),
        )
    file = f"Blankettregister {cycle}.{'xls' if cycle == 2019 else 'xlsx'}"
    if cycle == 2019:
        write_html(folder / file, page)
    else:
        write_xlsx(folder / file, [page], NAMES[2])
    return [file_of(file, "blankett", [page])]


def _form(cycle: int, number: int, row: Row, environments: dict[str, str], types: dict[str, str], folder: Path) -> Row:
    page, received = Page("tabell 1"), interval(row["when"], cycle)[1] + timedelta(days=5)
    page.rows = [
        ["Blankettens nummer", f"{number}/{cycle}"],
        ["Inkom till samordnaren", f"{received}"],
        ["När hände det?", in_words(row["when"])],
        ["Var hände det? (område)", row["place"]],
        ["Vilken miljö gäller det, enligt er?", environments[row["environments"]]],
        ["Vad gäller uppgiften?", types[row["types"]]],
        ["Kort beskrivning utan personuppgifter", sentence(Random(f"{cycle} {number}"))],
        ["Kontaktperson (tas bort innan blanketten lämnas vidare)", f"{NAMES[number]}, {mail(NAMES[number])}"],
    ]
    page.fates = [LOADED if label == "Vad gäller uppgiften?" else "form_field" for label, _ in page.rows]
    page.reports = [{**found, "sheet": page.name, "row": 6} for found in reports_of(cycle, row)]
    file = f"Blankett {number}-{cycle}.docx"
    before = ["Blankett för avidentifierad information om våldsbejakande extremism.", "Skicka till samordnaren."]
    write_docx(folder / file, NAMES[number], "Avidentifierad information", before, page, [])
    return file_of(file, "blankett", [page])


def _yes(random: Random, share: float) -> str:
    return "Ja" if random.random() < share else "Nej"
