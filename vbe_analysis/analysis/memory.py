"""What was counted of a frame a moment ago: a chapter asks for the same counts by many keys.

Frames are never altered (a function returns a new one), so the same frame gives the same answer as long as it is held.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pandas as pd

KEPT = 64
MOST_ROWS = 100_000  # a larger frame is counted anew: it would be held in memory for nothing

_found: OrderedDict[tuple[object, ...], tuple[Any, pd.DataFrame]] = OrderedDict()


def remembered(function: Callable[..., pd.DataFrame], frame: Any, *arguments: Any) -> pd.DataFrame:
    """function(*arguments), from memory where it was asked before of this very `frame` with equal arguments.

    frame: what the answer hangs on, by identity; it may be among the arguments, and no other frame may.
    """
    if not isinstance(frame, pd.DataFrame) or len(frame) > MOST_ROWS:
        return function(*arguments)
    key = (function.__name__, id(frame), *(repr(one) for one in arguments if not isinstance(one, pd.DataFrame)))
    held, answer = _found.get(key, (None, None))
    if held is not frame or answer is None:
        answer = function(*arguments)
        _found[key] = frame, answer
        if len(_found) > KEPT:
            _found.popitem(last=False)
    return answer
