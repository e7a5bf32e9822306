"""Files on disk: hashes, and writing that replaces a file whole or not at all."""

import hashlib
from pathlib import Path


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and put it in place whole; the old one stands until then."""
    new = path.with_name(f".{path.name}.ny")
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
