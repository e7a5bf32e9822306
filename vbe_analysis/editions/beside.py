"""A second process that makes an edition beside the first; it ends with the one that started it, however that ends."""

import gc
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from traceback import format_exception
from typing import Any, Protocol

from vbe_analysis.errors import fault
from vbe_analysis.loaders.files.reader import end_with_parent
from vbe_analysis.storage import leave_no_traces
from vbe_analysis.workspace.lock import uninterrupted


class Answer(Protocol):
    """Waits for what the other process makes, and raises what it raised."""

    def __call__(self) -> Any: ...


@contextmanager
def beside(work: Callable[..., Any]) -> Iterator[Callable[..., Answer]]:
    """A function that has `work` done with its arguments in a process that is started now, and returns its answer.

    The process loads what it needs while this one goes on. What is given, made and raised must be picklable.
    """
    context = get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_serve, args=(its, work), daemon=True)
    with uninterrupted():  # what it inherits: Ctrl-C in a terminal reaches this process alone, which ends the other
        process.start()
    its.close()

    def ask(*arguments: object) -> Answer:
        ours.send(arguments)
        return lambda: _answer(ours)

    try:
        yield ask
    finally:
        process.kill()
        process.join()
        ours.close()


def _answer(connection: "Connection[Any, Any]") -> Any:
    try:
        answer, error, place = connection.recv()
    except (EOFError, OSError):
        raise fault("second_process") from None
    if error is None:
        return answer
    raise error from RuntimeError(place)  # where it was raised


def _serve(connection: "Connection[Any, Any]", work: Callable[..., Any]) -> None:
    gc.set_threshold(100_000)  # as in the first process
    leave_no_traces()
    end_with_parent()
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()
    while True:
        try:
            arguments = connection.recv()
        except EOFError:
            return
        answer: tuple[Any, Exception | None, str]
        try:
            answer = work(*arguments), None, ""
        except Exception as error:
            answer = None, _picklable(error), "".join(format_exception(error))
        connection.send(answer)


def _picklable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(type(error).__name__)
    return error
