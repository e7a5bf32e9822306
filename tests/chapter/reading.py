"""What a reader of the Swedish text would stumble on."""

import re

FORBIDDEN = re.compile(
    r"\b(liten|litet|små(?! förändring| antal)|marginell\w*|svag\w*|tendens\w*|trend\w*|avseende|beträffande|"
    r"i syfte att|t\.ex|bl\.a|osv|m\.m|mfl)\b",
    re.IGNORECASE,
)
SMALL_NUMBERS = "antalen är små"  # the sentence on percent speaks of numbers, not of a change


def read(sentence: str, part: bool = False) -> None:
    """What a reader would stumble on."""
    wrong = {
        "tomt": not sentence.strip() or sentence != sentence.strip(),
        "klammer": re.search(r"[{}]|None|\bnan\b", sentence),
        "mellanslag": re.search(r"  | [.,:;)]|\( ", sentence),
        "skiljetecken": re.search(r"\.\.|,,|\.,|,\.|:\.|\.:|;\.", sentence),
        "ental": re.search(r"(?<![\d–.])\b1 (händelser|rapporter|källor|månader)\b", sentence),
        "flertal": re.search(r"\b(0|[2-9]|\d\d+|\d+–\d+) (händelse|rapport|källa|månad)\b", sentence),
        "ord": FORBIDDEN.search(sentence.replace(SMALL_NUMBERS, "")),
        "stor bokstav": not part and not re.match(r"\**[A-ZÅÄÖ0-9]", sentence),
        "slut": not part and not re.search(r"[.:?]$", sentence),
        "stor bokstav inuti": re.search(r"[.?]\** [a-zåäö]", sentence),
    }
    assert [name for name, found in wrong.items() if found] == [], sentence
