"""Reads files in a child process: a file that brings the reader down, or never ends, costs one file and not the run.

The child imports no pandas and writes nothing to disk. It is started by its path and not by fork or __main__, so it
works the same on Windows and in a notebook. Requests and answers are pickles on its standard input and output.
"""

import contextlib
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, TypeAlias, cast

from vbe_analysis.errors import Fault, InputError
from vbe_analysis.loaders.files.preflight import Limits
from vbe_analysis.loaders.values.cells import TextForm
from vbe_analysis.storage import leave_no_traces

if TYPE_CHECKING:
    from vbe_analysis.loaders.files.raw import RawFile  # numpy and pyarrow are slow to import: the child starts first

START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from vbe_analysis.loaders.files.reader import serve; serve()"
)
CLOCK = 10  # times the seconds of the processor that a file may take
SIGXCPU = 24  # the system ends a process with it that has used up its seconds
JOB_PROCESS_MEMORY, JOB_EXTENDED = 0x100, 9
PARENT_DEATH = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
Answer: TypeAlias = "RawFile | tuple[Fault, ...]"


class FileReader:
    """A context in which files are read, one child process for all of them, which starts at once.

    >>> with FileReader() as reader:  # doctest: +SKIP
    ...     raw = reader.read(Path("SISAB.xlsx"))
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FileReader":
        with contextlib.suppress(OSError):  # it is tried again for the first file, which then has a fault
            self._running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, path: Path | str, form: TextForm = TextForm()) -> "RawFile":  # noqa: B008
        """The file as read_file reads it; raises InputError, also where the child died or took too long over it."""
        late = threading.Event()
        timer = threading.Timer(CLOCK * self.limits.seconds, self._give_up, [late])
        timer.daemon = True
        child = None
        try:
            child = self._running()
            timer.start()
            answer = _ask(child, os.path.abspath(path), self.limits, form)  # noqa: PTH100 (as in files.openable)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._stop()
            overtime = late.is_set() or (child is not None and child.returncode == -SIGXCPU)
            code = "file_late" if overtime else "file_unreadable"
            fault = Fault(code, file=Path(path).name, values={"seconds": f"{self.limits.seconds:g}", "format": ""})
            raise InputError([fault]) from None
        except BaseException:  # interrupted half-way through an answer: the next one would be read askew
            self._stop()
            raise
        finally:
            timer.cancel()
        if late.is_set():
            self._stop()
        if isinstance(answer, tuple):
            raise InputError(answer)
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", START],
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
    end_with_parent()  # and where the system cannot: when the input ends
    from vbe_analysis.loaders.files.files import read_file

    while True:
        try:
            path, limits, form = pickle.load(requests)
        except EOFError:
            return
        answer: Answer
        bound(limits, path)
        try:
            answer = read_file(path, limits, form)
        except InputError as error:
            answer = error.faults
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
        del answer  # a large table would lie here while the parent works on its own
        if arrow := sys.modules.get("pyarrow"):
            arrow.default_memory_pool().release_unused()


def _ask(child: "subprocess.Popen[bytes]", path: str, limits: Limits, form: TextForm) -> Answer:
    requests, answers = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    pickle.dump((path, limits, form), requests)
    requests.flush()
    return cast(Answer, pickle.load(answers))


def bound(limits: Limits, path: str) -> None:
    """Let this process take so much memory, and so many seconds of the processor from now on, and no more."""
    memory = limits.memory_bytes
    with contextlib.suppress(OSError):
        memory += limits.memory_per_byte * os.stat(path).st_size  # noqa: PTH116 (as in files.openable)
    try:
        import resource
    except ImportError:
        _bound_on_windows(limits.memory_bytes + limits.memory_per_byte * limits.file_bytes)
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + limits.seconds)
    for kind, amount in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
        most = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):  # macOS does not know every limit
            resource.setrlimit(kind, (amount if most < 0 else min(amount, most), most))


@cache
def _bound_on_windows(memory: int) -> None:
    """Bound the memory once by a Job object; the time is left to the parent's clock.

    Source: the structure JOBOBJECT_EXTENDED_LIMIT_INFORMATION of Windows.
    """
    import ctypes

    size, word = ctypes.c_size_t, ctypes.c_uint32
    basic = [("times", ctypes.c_int64 * 2), ("flags", word), ("sets", size * 2), ("processes", word)]
    basic += [("affinity", size), ("classes", word * 2)]
    basic_type = type("Basic", (ctypes.Structure,), {"_fields_": basic})
    fields = [("basic", basic_type), ("counters", ctypes.c_uint64 * 6), ("process_memory", size), ("others", size * 3)]
    information = type("Extended", (ctypes.Structure,), {"_fields_": fields})()
    information.basic.flags, information.process_memory = JOB_PROCESS_MEMORY, memory
    system = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    system.CreateJobObjectW.restype = system.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(system.CreateJobObjectW(None, None))
    system.SetInformationJobObject(job, JOB_EXTENDED, ctypes.byref(information), ctypes.sizeof(information))
    system.AssignProcessToJobObject(job, ctypes.c_void_p(system.GetCurrentProcess()))


def _widen(pipe: IO[bytes]) -> None:
    """Let large answers through in larger pieces, where the system offers it; it halves their time."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def end_with_parent() -> None:
    """Have the system end this process when the one that started it ends, whatever ends that; Linux alone knows how."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGKILL)
