"""Reads files in a child process: a file that brings the reader down, or never ends, costs one file and not the run.

The child imports no pandas and writes nothing to disk. It is started by its path and not by fork or __main__, so it
works the same on Windows and in a notebook. Requests and answers are pickles on its standard input and output.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.files.raw import RawFile
from vbe_analysis.storage import leave_no_traces

START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from vbe_analysis.loaders.files.reader import serve; serve()"
)
Answer = RawFile | tuple[Fault, ...]


class FileReader:
    """A context in which files are read, one child process for all of them.

    >>> with FileReader() as reader:  # doctest: +SKIP
    ...     raw = reader.read(Path("SISAB.xlsx"))
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FileReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, path: Path | str) -> RawFile:
        """The file as read_file reads it; raises InputError, also where the child died or took too long over it."""
        late = threading.Event()
        timer = threading.Timer(self.limits.seconds, self._give_up, [late])
        timer.daemon = True
        try:
            child = self._running()
            timer.start()
            answer = _ask(child, os.path.abspath(path), self.limits)  # noqa: PTH100 (as in files.openable)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._stop()
            code = "file_late" if late.is_set() else "file_unreadable"
            fault = Fault(code, file=Path(path).name, values={"seconds": f"{self.limits.seconds:g}", "format": ""})
            raise InputError([fault]) from None
        except BaseException:  # interrupted half-way through an answer: the next one would be read askew
            self._stop()
            raise
        finally:
            timer.cancel()
        if late.is_set():
            self._stop()
        if isinstance(answer, RawFile):
            return answer
        raise InputError(answer)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-c", START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a dying library may print what it was reading
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            _widen(cast(IO[bytes], self._child.stdout))
            pickle.dump(sys.path, cast(IO[bytes], self._child.stdin))
        return self._child

    def _give_up(self, late: threading.Event) -> None:
        late.set()
        if self._child:
            self._child.kill()

    def _stop(self) -> None:
        if self._child:
            self._child.kill()
            self._child.communicate()
        self._child = None


def serve() -> None:
    """The child's whole life: read a path, send back its tables or its faults, until the input ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may go out
    leave_no_traces()
    from vbe_analysis.loaders.files.files import read_file

    while True:
        try:
            path, limits = pickle.load(requests)
        except EOFError:
            return
        answer: Answer
        try:
            answer = read_file(path, limits)
        except InputError as error:
            answer = error.faults
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _ask(child: "subprocess.Popen[bytes]", path: str, limits: Limits) -> Answer:
    requests, answers = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    pickle.dump((path, limits), requests)
    requests.flush()
    return cast(Answer, pickle.load(answers))


def _widen(pipe: IO[bytes]) -> None:
    """Let large answers through in larger pieces, where the system offers it; it halves their time."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
