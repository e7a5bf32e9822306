"""Files in layouts of offices that no word list or layout was made for, each with the profile a person would write.

They are measured, not tuned for: benchmarks/drafting.py prints them, tests/loaders/test_drafting.py keeps their floor.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.loaders.files_made import docx, paragraph
from tests.loaders.loading import text_file, workbook

HOUSING = """
name = "Skadeanmälningar"
source = "sisab"
[[tables]]
shape = "reports"
sheets = ["Kvartal 3", "Kvartal 4"]
[[tables.columns]]
as = "date"
heading = ["Skadan upptäckt"]
[[tables.columns]]
as = "area"
heading = ["Bostadsområde"]
[[tables.columns]]
as = "event_type"
heading = ["Slag av skada"]
values = { "Klotter på fasad" = "klotter", "Klistermärken" = "klistermarke", "Krossad ruta" = "skadegorelse" }
[[tables.columns]]
as = "environment"
heading = ["Tolkning av texten"]
blank = "ej_vbe"
[tables.columns.values]
"Nazistiskt" = "vit_makt"
"Autonoma vänstern" = "autonom"
"Kan ej tolkas" = "ej_vbe"
"Signatur/tag" = "ej_vbe"
[[tables.columns]]
as = "count"
heading = ["Antal skador"]
[[tables.totals]]
rule = "total"
where = [{ column = "Bostadsområde", equals = ["Summa"] }]
"""


def housing(path: Path) -> Path:
    """A housing company's damages: a sheet a quarter, titles above, the sum below, the date in the middle."""
    kinds = ["Klotter på fasad", "Klotter på fasad", "Klistermärken", "Krossad ruta"]
    texts = ["Signatur/tag", "Nazistiskt", "", "Kan ej tolkas", "Autonoma vänstern", ""]

    def rows(first: int) -> list[list[object]]:
        data: list[list[object]] = [
            [
                ("Lodsby", "Mistelvik", "Tistelhamn")[i % 3],
                f"2020-{first + i % 3:02d}-{i + 1:02d}",
                f"2020-{first + i % 3:02d}-{i + 9:02d}",
                kinds[i % 4],
                texts[i % 6],
                1 + i % 3,
                450 * (1 + i % 3),
            ]
            for i in range(18)
        ]
        head = ["Bostadsområde", "Skadan upptäckt", "Åtgärdad", "Slag av skada", "Tolkning av texten", "Antal skador"]
        total = ["Summa", None, None, None, None, sum(int(str(row[5])) for row in data), None]
        return [["Skador på fastigheter, förvaltning Öst"], [], [*head, "Kostnad kr"], *data, total]

    return workbook(path / "Bostadsbolaget skador 2020.xlsx", {"Kvartal 3": rows(7), "Kvartal 4": rows(10)})


GUARDS = """
name = "Bevakningsbolagets dagbok"
source = "ia"
[[tables]]
shape = "reports"
[[tables.columns]]
as = "date"
heading = ["Dag och klockslag"]
[[tables.columns]]
as = "area"
heading = ["Var"]
[[tables.columns]]
as = "event_type"
heading = ["Iakttagelse"]
[tables.columns.values]
"Nytt klotter" = "klotter"
"Affisch uppsatt" = "affischering"
"Hotfull person" = "hot_krankning"
"Dekal" = "klistermarke"
[[tables.columns]]
as = "environment"
heading = ["Trolig rörelse"]
[tables.columns.values]
"NMR" = "vit_makt"
"Antifa" = "autonom"
"Ej känd" = "oklar"
"""


def guards(path: Path) -> Path:
    """A security company's log in Word: one table below a letter."""
    head = ["Löpnr", "Dag och klockslag", "Var", "Iakttagelse", "Trolig rörelse", "Väktarens egna ord"]
    kinds = ["Nytt klotter", "Affisch uppsatt", "Dekal", "Hotfull person", "Nytt klotter"]
    groups = ["NMR", "Ej känd", "NMR", "Antifa"]
    rows = [
        [
            f"{i + 1}",
            f"{i + 1} mars 2021",
            ("Lodsby", "Mistelvik")[i % 2],
            kinds[i % 5],
            groups[i % 4],
            f"vi såg något nummer {i} vid grinden och ringde ledningscentralen",
        ]
        for i in range(15)
    ]
    cells = ("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in [head, *rows])
    body = paragraph("Hej! Här kommer utdraget för mars.") + f"<w:tbl>{''.join(cells)}</w:tbl>"
    return docx(path / "Dagbok bevakning mars 2021.docx", body)


LIMESURVEY = """
name = "Fritidsgårdarnas enkät"
source = "enkat"
[[tables]]
shape = "survey"
tool = "limesurvey_text"
[[tables.columns]]
as = "noted"
heading = ["Har ni märkt av extremism på er gård?"]
[[tables.groups]]
heading = ["Vilka rörde det? [*]"]
holds = "tick"
[[tables.groups.levels]]
as = "environment"
[tables.groups.levels.values]
"Nazister och högerextrema" = "vit_makt"
"Vänsterextrema" = "autonom"
"Jihadister" = "islamistisk"
"Vi vet inte" = "oklar"
[[tables.groups]]
heading = ["Vad såg ni? [*]"]
holds = "tick"
[[tables.groups.levels]]
as = "event_type"
[tables.groups.levels.values]
"Klotter" = "klotter"
"Dekaler och klistermärken" = "klistermarke"
"Symboler på kläder" = "symbol"
"Någon blev hotad" = "hot_krankning"
"Försök att värva" = "rekrytering"
"Något annat" = "ovrigt"
[[tables.columns]]
as = "count"
heading = ["Hur många gånger ungefär?"]
[[tables.columns]]
as = "date"
heading = ["Vilken månad var det?"]
[[tables.columns]]
as = "area"
heading = ["I vilken del av stadsdelsområdet?"]
[[tables.columns]]
as = "question"
question = "rutin"
heading = ["Vet du vart du vänder dig med oro?"]
values = { "Ja" = "ja", "Nej" = "nej", "Osäker" = "osäker" }
"""


def limesurvey(path: Path) -> Path:
    """Another survey, another tool's export: whole question texts, a column for each choice."""
    own = ["Svars-ID", "Datum inskickat", "Sista sida", "Startspråk", "Frö"]
    groups = ["Nazister och högerextrema", "Vänsterextrema", "Jihadister", "Vi vet inte"]
    kinds = [
        *("Klotter", "Dekaler och klistermärken", "Symboler på kläder"),
        *("Någon blev hotad", "Försök att värva", "Något annat"),
    ]
    head = [
        *own,
        "Har ni märkt av extremism på er gård?",
        *(f"Vilka rörde det? [{name}]" for name in groups),
        *(f"Vad såg ni? [{name}]" for name in kinds),
        *("Hur många gånger ungefär?", "Vilken månad var det?", "I vilken del av stadsdelsområdet?"),
        *("Vet du vart du vänder dig med oro?", "Vill du tillägga något?"),
    ]
    rows: list[list[object]] = []
    for i in range(24):
        seen = i % 4 == 0
        ticks = ["Ja" if seen and j in (i // 4 % 4, 4 + i // 4 % 6) else "Nej" if seen else "" for j in range(10)]
        rest = [1 + i % 3, f"{('mars', 'april', 'maj')[i % 3]} 2021", "Lodsby"] if seen else ["", "", ""]
        start = [i + 1, f"2021-05-{i + 1:02d} 10:00", 4, "sv", 1000 + i, "Ja" if seen else "Nej"]
        end = [("Ja", "Nej", "Osäker")[i % 3], f"tack för enkäten {i}" if i % 5 == 0 else ""]
        rows.append([*start, *ticks, *rest, *end])
    return text_file(path / "results-survey77123.csv", [head, *rows])


POLICE = """
name = "Polisområdets siffror"
source = "polis"
[[tables]]
shape = "counts"
constants = { event_type = "ovrigt" }
[[tables.columns]]
as = "date"
heading = ["Tidsperiod"]
[[tables.columns]]
as = "row_total"
heading = ["Alla"]
[[tables.groups]]
heading = ["*"]
[[tables.groups.levels]]
as = "environment"
[tables.groups.levels.values]
"Högerextrema" = "vit_makt"
"Vänsterextrema" = "autonom"
"Islamister" = "islamistisk"
"Ej fastställt" = "oklar"
[[tables.totals]]
rule = "total"
where = [{ column = "Tidsperiod", equals = ["Totalt"] }]
"""


def police(path: Path) -> Path:
    """The police's numbers: a row a quarter, a column an environment, sums at both edges."""
    rows: list[list[object]] = [
        ["Brott med misstänkt extremistkoppling"],
        ["Tidsperiod", "Högerextrema", "Vänsterextrema", "Islamister", "Ej fastställt", "Alla"],
        ["kv 3 2020", 4, 1, 0, 2, 7],
        ["kv 4 2020", 6, 0, "<5", 1, 9],
        ["kv 1 2021", 2, 2, 0, 0, 4],
        ["kv 2 2021", 5, 1, 1, 1, 8],
        ["Totalt", 17, 4, 3, 4, 28],
    ]
    return workbook(path / "LPO underlag.xlsx", {"Blad1": rows})


GOOGLE = """
name = "Föreningarnas enkät"
source = "enkat"
[[tables]]
shape = "survey"
tool = "google_forms"
separator = ", "
[[tables.columns]]
as = "noted"
heading = ["Har er förening noterat något som rör våldsbejakande extremism?"]
[[tables.columns]]
as = "environment"
heading = ["Vilken inriktning?"]
many = true
values = { "Vit makt" = "vit_makt", "Extremvänster" = "autonom", "Islamistisk" = "islamistisk", "Vet ej" = "oklar" }
[[tables.columns]]
as = "event_type"
heading = ["Vad hände?"]
many = true
[tables.columns.values]
"Klotter" = "klotter"
"Flygblad" = "affischering"
"Hot" = "hot_krankning"
"Propaganda på nätet" = "propaganda"
[[tables.columns]]
as = "date"
heading = ["Ange datum"]
[[tables.columns]]
as = "area"
heading = ["Plats (stadsdel)"]
[[tables.columns]]
as = "unit_kind"
heading = ["Typ av förening"]
values = ["Idrott", "Kultur", "Trossamfund"]
"""


def google(path: Path) -> Path:
    """Associations asked by Google Forms: several choices in a cell, a comma between."""
    head = [
        *("Tidstämpel", "Typ av förening", "Har er förening noterat något som rör våldsbejakande extremism?"),
        *("Vad hände?", "Vilken inriktning?", "Ange datum", "Plats (stadsdel)", "Övriga kommentarer"),
    ]
    kinds = ["Klotter, Flygblad", "Hot", "Propaganda på nätet", "Klotter"]
    groups = ["Vit makt", "Extremvänster", "Vit makt, Islamistisk", "Vet ej"]
    rows: list[list[object]] = []
    for i in range(20):
        seen = i % 3 == 0
        event = [kinds[i // 3 % 4], groups[i // 3 % 4], f"2021-04-{i + 1:02d}", ("Lodsby", "Mistelvik")[i % 2]]
        kind = ("Idrott", "Kultur", "Trossamfund")[i // 2 % 3]
        rows.append([f"2021-05-{i + 1:02d} 12:00", kind, "Ja" if seen else "Nej", *(event if seen else [""] * 4), ""])
    return workbook(path / "Enkät till föreningar (svar).xlsx", {"Formulärsvar 1": [head, *rows]})


CASES = """
name = "Synpunkter och felanmälningar"
source = "ia"
[dates]
order = "dmy"
[[tables]]
shape = "reports"
[[tables.columns]]
as = "key"
heading = ["Ärende-ID"]
[[tables.columns]]
as = "date"
heading = ["Händelsetid"]
[[tables.columns]]
as = "area"
heading = ["Kommundel"]
[[tables.columns]]
as = "filter"
heading = ["VBE-markering"]
[[tables.columns]]
as = "event_type"
heading = ["Ärendeslag"]
[tables.columns.values]
"Olaga hot" = "hot_krankning"
"Nedklottrat" = "klotter"
"Uppsatt affisch" = "affischering"
"Flagga eller märke" = "symbol"
[[tables.columns]]
as = "environment"
heading = ["Ideologisk hemvist"]
values = { "Nordiska motståndsrörelsen" = "vit_makt", "Vänster, autonom" = "autonom", "Går ej att bedöma" = "oklar" }
[[tables.ignore]]
rule = "not_vbe"
where = [{ column = "VBE-markering", blank = true }]
"""


def cases(path: Path) -> Path:
    """A case system's csv: all kinds of cases, an X at those that concern VBE, days as 5/3/2021, handling first."""
    head = [
        *("Ärende-ID", "Registrerat", "Handläggare", "Händelsetid", "Kommundel", "Ärendeslag", "VBE-markering"),
        *("Ideologisk hemvist", "Åtgärd", "Fritext"),
    ]
    kinds = ["Lampa trasig", "Nedskräpning", "Nedklottrat", "Olaga hot", "Uppsatt affisch", "Flagga eller märke", "Snö"]
    groups = ["Nordiska motståndsrörelsen", "Vänster, autonom", "Går ej att bedöma"]
    rows: list[list[object]] = []
    for i in range(60):
        kind = kinds[i * 5 % 7]
        vbe = kind in kinds[2:6] and i % 2 == 0
        marks = ["X" if vbe else "", groups[i // 2 % 3] if vbe else ""]
        days = f"{1 + i % 27}/{1 + i % 12}/2021", f"{1 + i % 26}/{1 + i % 12}/2021"
        place = ("Lodsby", "Mistelvik", "Tistelhamn")[i % 3]
        rows.append([f"S-{1000 + i}", days[0], f"hl{i % 4}", days[1], place, kind, *marks, "Åtgärdat", f"det var {i}"])
    return text_file(path / "Synpunkter uttag 2021.csv", [head, *rows])


EARLIER = """
name = "Så här såg det ut förr"
source = "historik"
[[tables]]
shape = "counts"
constants = { event_type = "ovrigt" }
[[tables.columns]]
as = "environment"
heading = ["Extremistisk miljö"]
[tables.columns.values]
"Den autonoma miljön" = "autonom"
"Vit makt-rörelsen" = "vit_makt"
"Den islamistiska miljön" = "islamistisk"
"Okänd tillhörighet" = "oklar"
[[tables.columns]]
as = "row_total"
heading = ["Alla år"]
[[tables.groups]]
heading = ["*"]
exclude = ["Kommentar"]
missing = ["–"]
[[tables.groups.levels]]
as = "date"
[[tables.totals]]
rule = "total"
where = [{ column = "Extremistisk miljö", equals = ["Samtliga miljöer"] }]
"""


def earlier(path: Path) -> Path:
    """Earlier years by environment, the newest first, with the sums of both directions and a column of remarks."""
    rows: list[list[object]] = [
        ["Extremistisk miljö", 2016, 2015, 2014, "Alla år", "Kommentar"],
        ["Den autonoma miljön", 2, 0, 1, 3, None],
        ["Vit makt-rörelsen", 7, 9, 4, 20, "ökning efter valet"],
        ["Den islamistiska miljön", 1, "–", 0, 1, None],
        ["Okänd tillhörighet", 3, 2, 0, 5, None],
        ["Samtliga miljöer", 13, 11, 5, 29, None],
    ]
    return workbook(path / "Statistik ur äldre lägesbilder.xlsx", {"Tabell": rows})


MONKEY = """
name = "Bibliotekens enkät"
source = "enkat"
[[tables]]
shape = "survey"
header_rows = 2
tool = "surveymonkey"
[[tables.columns]]
as = "noted"
heading = ["Har personalen lagt märke till VBE i biblioteket? / Response"]
[[tables.groups]]
heading = ["Från vilket håll? / *"]
holds = "tick"
ticked = ["*"]
[[tables.groups.levels]]
as = "environment"
[tables.groups.levels.values]
"Högerextremistiskt" = "vit_makt"
"Vänsterextremistiskt" = "autonom"
"Islamistiskt" = "islamistisk"
"Oklart" = "oklar"
[[tables.groups]]
heading = ["Vad rörde det sig om? / *"]
holds = "tick"
ticked = ["*"]
[[tables.groups.levels]]
as = "event_type"
[tables.groups.levels.values]
"Klistermärken i böcker" = "klistermarke"
"Utdelning av flygblad" = "affischering"
"Hotfulla situationer" = "hot_krankning"
[[tables.columns]]
as = "date"
heading = ["När? / Open-Ended Response"]
[[tables.columns]]
as = "question"
question = "plan"
heading = ["Har du läst handlingsplanen? / Response"]
values = { "Ja" = "ja", "Nej" = "nej" }
"""


def monkey(path: Path) -> Path:
    """Libraries asked by SurveyMonkey: two heading rows, a cell repeats its choice where it is ticked."""
    groups = ["Högerextremistiskt", "Vänsterextremistiskt", "Islamistiskt", "Oklart"]
    kinds = ["Klistermärken i böcker", "Utdelning av flygblad", "Hotfulla situationer"]
    top = [
        *("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"),
        *("Har personalen lagt märke till VBE i biblioteket?", "Från vilket håll?", None, None, None),
        *("Vad rörde det sig om?", None, None, "När?", "Har du läst handlingsplanen?", "Övrigt att berätta"),
    ]
    low = [
        *(None, None, None, None, None, "Response", *groups, *kinds),
        *("Open-Ended Response", "Response", "Open-Ended Response"),
    ]
    rows: list[list[object]] = []
    for i in range(20):
        seen = i % 4 == 1
        ticks = [x if seen and i // 4 % len(own) == j else None for own in (groups, kinds) for j, x in enumerate(own)]
        own = [1000 + i, 7, f"2021-04-{i + 1:02d}", f"2021-04-{i + 1:02d}", "", "Ja" if seen else "Nej"]
        rows.append([*own, *ticks, f"2021-03-{i + 1:02d}" if seen else None, "Ja" if i % 3 else "Nej", None])
    return workbook(path / "Biblioteken (SurveyMonkey).xlsx", {"Sheet": [top, low, *rows]})


STAFF = """
name = "Medarbetarenkäten om extremism"
source = "enkat"
[[tables]]
shape = "survey"
tool = "forms"
[[tables.columns]]
as = "unit_kind"
heading = ["Jag arbetar inom"]
values = ["Skola", "Socialtjänst", "Kultur och fritid"]
[[tables.columns]]
as = "noted"
heading = ["Har du i ditt arbete sett tecken på våldsbejakande extremism det senaste året?"]
[[tables.columns]]
as = "event_type"
heading = ["Om ja, vad såg eller hörde du?"]
many = true
[tables.columns.values]
"Klotter eller etsningar" = "klotter"
"Märken/dekaler" = "klistermarke"
"Nedsättande eller hatiska yttranden" = "asiktsuttryck"
"Hot och hat" = "hot_krankning"
"Rekrytering" = "rekrytering"
[[tables.columns]]
as = "environment"
heading = ["Vilken av miljöerna kopplar du det till?"]
many = true
[tables.columns.values]
"Vit makt/nazism" = "vit_makt"
"Autonoma vänstern" = "autonom"
"Våldsbejakande islamism" = "islamistisk"
"Jag vet inte" = "oklar"
[[tables.columns]]
as = "count"
heading = ["Hur många händelser rör det sig om?"]
[[tables.columns]]
as = "date"
heading = ["Ungefär när?"]
[[tables.columns]]
as = "question"
question = "plan"
heading = ["Vet du att det finns en handlingsplan?"]
values = { "Ja" = "ja", "Nej" = "nej" }
[[tables.columns]]
as = "question"
question = "utbildning"
heading = ["Jag har gått utbildningen"]
values = { "Ja" = "ja", "Nej" = "nej", "Delvis" = "delvis" }
"""


def staff(path: Path) -> Path:
    """Microsoft Forms in Swedish, with other questions and answers than any at hand."""
    head = [
        *("ID", "Starttid", "Slutförandetid", "E-post", "Namn", "Jag arbetar inom"),
        "Har du i ditt arbete sett tecken på våldsbejakande extremism det senaste året?",
        *("Om ja, vad såg eller hörde du?", "Vilken av miljöerna kopplar du det till?"),
        *("Hur många händelser rör det sig om?", "Ungefär när?", "Vet du att det finns en handlingsplan?"),
        *("Jag har gått utbildningen", "Vad behöver du för stöd?"),
    ]
    kinds = [
        *("Klotter eller etsningar;", "Märken/dekaler;Klotter eller etsningar;", "Hot och hat;"),
        *("Nedsättande eller hatiska yttranden;", "Rekrytering;"),
    ]
    groups = ["Vit makt/nazism;", "Autonoma vänstern;", "Vit makt/nazism;", "Våldsbejakande islamism;", "Jag vet inte;"]
    rows: list[list[object]] = []
    for i in range(40):
        seen = i % 4 == 2
        event = [kinds[i // 4 % 5], groups[i // 4 % 5], 1 + i % 2, f"{('maj', 'augusti')[i % 2]} 2020"]
        own = [i + 1, f"2021-05-{1 + i % 27:02d}", f"2021-05-{1 + i % 27:02d}", "anonymous", None]
        kind = ("Skola", "Socialtjänst", "Kultur och fritid")[i % 3]
        answers = ["Ja" if i % 3 else "Nej", ("Ja", "Nej", "Delvis")[i % 3], f"mer tid för {i}" if i % 7 == 0 else None]
        rows.append([*own, kind, "Ja" if seen else "Nej", *(event if seen else [None] * 4), *answers])
    return workbook(path / "Medarbetarenkät extremism(1-40).xlsx", {"Sheet1": [head, *rows]})


LONG = """
name = "Månadsstatistik"
source = "polis"
[[tables]]
shape = "counts"
constants = { event_type = "ovrigt" }
[[tables.columns]]
as = "date"
heading = ["Månad"]
[[tables.columns]]
as = "environment"
heading = ["Ideologi"]
values = { "Höger" = "vit_makt", "Vänster" = "autonom", "Islamism" = "islamistisk" }
[[tables.columns]]
as = "count"
heading = ["Antal anmälningar"]
"""


def long(path: Path) -> Path:
    """The police's numbers the long way: a row a month and ideology, with a share that is no count."""
    months = ["januari 2021", "februari 2021", "mars 2021", "april 2021"]
    rows: list[list[object]] = [["Månad", "Ideologi", "Antal anmälningar", "Andel"]]
    rows += [
        [month, name, (i + j) % 4, f"{(i + j) % 4 * 10} %"]
        for i, month in enumerate(months)
        for j, name in enumerate(("Höger", "Vänster", "Islamism"))
    ]
    return text_file(path / "Polisen månadsvis.csv", rows)


NOTE = """
name = "Händelserapport"
source = "blankett"
[[tables]]
shape = "form"
[[tables.columns]]
as = "date"
heading = ["Datum för händelsen"]
[[tables.columns]]
as = "area"
heading = ["Stadsdel"]
[[tables.columns]]
as = "event_type"
heading = ["Typ av händelse"]
values = { "Spridning av propaganda" = "propaganda" }
[[tables.columns]]
as = "environment"
heading = ["Misstänkt ideologi"]
values = { "Högerextrem" = "vit_makt" }
"""


def note(path: Path) -> Path:
    """One event a document: a table of labels and answers, with what belongs to the office's routine."""
    fields = [
        ("Rapport nr", "17"),
        ("Ifylld av (befattning)", "Kurator"),
        ("Datum för händelsen", "2021-03-12"),
        ("Stadsdel", "Lodsby"),
        ("Typ av händelse", "Spridning av propaganda"),
        ("Misstänkt ideologi", "Högerextrem"),
        ("Vad hände?", "Det låg blad i korridoren och ingen visste vem som lagt dem där."),
        ("Vidtagna åtgärder", "Bladen togs om hand."),
    ]
    rows = (f"<w:tr><w:tc>{paragraph(a)}</w:tc><w:tc>{paragraph(b)}</w:tc></w:tr>" for a, b in fields)
    return docx(path / "Händelserapport 17.docx", paragraph("Händelserapport") + f"<w:tbl>{''.join(rows)}</w:tbl>")


def unseen(folder: Path) -> Iterator[tuple[Path, str]]:
    """(file, profile) of each layout."""
    for make, profile in (
        (housing, HOUSING),
        (guards, GUARDS),
        (limesurvey, LIMESURVEY),
        (police, POLICE),
        (google, GOOGLE),
        (cases, CASES),
        (earlier, EARLIER),
        (monkey, MONKEY),
        (staff, STAFF),
        (long, LONG),
        (note, NOTE),
    ):
        yield make(folder), profile
