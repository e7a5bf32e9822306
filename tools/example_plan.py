"""The example's plan: its activities and the log of its revision in each of the five cycles, as the coordinator wrote.

Invented, of the kinds that plans hold: some are finished, some ended without effect, one was never started, some have
no measure, one is overdue.
"""

from datetime import date
from pathlib import Path

from vbe_analysis.document.workbook import repack
from vbe_analysis.plan.workbook import activities_book
from vbe_analysis.settings import Settings
from vbe_analysis.storage import ACTIVITIES, LOG, PLAN
from vbe_analysis.workspace.revision.workbook import log_book

COORDINATOR, YOUTH = "Samordnare mot våldsbejakande extremism", "Enhetschef Ung fritid"
BEFORE, BARRING, GRANTS, KNOWLEDGE = "Förebyggande", "Förhindrande", "Föreningsbidrag och lokaler", "Kompetenshöjande"
ROUTINE, FORM, TRAINING = (
    "Känner till rutinen vid oro eller händelse",
    "Känner till blanketten för avidentifierad information",
    "Har gått den webbaserade grundutbildningen",
)
ONGOING = "pågående"
# number -> heading, activity, responsible, start, due, measure, target, answers
PLANNED: dict[str, tuple[object, ...]] = {
    "F1": (
        BEFORE,
        "Ge ett skolprogram om demokrati och källkritik i grundskolorna.",
        YOUTH,
        date(2016, 8, 15),
        ONGOING,
        "Grundskolor med programmet",
        "alla grundskolor",
        "Autonoma miljön; Vit makt-miljön",
    ),
    "F2": (
        BEFORE,
        "Ta upp demokrati och normer på mötesplatser för unga.",
        YOUTH,
        "",
        ONGOING,
        "",
        "",
        "Autonoma miljön; Vit makt-miljön",
    ),
    "F3": (
        BEFORE,
        "Gå igenom rutinen vid oro på samverkansmöten med skola och polis.",
        COORDINATOR,
        date(2017, 1, 16),
        ONGOING,
        f"Enkät: {ROUTINE}",
        "minst 80 %",
        f"Kunskap: {ROUTINE}",
    ),
    "F4": (
        BEFORE,
        "Påminna verksamheterna om att rapportera klotter och klistermärken med extremistiska budskap i IA.",
        COORDINATOR,
        date(2017, 9, 1),
        ONGOING,
        "Leveranser: IA",
        "alla månader",
        "Klotter; Klistermärke; Saknade månader: IA; Rapportering: IA",
    ),
    "F5": (
        BEFORE,
        "Sanera klotter med extremistiska budskap inom ett dygn.",
        "Enhetschef Stadsmiljö",
        date(2017, 3, 1),
        date(2019, 6, 30),
        "Fysiska spår",
        "högst 5",
        "Klotter",
    ),
    "F6": (
        BEFORE,
        "Komma överens med trafikkontoret om uppgifter för hela perioden.",
        COORDINATOR,
        date(2021, 1, 11),
        date(2021, 4, 30),
        "Leveranser: Trafikkontoret",
        "alla månader",
        "Saknade månader: Trafikkontoret",
    ),
    "H1": (
        BARRING,
        "Samverka med stadens stödteam när någon vill lämna en miljö.",
        "Enhetschef Familjeenheten",
        "",
        ONGOING,
        "",
        "",
        "Orosanmälan",
    ),
    "H2": (
        BARRING,
        "Skriva en rutin för oro i skolmiljö.",
        COORDINATOR,
        date(2017, 2, 1),
        date(2018, 5, 31),
        "",
        "",
        "Arbetssätt",
    ),
    "H3": (
        BARRING,
        "Skriva en rutin för kommunikation vid manifestationer.",
        "Kommunikationschef",
        date(2019, 9, 1),
        date(2021, 12, 31),
        "",
        "",
        "Manifestation",
    ),
    "L1": (
        GRANTS,
        "Pröva demokrativillkoret i ansökningar om föreningsbidrag.",
        "Avdelningschef Samhällsplanering",
        date(2018, 1, 1),
        ONGOING,
        "Prövade ansökningar",
        "alla ansökningar",
        "Alla miljöer",
    ),
    "K1": (
        KNOWLEDGE,
        "Gå den webbaserade grundutbildningen.",
        "Avdelningschefer",
        date(2018, 1, 8),
        ONGOING,
        f"Enkät: {TRAINING}",
        "minst 70 %",
        f"Kunskap: {TRAINING}",
    ),
    "K2": (
        KNOWLEDGE,
        "Visa blanketten för avidentifierad information på arbetsplatsträffar.",
        "Enhetschefer",
        date(2018, 1, 8),
        ONGOING,
        f"Enkät: {FORM}",
        "minst 50 %",
        f"Kunskap: {FORM}",
    ),
    "K3": (KNOWLEDGE, "Informera nyanställda om arbetet.", "HR-chef", "", ONGOING, "", "", "Arbetssätt"),
    "K4": (KNOWLEDGE, "Delta i stadens nätverk för samordnare.", COORDINATOR, "", ONGOING, "", "", "Arbetssätt"),
    "K5": (
        KNOWLEDGE,
        "Ge en halvdag om symboler och kännetecken.",
        COORDINATOR,
        date(2018, 9, 3),
        date(2018, 12, 14),
        "",
        "",
        "Symbol",
    ),
    "K6": (
        KNOWLEDGE,
        "Utbilda personal på mötesplatser om vit makt-miljön.",
        YOUTH,
        date(2020, 9, 1),
        date(2021, 4, 30),
        "Utbildad personal",
        "all personal",
        "Vit makt-miljön",
    ),
}
NOT_BEGUN, UNDER_WAY, DONE, STOPPED = "ej påbörjad", "pågår", "genomförd", "avbruten"
NO_EFFECT = "avslutad utan att målet nåddes"
# cycle -> number -> status and follow-up
FOLLOWED: dict[int, dict[str, tuple[str, str]]] = {
    2017: {
        "F1": (UNDER_WAY, "Programmet är framtaget tillsammans med skolorna."),
        "F2": (UNDER_WAY, ""),
        "F3": (UNDER_WAY, "Rutinen tas upp på samverkansmötena varje termin."),
        "F5": (UNDER_WAY, "Avtalet med entreprenören är klart."),
        "H1": (UNDER_WAY, ""),
        "H2": (UNDER_WAY, "Ett utkast finns hos skolorna."),
        "K3": (UNDER_WAY, ""),
        "K4": (UNDER_WAY, ""),
    },
    2018: {
        "F1": (UNDER_WAY, "Programmet ges varje läsår."),
        "F2": (UNDER_WAY, ""),
        "F3": (UNDER_WAY, "Rutinen tas upp på samverkansmötena varje termin."),
        "F4": (UNDER_WAY, "En påminnelse går ut varje kvartal."),
        "F5": (UNDER_WAY, ""),
        "H1": (UNDER_WAY, ""),
        "H2": (DONE, "Rutinen är beslutad och ligger på intranätet."),
        "L1": (UNDER_WAY, "Villkoret står i blanketten för ansökan."),
        "K1": (UNDER_WAY, "Utbildningen ligger i utbildningsportalen."),
        "K2": (UNDER_WAY, ""),
        "K3": (UNDER_WAY, ""),
        "K4": (UNDER_WAY, ""),
    },
    2019: {
        "F1": (UNDER_WAY, "Programmet ges varje läsår."),
        "F2": (UNDER_WAY, ""),
        "F3": (UNDER_WAY, ""),
        "F4": (UNDER_WAY, "En påminnelse går ut varje kvartal."),
        "F5": (NO_EFFECT, "Avtalet löper ut och förlängs inte."),
        "H1": (UNDER_WAY, ""),
        "L1": (UNDER_WAY, ""),
        "K1": (UNDER_WAY, ""),
        "K2": (UNDER_WAY, "Blanketten visas på arbetsplatsträffar under våren."),
        "K3": (UNDER_WAY, ""),
        "K4": (UNDER_WAY, ""),
        "K5": (DONE, "Halvdagen är genomförd."),
    },
    2020: {
        "F1": (UNDER_WAY, "Programmet ges varje läsår."),
        "F2": (UNDER_WAY, ""),
        "F3": (UNDER_WAY, ""),
        "F4": (UNDER_WAY, "Ett nytt IA är i bruk, och påminnelsen är omskriven."),
        "H1": (UNDER_WAY, ""),
        "H3": (NOT_BEGUN, ""),
        "L1": (STOPPED, "Staden tar fram gemensamma riktlinjer, och stadsdelen väntar på dem."),
        "K1": (UNDER_WAY, ""),
        "K2": (UNDER_WAY, ""),
        "K3": (UNDER_WAY, ""),
        "K4": (UNDER_WAY, ""),
    },
    2021: {
        "F1": (UNDER_WAY, "Programmet ges varje läsår, under våren på distans."),
        "F2": (UNDER_WAY, "Mötesplatserna har teman om demokrati."),
        "F3": (UNDER_WAY, "Rutinen tas upp på samverkansmötena varje termin."),
        "F4": (UNDER_WAY, "En påminnelse går ut varje kvartal."),
        "F6": (UNDER_WAY, "Frågan är ställd till trafikkontoret. Svar saknas."),
        "H1": (UNDER_WAY, ""),
        "H3": (NOT_BEGUN, "Väntar på stadens vägledning."),
        "K1": (UNDER_WAY, "Cheferna påminns inför medarbetarsamtalen."),
        "K2": (UNDER_WAY, "Blanketten visas på digitala arbetsplatsträffar."),
        "K3": (UNDER_WAY, ""),
        "K4": (UNDER_WAY, ""),
        "K6": (DONE, "Utbildningen är genomförd på mötesplatserna."),
    },
}
CHANGED = {
    (2021, "K2"): {6: "minst 75 %"},
    (2021, "K3"): {2: "Avdelningschef HR"},
}  # place in PLANNED -> what it is now
POLICE, SCHOOLS = "gruppchef vid lokalpolisområdet", "skolchef för grundskolorna"
CONSULTED, SENT_OUT, DECIDED, APPROVED = "samråd", "publicering", "beslut i nämnden", "godkännande av kommunstyrelsen"
CALENDAR = "Lägesbilden stämmer med polisens bild. Nytt möte i januari."
# cycle -> kind, role, day, case number, what was agreed; in 2021 the city has not decided yet
LOGGED: dict[int, tuple[tuple[object, ...], ...]] = {
    2017: (
        (CONSULTED, POLICE, date(2017, 9, 6), "", ""),
        (SENT_OUT, "", date(2017, 10, 5), "", ""),
        (DECIDED, "", date(2017, 10, 17), "TG 2017/0352", ""),
        (APPROVED, "", date(2017, 12, 6), "KS 2017/1604", ""),
    ),
    2018: (
        (CONSULTED, POLICE, date(2018, 9, 5), "", CALENDAR),
        (SENT_OUT, "", date(2018, 10, 4), "", ""),
        (DECIDED, "", date(2018, 10, 16), "TG 2018/0371", ""),
        (APPROVED, "", date(2018, 12, 5), "KS 2018/1571", ""),
    ),
    2019: (
        (CONSULTED, POLICE, date(2019, 9, 4), "", CALENDAR),
        (CONSULTED, SCHOOLS, date(2019, 9, 11), "", "Rutinen tas upp på skolornas samverkansmöten."),
        (SENT_OUT, "", date(2019, 10, 10), "", ""),
        (DECIDED, "", date(2019, 10, 22), "TG 2019/0388", ""),
        (APPROVED, "", date(2019, 12, 11), "KS 2019/1498", ""),
    ),
    2020: (
        (CONSULTED, POLICE, date(2020, 9, 9), "", ""),
        (SENT_OUT, "", date(2020, 10, 8), "", ""),
        (DECIDED, "", date(2020, 10, 20), "TG 2020/0402", ""),
        (DECIDED, "", date(2020, 11, 17), "TG 2020/0402", "Ändrad lydelse av aktivitet H3."),
        (APPROVED, "", date(2021, 1, 20), "KS 2020/1533", ""),
    ),
    2021: (
        (CONSULTED, POLICE, date(2021, 9, 1), "", CALENDAR),
        (CONSULTED, SCHOOLS, date(2021, 9, 8), "", ""),
        (SENT_OUT, "", "", "", ""),
        (DECIDED, "", "", "", ""),
        (APPROVED, "", "", "", ""),
    ),
}


def plan(cycle: int, settings: Settings, root: Path) -> None:
    """aktiviteter.xlsx and revidering.xlsx of a cycle."""
    rows = []
    for number, (status, followup) in FOLLOWED[cycle].items():
        cells = list(PLANNED[number])
        for year in range(2017, cycle + 1):
            for place, text in CHANGED.get((year, number), {}).items():
                cells[place] = text
        heading, text, role, start, due, measure, target, answers = cells
        rows.append((number, heading, text, role, start, due, measure, target, status, followup, answers))
    folder, day = root / PLAN / str(cycle), settings.period(str(cycle)).end.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ACTIVITIES).write_bytes(repack(activities_book(settings, rows), day))
    (folder / LOG).write_bytes(repack(log_book(LOGGED[cycle]), day))
