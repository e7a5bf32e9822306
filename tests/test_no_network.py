"""No command uses the network: a whole run with every socket operation refused and noted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chapter.situations import situation
from tests.shared import copy
from vbe_analysis.cli.command import command_parser

ROOT = Path(__file__).resolve().parent.parent
# Every command that there is; a new one must be added here. {new}, {region}: empty folders, {file}: a delivered file.
COMMANDS = {
    "init": ["init", "{new}"],
    "status": ["status", "2021"],
    "inspect": ["inspect", "{file}"],
    "profile": ["profile", "{file}"],
    "check": ["check", "2021"],
    "ingest": ["ingest"],
    "overlaps": ["overlaps", "2021"],
    "chapter": ["chapter", "2021"],
    "publish": ["publish", "2021", "--dnr", "TG 2021/0417"],
    "review": ["review", "{plan}", "--edition", "intern"],
    "trends": ["trends", "2021"],
    "verify": ["verify", "2021"],
    "purge": ["purge"],
    "new": ["new", "2022"],
    "order": ["order", "2021"],
    "plan": ["plan", "new"],
    "followup": ["followup", "2021"],
    "upgrade": ["upgrade"],
    "export": ["export", "2021"],
    "region": ["region", "init", "{region}"],
}
OWN_PAGE = {"lab"}  # serves a page to this machine alone; what the page asks for: tests/test_start.py
UNREADY = (
    "publish",
    "export",
    "review",
    "order",
    "followup",
)  # they may refuse: texts, a plan, activities and who asks are lacking
# Audit hooks see what the interpreter does, below every library; connect_ex and getaddrinfo are among their events.
REFUSE = """
import json, sys
from pathlib import Path
log, started = [], set()
NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
           "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request")
def refuse(event, arguments):
    if event in NETWORK:
        log.append(event)
        raise OSError("network refused")
    if event == "subprocess.Popen":
        started.add(Path(str(arguments[0] or arguments[1][0])).name)
sys.addaudithook(refuse)
"""
RUN = """
from vbe_analysis.cli.main import main
codes = {" ".join(command): main(command) for command in json.loads(sys.argv[2])}
Path(sys.argv[1]).write_text(json.dumps([log, sorted(started), codes]), encoding="utf-8")
"""
# Ends without the interpreter's farewell: there the threads of a library's reader can abort the process, one time in
# some thousands, and that is not what is asked here.
READ = """
import os
from vbe_analysis.loaders.files.files import read_file
read = [read_file(path).format for path in json.loads(sys.argv[2])]
Path(sys.argv[1]).write_text(json.dumps([log, sorted(started), read]), encoding="utf-8")
os._exit(0)
"""


def run(code: str, arguments: object, folder: Path, here: Path) -> list[object]:
    """The code in a Python of its own whose socket operations are refused; what it noted."""
    told = folder / "told.json"
    command = [sys.executable, "-c", REFUSE + code, str(told), json.dumps(arguments)]
    done = subprocess.run(
        command, cwd=here, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(told.read_text(encoding="utf-8")))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small workspace, not read in, with a cycle to come."""
    root = copy(situation("langa_namn").root, tmp_path / "mapp", "processed", "reports")
    with (root / "vbe.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n2022 = { start = 2022-01-01, end = 2022-12-31 }\n")
    return root


def commands() -> list[str]:
    [choices] = [action.choices for action in command_parser()._actions if isinstance(action.choices, dict)]
    return list(choices)


def test_every_command_is_tried() -> None:
    assert set(commands()) <= set(COMMANDS) | OWN_PAGE


@pytest.mark.process
def test_a_socket_operation_is_refused_and_noted(tmp_path: Path) -> None:
    code = """
import socket, urllib.request
there = ("127.0.0.1", 9)
for attempt in (lambda: urllib.request.urlopen("http://127.0.0.1:9"), lambda: socket.getaddrinfo("example.org", 80),
                lambda: socket.create_connection(there), lambda: socket.socket().connect_ex(there)):
    try:
        attempt()
    except OSError as error:
        assert str(error) == "network refused", error
Path(sys.argv[1]).write_text(json.dumps(log), encoding="utf-8")
"""
    assert run(code, [], tmp_path, tmp_path) == [
        "urllib.Request",
        "socket.getaddrinfo",
        "socket.getaddrinfo",
        "socket.connect",
    ]


@pytest.mark.chapter
def test_no_command_uses_the_network(small: Path, tmp_path: Path) -> None:
    file = sorted((small / "data/raw/2021").glob("*.csv"))[0]
    places = {"new": tmp_path / "ny", "region": tmp_path / "region", "file": file, "plan": file}
    tried = [name for name in COMMANDS if name in commands()]
    given = [["status"], *([part.format(**places) for part in COMMANDS[name]] for name in tried)]
    noted, started, codes = run(RUN, given, tmp_path, small)
    assert noted == []
    # `chapter` makes the public edition in a process that we do not see into; `verify` makes both anew in this one.
    record = json.loads((small / "reports/2021/korning-publik.json").read_text(encoding="utf-8"))
    assert record["outputs"] and not record.get("decision")  # a published one would be left alone
    assert {command for command, code in codes.items() if code and not command.startswith(UNREADY)} == set(), codes
    assert set(started) <= {Path(sys.executable).name, "git"}, started
    assert (small / "reports/2021/intern/lagesbild.pdf").is_file()


@pytest.mark.process
def test_reading_a_file_uses_no_network(tmp_path: Path) -> None:
    """The same in one process: the commands read files in a child, which the test above does not see into."""
    files = [str(path) for path in sorted((ROOT / "data/raw").rglob("*.*")) if path.is_file()]
    noted, started, read = run(READ, files, tmp_path, tmp_path)
    assert noted == [] and started == []
    assert set(read) == {"xlsx", "csv", "docx", "html", "xls"}
