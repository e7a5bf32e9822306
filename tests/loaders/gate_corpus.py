"""A second corpus for the gate, made by code from a fixed seed: what people write when nobody told them the form.

It was written before the rules that it measures. Persons are invented; personal numbers use the serials 980-989, which
the tax agency sets aside for tests. Each maker of an odd writing stands under its own name, so that what is missed can
be told kind by kind.
"""

import random
import re
from collections.abc import Callable
from datetime import date, timedelta

from tests.loaders.corpus import FIRST_LISTED, FIRST_OTHER, LAST_LISTED, LAST_OTHER

SEED = 20260412
Labelled = tuple[str, str]
Number = tuple[str, str, str]  # century, six digits of the day, four of the serial

BEFORE = ["", "", "Gäller ", "Samtal med vårdnadshavare, ", "se akt ", "Elev i åk 9 (", "Uppgift från skolvärd: ", "- "]
AFTER = ["", "", ".", ", sanerat samma dag", ") och kamrater", " enligt mentor", "; åter 12/3"]


def odd_numbers() -> list[tuple[str, str]]:
    """The name of the writing, and a text that holds a personal number written so: six of each."""
    chance = random.Random(SEED)
    texts = []
    for name, write in ODD.items():
        for _ in range(6):
            number = _number(chance, lost=name.startswith("lost zero"))
            written = write(number)
            alone = name.startswith("lost zero") or name == "thousands"
            texts.append((name, written if alone else chance.choice(BEFORE) + written + chance.choice(AFTER)))
    return texts


def structured() -> list[Labelled]:
    """Identifiers in ordinary forms, built of parts that are drawn; the kind, and the text."""
    chance, texts = random.Random(SEED + 1), list[Labelled]()
    for _ in range(60):
        c, d, s = _number(chance)
        texts.append(("pnr", chance.choice([f"{c}{d}-{s}", f"{d}-{s}", f"{c}{d}{s}", f"{d} {s}", f"{d}+{s}"])))
    for _ in range(40):
        texts.append(("phone", _phone(chance)))
        texts.append(("email", _email(chance)))
    for _ in range(15):
        handle = (
            chance.choice(["kalle", "mörka", "sol", "ronin", "zed"]) + chance.choice(["_", "."]) + _digits(chance, 2)
        )
        texts.append(("handle", chance.choice(["Insta: {}", "snapchat {}", "kontot {}"]).format(handle)))
        texts.append(("url", chance.choice(["https://{}.example/p/7", "www.{}.example/u"]).format(_word(chance))))
        year = f"{chance.randint(1950, 2012)}-0{chance.randint(1, 9)}-{chance.randint(10, 28)}"
        texts.append(("birthdate", chance.choice(["född {}", "födelsedatum: {}", "f. {}"]).format(year)))
        plate = "".join(chance.choice("ABCDEFGHJKLMNPRSTUWXYZ") for _ in range(3)) + " " + _digits(chance, 3)
        texts.append(("plate", chance.choice(["Bilen hade regnr {}", "en vit Volvo {} stod där"]).format(plate)))
    return [(kind, _around(chance, text)) for kind, text in texts]


def addresses() -> list[str]:
    """Streets and numbers as they stand in texts."""
    chance = random.Random(SEED + 2)
    streets = [
        "Granitvägen",
        "Näckrosgatan",
        "Ormbergsstigen",
        "Kvarnbacken",
        "Tegelslagargränd",
        "Mälartorget",
        "Ringleden",
        "Valhallavägen",
        "Björkallén",
        "Skeppsbrokajen",
        "Lundaslingan",
        "Gamla Prästvägen",
        "S:t Olofs gata",
        "Västra Hamngatan",
        "Södra Parkvägen",
        "Lilla Åsgränd",
        "Kapellplan",
        "Solhöjden",
        "Stenkullen",
        "Ekliden",
        "Nybrogatan",
        "Fyrbåksringen",
        "Kungsesplanaden",
        "Torpvägen",
        "Drottning Kristinas väg",
    ]
    texts = []
    for _ in range(80):
        street, number = chance.choice(streets), chance.randint(1, 118)
        form = chance.choice(
            ["{s} {n}", "{s} {n}", "{s} {n} {l}", "{s} {n}{l}", "{s} {n}, 2 tr", "{s} nr {n}", "{s} {n}, lgh 1102"]
        )
        written = form.format(s=street, n=number, l=chance.choice("ABC"))
        place = chance.choice(["Hen bor på {}", "Bostad {}", "{}", "hämtades vid {} på kvällen", "Adress: {}", "({})"])
        texts.append(place.format(written))
    return texts


def names(listed: bool) -> dict[str, list[str]]:
    """Way of writing -> texts with a name, its parts on the gate's list or neither."""
    chance = random.Random(SEED + 3)
    first, last = (FIRST_LISTED, LAST_LISTED) if listed else (FIRST_OTHER, LAST_OTHER)
    ways = {
        "in prose": [
            "Vaktmästaren såg {f} {l} vid planen.",
            "Efter lunch gick {f} {l} hem.",
            "Jag mötte {f} {l} i går",
        ],
        "reversed": ["{l}, {f}", "Elev: {l}, {f}", "{l} {f} (9B)"],
        "in capitals": ["{F} {L}", "ANMÄLT AV {F} {L}", "{L} {F}"],
        "after a cue": ["Namn: {f} {l}", "Hen heter {f} {l} och går i nian", "Mvh {f} {l}"],
        "in small letters": ["vet att {small} var där", "{small} ritade på bänken", "prata med {small} om det"],
    }
    texts = {}
    for way, contexts in ways.items():
        texts[way] = []
        for context in contexts * 4:
            f, l = chance.choice(first), chance.choice(last)  # noqa: E741
            texts[way].append(context.format(f=f, l=l, F=f.upper(), L=l.upper(), small=f"{f} {l}".lower()))
    return texts


def kept_names() -> list[str]:
    """Cells of a column that is kept, with a name that is on no list and nothing else."""
    chance = random.Random(SEED + 4)
    forms = ["{l}, {f}", "{L}, {F}", "{F} {L}", "{L} {F}", "{f} {l}"]
    return [
        form.format(f=f, l=l, F=f.upper(), L=l.upper())
        for form in forms
        for f, l in [(chance.choice(FIRST_OTHER), chance.choice(LAST_OTHER)) for _ in range(6)]  # noqa: E741
    ]


CLEAN = [  # {a-b}: a number between, with the zeros of a; {one|other}: one of them
    "{06-09}{00|15|30}-{15-21}{00|45}",
    "öppet {7-9}.00–{16-20}.30",
    "{07-09}:00-{16-18}:00, lördag 10-14",
    "måndag {08-09}-12 13-{16-18}",
    "kl {10-22}:{10-59}",
    "dnr {1-999}-{1-999}/{2010-2024}",
    "KS {2012-2024}/{100-9999}",
    "diarienummer SDN {2012-2024}/{10-999}-1.{1-9}",
    "Ds {2000-2024}:{1-60}",
    "SOU {2000-2024}:{1-110}",
    "koden {88|14/88|1488|18|28|1312|161}",
    "{14/88|1488|88|1312|161|28|18} i svart färg",
    "{2-90} {100-999} kr",
    "faktura {100000-999999}",
    "objekt {1000-9999}, hus {A|B|C}",
    "{2015-2024}-{01-12}-{01-28} {07-22}:{00-59}",
    "perioden {2015-2023}0701-{2016-2024}0630",
    "se {https://www.stockholm.se/rutin|www.polisen.se|www.sisab.se/fel}",
    "enligt {https://start.stockholm/vbe|https://www.skolverket.se/stod?id=4|https://cve.se/om}",
    "Ring {112|114 14|1177} vid behov",
    "utanför {Hedvig Eleonora|Gustav Vasa|Adolf Fredrik|Maria Magdalena}",
    "vid {Sofia kyrka|Engelbrekts kyrka|Katarina kyrka}",
    "{Carl Wahren|Anna Whitlock|Frans Schartau} kontaktad",
    "{Viktor Rydberg|Fredrika Bremer|Ellen Key} har svarat",
    "{Nordiska Motståndsrörelsen|Islamiska Staten} nämns",
    "{Svenska Kyrkan|Röda Korset|Region Stockholm} deltog",
    "{3-40} dekaler på {skolgården|lyktstolpar|bussen 172}",
    "{Klotter, Skadegörelse|Vit makt, Autonom|Skola, Förskola|Sanerat, Avslutat}",
    "bg {1000-9999}-{1000-9999}",
    "org.nr 55{2000-9999}-{1000-9999}",
    "{55-69}.{100000-999999}, 18.{100000-999999}",
    "anknytning {10000-99999}",
    "läsår {15-23}/{16-24}",
]


def clean() -> list[str]:
    """Texts without personal data, built of what ordinary reports hold."""
    chance = random.Random(SEED + 5)
    return [_around(chance, _filled(chance, part)) for part in CLEAN * 10]


def _filled(chance: random.Random, template: str) -> str:
    def drawn(slot: re.Match[str]) -> str:
        span = re.fullmatch(r"([0-9]+)-([0-9]+)", slot[1])
        if span is None:
            return chance.choice(slot[1].split("|"))
        return str(chance.randint(int(span[1]), int(span[2]))).zfill(len(span[1]))

    return re.sub(r"\{([^{}]+)\}", drawn, template)


def _number(chance: random.Random, lost: bool = False) -> Number:
    first = date(2000, 10, 1) if lost else date(1948, 1, 1)
    day = first + timedelta(days=chance.randint(0, 3300 if lost else 23_000))
    six, serial = f"{day:%y%m%d}", f"98{chance.randint(0, 9)}"
    digits = [int(digit) * (2 - i % 2) for i, digit in enumerate(six + serial)]
    check = -sum(product - 9 if product > 9 else product for product in digits) % 10
    return f"{day.year // 100}", six, f"{serial}{check}"


def _shifted(start: int) -> Callable[[str], str]:
    return lambda text: "".join(chr(start + int(sign)) if sign.isdigit() else sign for sign in text)


def _spaced(text: str, sign: str = " ", step: int = 1) -> str:
    return sign.join(text[i : i + step] for i in range(0, len(text), step))


ODD: dict[str, Callable[[Number], str]] = {
    "fullwidth": lambda n: _shifted(0xFF10)(f"{n[0]}{n[1]}-{n[2]}"),
    "arabic": lambda n: _shifted(0x0660)(f"{n[1]}-{n[2]}"),
    "persian": lambda n: _shifted(0x06F0)(f"{n[0]}{n[1]}{n[2]}"),
    "devanagari": lambda n: _shifted(0x0966)(f"{n[1]}{n[2]}"),
    "mathematical": lambda n: _shifted(0x1D7CE)(f"{n[1]}-{n[2]}"),
    "superscript": lambda n: "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(x)] for x in n[1] + n[2]),
    "circled": lambda n: "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(x)] for x in n[1] + n[2]),
    "letter O": lambda n: f"{n[0]}{n[1]}-{n[2]}".replace("0", "O"),
    "small o and l": lambda n: f"{n[0]}{n[1]}{n[2]}".replace("0", "o").replace("1", "l"),
    "dot": lambda n: f"{n[1]}.{n[2]}",
    "colon": lambda n: f"{n[0]}{n[1]}:{n[2]}",
    "underscore": lambda n: f"{n[1]}_{n[2]}",
    "slash": lambda n: f"{n[0]}{n[1]}/{n[2]}",
    "minus sign": lambda n: f"{n[1]}−{n[2]}",
    "double hyphen": lambda n: f"{n[0]}{n[1]}--{n[2]}",
    "dotted date": lambda n: f"{n[0]}{_spaced(n[1], '.', 2)}-{n[2]}",
    "slashed date": lambda n: f"{n[0]}{_spaced(n[1], '/', 2)}-{n[2]}",
    "underscored": lambda n: f"{n[0]}{_spaced(n[1], '_', 2)}_{n[2]}",
    "colons": lambda n: f"{_spaced(n[1], ':', 2)}:{n[2]}",
    "pairs": lambda n: _spaced(n[1] + n[2], " ", 2),
    "pairs with century": lambda n: _spaced(n[0] + n[1] + n[2], " ", 2),
    "every digit apart": lambda n: _spaced(n[1] + n[2]),
    "every digit dotted": lambda n: _spaced(n[0] + n[1] + n[2], "."),
    "wide blanks": lambda n: f"{n[1]}   -   {n[2]}",
    "hard blanks": lambda n: f"{n[0]}{n[1]}\u202f{n[2]}",
    "zero width": lambda n: f"{n[1][:4]}\u200b{n[1][4:]}-{n[2][:2]}\u200b{n[2][2:]}",
    "soft hyphen": lambda n: f"{n[0]}{n[1]}\u00ad{n[2]}",
    "line break": lambda n: f"{n[1]}-\n{n[2]}",
    "tab": lambda n: f"{n[0]}{n[1]}\t{n[2]}",
    "century apart": lambda n: f"{n[0]} {n[1]}-{n[2]}",
    "cue glued": lambda n: f"pnr{n[1]}-{n[2]}",
    "cue and colon": lambda n: f"Personnr:{n[0]}{n[1]}{n[2]}",
    "letter glued": lambda n: f"x{n[0]}{n[1]}-{n[2]}",
    "letters after": lambda n: f"{n[1]}-{n[2]}elev",
    "in a file name": lambda n: f"akt_{n[0]}{n[1]}{n[2]}_v2",
    "brackets": lambda n: f"{n[1]}({n[2]})",
    "serial in square brackets": lambda n: f"{n[0]}{n[1]} [{n[2]}]",
    "wrong check after a cue": lambda n: f"personnummer: {n[1]}-{n[2][:3]}{(int(n[2][3]) + 1) % 10}",
    "comma": lambda n: f"{n[1]},{n[2]}",
    "thousands": lambda n: f"{int(n[0] + n[1] + n[2]):,}".replace(",", "\u00a0"),
    "sista fyra": lambda n: f"{n[1]}, sista fyra {n[2]}",
    "month in words": lambda n: f"{int(n[1][4:])} mars {n[0]}{n[1][:2]} nr {n[2]}",
    "day first": lambda n: f"{n[1][4:]}{n[1][2:4]}{n[1][:2]}-{n[2]}",
    "lost zero": lambda n: str(int(n[1] + n[2])),
    "lost zero with hyphen": lambda n: f"{int(n[1])}-{n[2]}",
}


def _phone(chance: random.Random) -> str:
    mobile, land = f"7{chance.choice('02369')}", chance.choice(["8", "31", "40", "18", "480", "910"])
    seven, six = _digits(chance, 7), _digits(chance, 6)
    return chance.choice(
        [
            f"0{mobile}-{seven[:3]} {seven[3:5]} {seven[5:]}",
            f"0{mobile}{seven}",
            f"+46 {mobile} {seven[:3]} {seven[3:5]} {seven[5:]}",
            f"0046{mobile}{seven}",
            f"0{mobile} {seven[:2]} {seven[2:4]} {seven[4:]}",
            f"0{land}-{six[:2]} {six[2:4]} {six[4:]}",
            f"0{land}-{six}",
            f"tel 0{land} {six[:3]} {six[3:]}",
        ]
    )


def _email(chance: random.Random) -> str:
    user = _word(chance) + chance.choice([".", "_", "-", ""]) + _word(chance)
    host = f"{_word(chance)}.{chance.choice(['example', 'org', 'se', 'nu'])}"
    return f"{user}{chance.choice(['@', '@', '@', ' (at) ', '[at]', ' @ '])}{host}"


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(pair) for pair in ["bdfgklmnrst", "aeiou"] * 2) + chance.choice("lnrs")


def _digits(chance: random.Random, count: int) -> str:
    return str(chance.randint(1, 9)) + "".join(chance.choice("0123456789") for _ in range(count - 1))


def _around(chance: random.Random, text: str) -> str:
    return chance.choice(["{}", "{}", "Uppgift: {}", "Noterat, {}.", "Enligt rapporten {} vid entrén"]).format(text)
