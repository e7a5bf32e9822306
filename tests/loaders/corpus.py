"""A labelled corpus of our own for the gate: Swedish texts as staff write them, with invented persons. Half are clean.

A dirty text is (kind, text): the kind that must be found in it. Names stand apart by whether the gate's list holds the
first name or the surname. Personal numbers use the serials 980-999, which the tax agency sets aside for tests.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice

Labelled = tuple[str, str]

FIRST_LISTED = ["Fatima", "Anders", "Gun-Lis", "Mohammed", "Linnea", "Bozena", "Karl-Johan", "Zahra", "Oskar", "Ulrika"]
LAST_LISTED = ["Lindqvist", "Yilmaz", "Korhonen", "Bergström", "Hosseini", "Sandell", "Mattsson", "Haddad", "Nyberg"]
FIRST_OTHER = [
    "Ottilia",
    "Zoran",
    "Faisal",
    "Berivan",
    "Tuija",
    "Embla",
    "Ximena",
    "Ioannis",
    "Thuy",
    "Abeba",
    "Hjördis",
]
LAST_OTHER = ["Grahn", "Okafor", "Szymańska", "Warsame", "Hakimi", "Nordahl", "Mossberg", "Rask", "Barakat", "Hermelin"]

IN_CONTEXT = [
    "Enligt {name} i receptionen satt dekalen kvar på måndagen.",
    "Kontakta {name} om ni vill veta mer.",
    "Fråga {name} om detaljer",
    "Läraren {name} tog bort affischen.",
    "En elev, {name}, ritade symbolen på bänken.",
    "{name}, 15 år, hade märket på jackan.",
    "Pojken heter {name} och går i nian.",
    "Det var {name} som skrev på väggen.",
    "Klottret hittades utanför {name}s port.",
    "{name} har setts med flygblad vid torget.",
    "Anmält av {name} på kvällen.",
    "Mvh {name}",
    "Namn: {name}",
    "Samtal med {name} och vårdnadshavare.",
    "Vi misstänker att {name} delar propaganda.",
    "På rasten sa {name} att det var ett skämt.",
]
UNSEEN_CONTEXT = [  # written after the rules were settled, and not used to better them
    "Grannen berättar att {name} brukar stå i porten.",
    "Fritids ringde och sa att {name} hade bytt namn på gruppen.",
    "{name} bar tröjan hela veckan.",
    "Inlagt av {name} 2021-03-05",
    "Ny elev i klassen, {name}, hälsade med höjd arm.",
    "Samma tagg som {name} använde i våras.",
    "Diskussion mellan {name} och vaktmästaren.",
    "Tips om {name} via mejl.",
    "Föräldern {name} är orolig för sin son.",
    "Rapporterat av: {name}, skolvärd",
    "Han kallar sig kapten men heter {name}.",
    "Kören med {name} störde lektionen.",
    "Brev adresserat till {name}, Ekåsen",
    "Namnteckning: {name}",
]
FIRST_ONLY = [
    "Eleven {name} ritade en symbol i boken.",
    "Vi pratade med {name} och hennes mamma.",
    "Mamman {name} ringde skolan.",
    "Det var {name} som började.",
    "Hans bror {name} är också med.",
]
PHONES = [
    "070-174 06 05",
    "0701740605",
    "070 174 06 05",
    "073-17 40 605",
    "+46 70 174 06 05",
    "+46701740605",
    "0046 70-1740605",
    "+46 (0)8 465 004 15",
    "08-465 004 15",
    "08-46500415",
    "08 465 004 15",
    "031-390 06 05",
    "0480-65 06 05",
    "016-390 605",
    "(08) 465 004 15",
    "072–174 06 05",
]
EMAILS = [
    "anna.ek@example.org",
    "A.Ek@Example.com",
    "ek_1979@mail.example.net",
    "åsa.öst@example.se",
    "anna.ek (at) example.org",
    "anna.ek[at]example.org",
    "anna ek-79@example.org",
    "info+vbe@example.org",
    "anna.ek snabel-a example.org",
]
URLS = [
    "https://example.org/profil/79",
    "http://www.example.com/x?id=3",
    "www.example.org/anna",
    "facebook.com/anna.ek.79",
    "instagram.com/anna_ek",
    "t.me/kanalen79",
]
HANDLES = ["@anna_ek", "@ek.79", "@AnnaEk", "@svarte_riddaren88"]
CUED_HANDLES = [
    "Instagram: anna_ek79",
    "snapchat anna.ek",
    "kontot riddaren_88",
    "användarnamnet ek1979",
    "TikTok ”ek_79”",
]
ADDRESSES = [
    "Storgatan 12",
    "Ekåsvägen 3B",
    "Stora Nygatan 14 B",
    "Tallmyra Allé 7",
    "Lindvikens väg 22",
    "Hamnstigen 5, lgh 1203",
    "Kvarngränd 1",
    "Åkervägen 101, 123 45 Ekåsen",
    "c/o Barakat",
    "Björktorget 9",
    "Norra Backvägen 16",
]
PLATES = [
    "Bilen hade regnr ABC 123.",
    "En vit Volvo, MLB 482, stod kvar.",
    "En skåpbil med reg.nr XYZ12A.",
    "Såg DKU 38R köra iväg.",
    "Fordonet GHJ459 parkerade utanför.",
    "moped ABD 12C vid entrén",
    "De körde därifrån i RTG 907.",
]
BIRTHDATES = [
    "född 2004-05-12",
    "född 040512",
    "f. 19790528",
    "född den 12 maj 2004",
    "födelsedatum: 2004-05-12",
    "född 12/5 2004",
    "Födelsedatum 12 maj 1998",
    "född 12.5.2004",
    "föddes den 3 jan 1966",
]
AROUND = [
    "{}",
    "Uppgift i akten: {}.",
    "En boende ringde ({}) och var orolig.",
    "Se {} för mer information.",
    "Hen, {}, såg det.",
]

PLACES = [
    "Tallmyra skola",
    "Källhagens gymnasium",
    "Förskolan Kotten",
    "Förskolan Linnea",
    "Norra Fältet",
    "Ekåsen",
    "Ung Fritid",
    "Hamnbackens bibliotek",
    "Maria-Gamla stan",
    "Sofia skola",
    "Gustav Adolfs torg",
    "Stadsdelsnämnden",
    "Östra Sjöängsby",
    "fritidsgården Ankaret",
    "Lindvikens centrum",
    "Sankta Klara kyrka",
    "Astrid Lindgrens barnsjukhus",
]
CODES = ["88", "14/88", "1488", "18", "28", "1312", "161", "14", "H8", "AFA 161", "ACAB 1312", "C18", "83", "311"]
CASE_NUMBERS = [
    "155-943/2015",
    "Ds 2014:4",
    "dnr 1.1-123/2021",
    "SOU 2017:110",
    "prop. 2019/20:37",
    "SFS 2018:1197",
    "mål B 4312-20",
    "0201-K123456-20",
    "5000-K1208-21",
    "2021/0345",
    "SoL 14:1",
    "ärende 20170009",
    "org.nr 556016-0680",
    "XZ-568",
    "EKÅ-2021-0045",
    "STHLM 2020/455-3",
    "IA 20200015",
    "ärendenummer 926273",
    "protokoll nr 12/2019",
]
FIGURES = [
    "12 345 kr",
    "1 234,50 kr",
    "890,50",
    "25 000 kr exkl. moms",
    "rum 4312",
    "sal B 214",
    "plan 3",
    "kl. 07:56",
    "09.00-16.30",
    "2021-03-05",
    "2021-03-05 14:30",
    "5 mars 2021",
    "210305",
    "v. 12 2021",
    "våren 2021",
    "12-15 år",
    "20-30 elever",
    "ca 150 dekaler",
    "3 x 4 meter",
    "hus 7",
    "avdelning 3",
    "årskurs 7-9",
    "buss 172",
    "linje 14",
    "0-5 tillfällen",
    "maj 2020–april 2021",
    "52 av 130",
    "40 %",
    "Covid-19",
    "paragraf 10 §",
    "114 14",
    "112",
    "Enhet 12",
    "19:an",
]
CLEAN_AROUND = [
    "Klotter med {} på väggen, sanerat samma dag.",
    "Se även {}.",
    "Enligt uppgift {} vid entrén.",
    "Upptäcktes vid rondering: {}.",
]
CLEAN = [
    "Ingen person är utpekad.",
    "Händelsen diskuterad på APT.",
    "Uttalande under gruppsamtal, tagits upp i arbetslaget.",
    "Siffrorna 88 och 1488 på en bänk, sanerat samma dag.",
    "Affisch på anslagstavlan, nedtagen.",
    "En elev i åk 8 ritade hakkors i sin bok.",
    "Rektor informerad och polisanmälan gjord.",
    "Rektor Ekåsen kontaktad.",
    "Nordiska Motståndsrörelsen delade ut flygblad vid centrum.",
    "Dekaler från Nordisk Ungdom på lyktstolpar.",
    "Antifascistisk Aktion hade klistrat dekaler.",
    "Hizb ut-Tahrir delade ut flygblad utanför moskén.",
    "Propaganda för Islamiska staten på en lånad dator.",
    "Elev bar tröja med Black Sun och talet 18.",
    "Svenska Kyrkan och Röda Korset deltog i samtalet.",
    "Samtal med vårdnadshavare, socialtjänsten kopplad.",
    "Vilken verksamhet arbetar du i?",
    "Känner du till förvaltningens handlingsplan mot våldsbejakande extremism?",
    "Har det under perioden maj 2020–april 2021 noterats händelser?",
    "Beskriv kortfattat vad som hände. OBS! Skriv inga personuppgifter.",
    "Namn",
    "E-post",
    "Telefonnummer",
    "Handläggare",
    "Registrerad av",
    "Namn på skolan",
    "Förnamn Efternamn",
    "Elev Klass",
    "Miljö enl. uppgiftslämnaren",
    "Kostnad (kr exkl. moms)",
    "Vit Makt-miljön",
    "Autonoma Miljön",
    "Oklar Miljö",
    "Hot Och Trakasserier",
    "Social Omsorg",
    "Far Right",
    "Islamist Extremism",
    "Mixed, Unstable Or Unclear",
    "Street Or Park",
    "Ung fritid",
    "HR och kommunikation",
    "Familjeenheten",
    "Stockholms stad",
    "Trafikkontoret Region Innerstad",
    "På måndagen var allt borta. Personalen hade städat.",
    "Mars var lugn, april likaså.",
    "Maj 2020 var stökig.",
    "Vi har bo i tankarna och ska ha möte till hösten.",
    "Ask och björk planterades vid bänken.",
    "Per elev räknas en händelse.",
    "Dag 3 efter händelsen sanerades väggen.",
    "Rosa färg på en sten vid tor­get.",
    "Hans kompisar var också där.",
    "Hon är kurator på skolan.",
    "Läraren stoppade samtalet och pratade med eleven.",
    "Eleven Källhagens skola hade besökt var på praktik.",
    "Vaktmästaren tog bort det.",
    "Mannen var okänd för personalen.",
    "Kvinnan lämnade platsen före polisen.",
    "Familjen är känd sedan tidigare.",
    "Kontakta Polisen vid nya händelser.",
    "Ring 112 vid akut fara, annars 114 14.",
    "Ring 1177 för råd.",
    "Kontakta SISAB för sanering.",
    "Enligt SISAB sanerat.",
    "Enligt Trafikkontoret Södra Innerstaden är det sanerat.",
    "Hos Familjeenheten Norra finns rutinen.",
    "Tel saknas",
    "Mobil användes för att filma.",
    "Instagram användes för att sprida propaganda.",
    "Konton på TikTok och Snapchat sprider bilderna.",
    "Facebook-gruppen är stängd.",
    "Bilen var vit.",
    "Fordon stod parkerat på plan 3.",
    "Handlingsplan 2021 ska följas.",
    "Torget 5 maj: manifestation.",
    "Adress saknas",
    "Storgatan",
    "Tallmyra centrum",
    "Tunnelbanan Lindviken, norra uppgången",
    "Gångtunnel mot Ekåsen",
    "Karl XII firades av en grupp.",
    "Text om Koranen och Bibeln på väggen.",
    "Bilden visar en soldat.",
    "födda 2004 och 2005",
    "Född i Sverige",
    "Åldern är 15 år.",
    "Gruppen är 14-16 år gammal.",
    "Vid kl 14 hördes rop.",
    "Skriv till kommunen.",
    "Klottret är 2 x 3 meter och har svart färg.",
    "Ärende avslutat.",
    "Se bilaga 3.",
    "Version 2.0 av blanketten.",
    "A4-affisch, 20 st.",
    "Temperaturen var -5.",
    "1-2 gånger i veckan",
    "10/12 besvarade",
    "Punkt 4.2.1 i rutinen",
    "Skyddsrum 1456789 i källaren",
    "Hemsidan är nere.",
    "En fråga om lov inför Eid.",
]


def dirty() -> list[Labelled]:
    """Texts with a structured identifier: the kind, and the text."""
    around = cycle(AROUND)
    texts = [("phone", next(around).format(phone)) for phone in PHONES for _ in range(2)]
    texts += [("email", next(around).format(email)) for email in EMAILS for _ in range(2)]
    texts += [("url", f"Bilden finns på {url}") for url in URLS]
    texts += [("handle", f"Skrev till {handle} på nätet.") for handle in HANDLES]
    texts += [("handle", f"Hen finns på {handle}, enligt kompisar.") for handle in CUED_HANDLES]
    texts += [("address", next(around).format(address)) for address in ADDRESSES]
    texts += [("plate", text) for text in PLATES]
    texts += [("birthdate", f"Elev, {birthdate}, i åk 9") for birthdate in BIRTHDATES]
    return texts + [(kind, next(around).format(number)) for kind, number in islice(_numbers(), 60)]


def names(listed: bool) -> list[Labelled]:
    """Texts with a name: first name and surname on the gate's list, or neither."""
    first, last = (FIRST_LISTED, LAST_LISTED) if listed else (FIRST_OTHER, LAST_OTHER)
    pairs = zip(cycle(first), cycle(last), strict=False)
    texts = [("name", text.format(name=" ".join(next(pairs)))) for text in IN_CONTEXT * 3]
    texts += [("name", text.format(name=name)) for text, name in zip(FIRST_ONLY * 2, first, strict=False)]
    return texts + [("name", f"vet att {a} {b} var där".lower()) for a, b in islice(pairs, 4)]


def unseen_names(listed: bool) -> list[Labelled]:
    """As names, in contexts that the rules were not made from."""
    first, last = (FIRST_LISTED, LAST_LISTED) if listed else (FIRST_OTHER, LAST_OTHER)
    pairs = zip(cycle(first), cycle(last), strict=False)
    return [("name", text.format(name=" ".join(next(pairs)))) for text in UNSEEN_CONTEXT * 2]


def clean() -> list[str]:
    """Texts without personal data, with what looks like it: codes, diary and case numbers, costs, rooms, places."""
    around = cycle(CLEAN_AROUND)
    traps = [next(around).format(trap) for trap in [*CODES, *CASE_NUMBERS, *FIGURES, *PLACES]]
    return [*CLEAN, *traps, *CODES, *CASE_NUMBERS, *FIGURES, *PLACES]


def _numbers() -> Iterator[Labelled]:
    """Personal, coordination and temporary numbers in the forms people write."""
    forms = cycle(
        (
            "{c}{d}-{s}",
            "{d}-{s}",
            "{c}{d}{s}",
            "{d}{s}",
            "{d}+{s}",
            "{c}{d} {s}",
            "{d} {s}",
            "{c}{d}–{s}",
            "{d} - {s}",
            "{c}{y} {m} {x}-{s}",
        )
    )
    for i in range(200):
        day = date(1949, 3, 2) + timedelta(days=i * 397)
        samnr, tnr = i % 3 == 1, i % 12 == 11
        yymmdd = f"{day:%y%m}{day.day + 60 * samnr:02d}"
        serial = f"98{i % 10}" if not tnr else f"T{i % 10}3"
        last = "4" if tnr else str(_check_digit(yymmdd + serial))
        kind = "tnr" if tnr else "samnr" if samnr else "pnr"
        form = "{c}{d}-{s}" if tnr else next(forms)
        parts = {"y": yymmdd[:2], "m": yymmdd[2:4], "x": yymmdd[4:]}
        yield kind, form.format(c=day.year // 100, d=yymmdd, s=serial + last, **parts)


def _check_digit(nine: str) -> int:
    products = [int(digit) * weight for digit, weight in zip(nine, cycle((2, 1)), strict=False)]
    return -sum(product // 10 + product % 10 for product in products) % 10
