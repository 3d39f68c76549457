"""How often somebody may have something costly made. Counted in the memory of each worker: a page that is read writes
nothing (for what is tried with passwords and codes, which all workers count together, see people/throttle.py)."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from app.core.clock import now

MOST_KNOWN = 10_000  # of whom a worker keeps how often they asked; then who asked longest ago is forgotten


class Pace:
    """At most `most` within `window` for each of those who ask."""

    def __init__(self, most: int, window: timedelta) -> None:
        self.most, self.window = most, window
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, who: str) -> int:
        """Count one more and return 0, or count nothing and return after how many seconds they may have it."""
        at = now()
        with self._lock:
            times = self._times.setdefault(who, deque(maxlen=self.most))
            self._times.move_to_end(who)
            if len(self._times) > MOST_KNOWN:
                self._times.popitem(last=False)
            if len(times) == self.most and (left := times[0] + self.window - at) > timedelta(0):
                return ceil(left.total_seconds())
            times.append(at)
            return 0

    def clear(self) -> None:
        """Forget who asked."""
        with self._lock:
            self._times.clear()
