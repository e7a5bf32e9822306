"""A workbook whose parts are named or written in an unusual way -> the same, as the spreadsheet reader expects it.

The office's program opens a part called xl\\worksheets\\sheet1.xml, a relation to ./worksheets/sheet1.xml, and a value
written in CDATA or before its formula; the reader takes less than the file says and does not say so.
"""

import io
from posixpath import join, normpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from lxml import etree

from vbe_analysis.loaders.files.preflight import Elements, Limits, read_part, refusal

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
INSIDE = frozenset(("c", "f", "v", "is", "t", "r", "row", "sheetData"))


def repacked(archive: ZipFile) -> bytes:
    """The same workbook: parts and relations by their plain names, cells without CDATA, comments and second halves.

    The archive has been inspected: no part is too large, none has a DOCTYPE. Raises InputError where XML is broken or
    two parts would have one name.
    """
    parts = {plain_name(info.filename): archive.read(info) for info in archive.infolist()}
    if len({name.casefold() for name in parts}) < len(archive.infolist()) or WORKBOOK not in parts:
        raise refusal("file_corrupt")
    stored = {name.casefold(): name for name in parts}
    if RELATIONS in parts:
        relations = xml_tree(parts[RELATIONS])
        for relation in relations:
            if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
                part = _target(relation.get("Target", ""), stored)
                if part:
                    relation.set("Target", "/" + part)
        parts[RELATIONS] = etree.tostring(relations)
    for name in parts:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            parts[name] = _plain_sheet(parts[name])
        elif name == "xl/sharedStrings.xml":
            parts[name] = etree.tostring(xml_tree(parts[name]))
    package = io.BytesIO()
    with ZipFile(package, "w", ZIP_STORED) as target:
        for name, content in parts.items():
            target.writestr(ZipInfo(name), content)
    return package.getvalue()


def xml_tree(content: bytes) -> Any:
    """The root of a part that has been inspected, without comments, instructions and CDATA."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, strip_cdata=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise refusal("file_corrupt") from None


def unusual_names(archive: ZipFile, limits: Limits) -> bool:
    """Whether parts or the relations to them are named in a way that the reader does not follow."""
    names = archive.namelist()
    if any(plain_name(name) != name for name in names):
        return True
    targets: list[str] = []
    watch = Elements({"Relationship": lambda attributes: targets.append(attributes.get("Target", ""))}).watch
    if RELATIONS in names:
        read_part(archive, RELATIONS, limits, watch)
    return any(f"xl/{target}" not in names and not (target[:1] == "/" and target[1:] in names) for target in targets)


def plain_name(name: str) -> str:
    """A part's name with the format's own slashes."""
    return name.replace("\\", "/").lstrip("/")


def _target(target: str, stored: dict[str, str]) -> str | None:
    """The part that a relation of the workbook leads to: from xl/, from the root, or with a folder too many."""
    plain = unquote(target.replace("\\", "/"))
    candidates = (normpath(join("/xl", plain)), normpath(join("/", plain)))
    return next((stored[name] for path in candidates if (name := path.lstrip("/").casefold()) in stored), None)


def _plain_sheet(content: bytes) -> bytes:
    root = xml_tree(content)
    first, *others = root.findall("{*}sheetData") or [None]
    for other in others:
        first.extend(list(other))
        root.remove(other)
    for cell in root.iter("{*}c"):
        for formula in cell.findall("{*}f"):
            cell.insert(0, formula)
        for value in cell.findall("{*}v"):
            if cell.get("t", "n") != "str" and value.text:
                value.text = value.text.strip()
    text: bytes = etree.tostring(root, encoding="UTF-8")
    return text
