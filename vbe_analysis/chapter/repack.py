"""Word and Excel files whose bytes depend on their content alone: no clock in the zip, none in the properties."""

import io
import re
import zipfile

_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name


# What the library's own template file leaves behind: a thumbnail, and the program that once made it.
_LEFT_OUT = ("docProps/thumbnail.jpeg", "docProps/app.xml")
_LEFT_RELATION = re.compile(rb'<Relationship [^>]*Target="/?docProps/(?:thumbnail\.jpeg|app\.xml)"[^>]*/>')
_LEFT_TYPE = re.compile(rb'<Override [^>]*PartName="/docProps/app\.xml"[^>]*/>')


def repack(office_file: bytes, day: str) -> bytes:
    """The same .docx or .xlsx, dated `day` ("2021-06-30") in its properties and nowhere else."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(office_file)) as source,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name in _LEFT_OUT:
                continue
            content = source.read(name)
            if name == "_rels/.rels":
                content = _LEFT_RELATION.sub(b"", content)
            if name == "[Content_Types].xml":
                content = _LEFT_TYPE.sub(b"", content)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + day.encode("ascii") + b"T12:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()
