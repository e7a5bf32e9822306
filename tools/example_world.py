"""The invented district: its areas, streets, persons and sentences. None of it exists, nothing of it happened.

Personal numbers are of the tax agency's test series (98xx), phone numbers of the series set aside for fiction, mail
goes to example.org.
"""

from collections.abc import Sequence
from random import Random

from example_truth import MONTHS, Row
from office_files import Page

AREAS = {
    "Tistelhamn": ("Tistelvägen 4", "Tistelhamns kaj"),
    "Gärdslunda": ("Gärdslunda torg", "Gärdesgången 9"),
    "Ärlemyra": ("Ärlestigen", "Myrgatan 15"),
    "Mistelvik": ("Mistelbacken 2", "Viksgränd"),
    "Lodsby": ("Lodsbygränd 11", "Gångtunneln, Lodsvägen"),
    "Sälgängen": ("Sälgvägen 30", "Ängsbron"),
}
OTHER_DISTRICT = {"Hasselnäset": ("Näsudden 1",), "Norrklinta": ("Klintbacken 7",)}
NAMES = ("Annika Bergström", "Johan Lindqvist", "Maria Sandberg", "Erik Holmgren", "Fatima Hassan", "Lars Ekman")
UNITS = (
    "Förskola och pedagogisk omsorg",
    "Fritid och mötesplatser",
    "Socialtjänst barn och unga",
    "Äldre och funktionsnedsättning",
    "Stadsmiljö och medborgarservice",
    "Stab",
)
TEXTS = (
    "Upptäcktes på morgonen och togs bort samma dag.",
    "Vaktmästaren fotograferade och anmälde.",
    "Diskuterades på arbetsplatsträffen. Ring {name} på {phone} om något är oklart.",
    "En granne, {name}, berättade om det.",
    "Gäller enligt uppgift någon med personnummer {number}.",
    "Mer finns hos {mail}.",
    "Siffrorna 14/88 stod på väggen, se dnr 214-77/2018.",
)


def in_words(when: str) -> str:
    """An ISO day as people write it; other forms stand."""
    if len(when) != 10 or when[4] != "-":
        return when
    return f"{int(when[8:])} {MONTHS[int(when[5:7]) - 1]} {when[:4]}"


def sentence(random: Random) -> str:
    """A free text as people write it, now and then with what should not stand there."""
    name = random.choice(NAMES)
    return random.choice(TEXTS).format(name=name, phone=phone(random), number=_test_number(random), mail=mail(name))


def file_of(file: str, source: str, pages: Sequence[Page]) -> Row:
    """What the truth will say of a file."""
    return {"file": file, "source": source, "status": "ok", "pages": list(pages)}


def mail(name: str) -> str:
    """The mail address of a person."""
    return name.lower().translate(str.maketrans("åäö ", "aao.")) + "@example.org"


def phone(random: Random) -> str:
    """A phone number of the series set aside for fiction."""
    return f"070-174 06 {random.randint(5, 99):02d}"


def _test_number(random: Random) -> str:
    """A personal number of the tax agency's test series: the serial is 98x, the last digit Luhn's."""
    digits = f"{random.randint(50, 99)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}98{random.randint(0, 9)}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    check = -sum(value // 10 + value % 10 for value in doubled) % 10
    return f"19{digits[:6]}-{digits[6:]}{check}"
