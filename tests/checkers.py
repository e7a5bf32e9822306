"""The outside checkers that open real files: where they are, and what happens where they are not.

VBE_NODE_MODULES: folder with axe-core and vnu-jar (else node_modules at the repository's root); VBE_CHROMIUM: the
browser (else found on the path); VBE_REQUIRE_CHECKERS=1: a missing checker fails instead of skipping.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

MODULES = Path(os.environ.get("VBE_NODE_MODULES", Path(__file__).parents[1] / "node_modules"))
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def need(found: object, what: str) -> None:
    """Skip, or fail where the checkers are required, unless `what` is there."""
    if not found:
        reason = f"{what} is not installed (see README, checks of the outputs)"
        pytest.fail(reason) if os.environ.get("VBE_REQUIRE_CHECKERS") == "1" else pytest.skip(reason)


@contextmanager
def browser_page(width: int, scheme: Literal["light", "dark"]) -> Iterator[tuple[Any, list[str]]]:
    """A page of a real headless Chromium, and the outside addresses it has asked for."""
    chromium = os.environ.get("VBE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    need(chromium, "chromium")
    need(importlib.util.find_spec("playwright"), "playwright")
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as driver, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = driver.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            headless=True,
            args=list(FLAGS),
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
        )
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        yield page, asked
        context.close()


def axe(page: Any) -> list[str]:
    """What axe-core finds on the page: rule id and the nodes it names."""
    script = MODULES / "axe-core" / "axe.min.js"
    need(script.exists(), "axe-core")
    page.add_script_tag(content=script.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]


def html_errors(*files: Path) -> list[str]:
    """Errors and warnings of the Nu HTML checker."""
    jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    need(jar.exists(), "vnu-jar")
    need(shutil.which("java"), "java")
    soon = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")  # nothing is compiled twice; the schema is deep
    run = subprocess.run(
        ["java", *soon, "-jar", str(jar), "--format", "json", *map(str, files)], capture_output=True, text=True
    )
    messages = json.loads(run.stderr)["messages"]
    return [f"{message['url']} {message.get('lastLine')}: {message['message']}" for message in messages]


def pdf_findings(file: Path) -> list[str]:
    """What pdfua finds, and every rule that it left out because the rule itself broke."""
    need(importlib.util.find_spec("pdfua"), "pdfua")
    import pdfua

    report = pdfua.validate(file)
    return [str(finding) for finding in report.findings] + [f"skipped: {rule}" for rule in report.skipped]


TAGGED = (
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"}}'
)


def convert_to_pdf(file: Path, form: str = "pdf") -> Path:
    """The office file as LibreOffice prints it; form: TAGGED for a PDF that says it is accessible."""
    need(shutil.which("soffice"), "LibreOffice")
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", form]
        subprocess.run(
            [*command, "--outdir", str(file.parent), str(file)], check=True, capture_output=True, timeout=120
        )
    return file.with_suffix(".pdf")
