"""What must appear nowhere: a personal number, a mail address, a name on the gate's list; and where to look for it."""

import hashlib
import io
import zipfile
from pathlib import Path

import pandas as pd

# The number is the tax agency's own example; nobody has the name or the address.
CANARIES = ("19811218-9876", "kanarie.fagel@example.org", "Gunnel Alfredsson")
NEEDLES = ("811218-9876", "8112189876", "811218 9876", "kanarie", "fagel@", "gunnel", "alfredsson")
_HASHES = tuple(
    hashlib.new(kind, text.encode(encoding)).hexdigest()
    for kind in ("md5", "sha1", "sha256")
    for encoding in ("utf-8", "utf-16-le")
    for canary in CANARIES
    for text in (canary, canary.lower())
)


def found_in(text: str) -> list[str]:
    """The needles, and the hashes of canaries, that the text holds."""
    low = text.casefold()
    return [needle for needle in (*NEEDLES, *_HASHES) if needle in low]


def leaks(folder: Path) -> dict[str, list[str]]:
    """File -> needles, of every file below but the offices' own in data/raw; what is packed is unpacked."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("data/raw/"):
            continue
        told = found_in(name) + (found_in(_text(path)) if path.is_file() else [])
        if told:
            found[name] = told
    return found


def _text(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".parquet":
        return content.decode("latin-1") + pd.read_parquet(path).to_csv()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(f"{name}\n{_decoded(book.read(name))}" for name in book.namelist())
    return _decoded(content)


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace") + content.decode("utf-16-le", "replace")
