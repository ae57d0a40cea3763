"""How far each partition has been handled: the one truth on what may be committed.

When partitions move, Faust drops what it had fetched, and may count it as done: its commits take the end of a run of
acknowledged offsets, whatever came before the run. So the agents keep count themselves: an offset is committed only
when every offset before it has been handled here, and what was dropped is fetched again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import Enum


class Verdict(Enum):
    """What to do with an event."""

    HANDLE = "handle"
    SKIP = "skip"
    """It has been handled, or what comes before it is being fetched again and it will come again too."""
    REWIND = "rewind"
    """Something before it was dropped: fetch again from the next offset due."""


class Progress:
    """The next offset due of each partition that this worker owns."""

    def __init__(self) -> None:
        self._due: dict[Hashable, int] = {}
        self._rewound: dict[Hashable, tuple[int, int]] = {}
        self._stalled: dict[Hashable, tuple[int, int]] = {}

    def due(self, place: Hashable) -> int | None:
        """Return the next offset due of a partition; None while nothing has come of it."""
        return self._due.get(place)

    def keep(self, places: Iterable[Hashable]) -> None:
        """Forget every partition but these: another worker may get on with the others."""
        kept = set(places)
        for known in (self._due, self._rewound, self._stalled):
            for place in known.keys() - kept:
                del known[place]

    def judge(self, place: Hashable, offset: int, committed: int | None) -> Verdict:
        """Return what to do with the event at `offset`; `committed` is where a partition just taken over begins."""
        due = self._due.setdefault(place, committed or 0)
        if offset < due:
            return Verdict.SKIP
        if offset == due:
            self._rewound.pop(place, None)
            return Verdict.HANDLE
        rewound = self._rewound.get(place)
        if rewound is None or rewound[0] != due:
            self._rewound[place] = (due, offset)
            return Verdict.REWIND
        if offset > rewound[1]:
            return Verdict.SKIP
        # The same event came first again: what is missing has expired from the stream.
        del self._rewound[place]
        self._due[place] = offset
        return Verdict.HANDLE

    def handled(self, place: Hashable, offset: int) -> None:
        """Note that the event at `offset` is done."""
        self._due[place] = offset + 1

    def stalled(self, place: Hashable, end: int, committed: int | None) -> int | None:
        """Return the offset to fetch again from when nothing has come of a partition since the last call, though due.

        Args:
            place: the partition.
            end: offset after its last record.
            committed: where it begins if nothing has come of it yet.
        """
        due = self._due.get(place, committed or 0)
        before, self._stalled[place] = self._stalled.get(place), (due, end)
        return due if due < end and before is not None and before[0] == due else None
