"""Idempotent producers: a retried batch is written once, a skipped one is refused (KIP-98, KIP-360)."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from kafka import errors as kafka_errors

from stream.broker.batches import Header
from stream.broker.errors import ProtocolError

REMEMBERED_BATCHES = 5
"""As many batches as a producer may have under way at once."""
MAX_PRODUCERS = 2000
"""Per partition; the one silent for longest is forgotten first."""
_SEQUENCES = 2**31


@dataclass(slots=True)
class _Producer:
    epoch: int
    next_sequence: int
    recent: deque[tuple[int, int, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_BATCHES))
    """(first sequence, count, base offset) of the last batches."""


class Producers:
    """The sequence numbers that one partition has seen, rebuilt from its log at each start."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Producer] = OrderedDict()

    def check(self, header: Header) -> int | None:
        """Return the offset at which this very batch was written before, or None when it is to be written now.

        Raises:
            ProtocolError: the batch skips sequence numbers, or comes from an epoch that a newer one replaced.
        """
        if header.producer_id < 0:
            return None
        known = self._known.get(header.producer_id)
        if known is None:
            return None  # an unknown producer may start anywhere: its past may have been deleted
        if header.producer_epoch < known.epoch:
            raise ProtocolError(kafka_errors.InvalidProducerEpochError, "a newer epoch of this producer has written")
        if header.producer_epoch > known.epoch:
            if header.base_sequence != 0:
                raise ProtocolError(kafka_errors.OutOfOrderSequenceNumberError, "a new epoch starts at sequence 0")
            return None
        for first, count, offset in known.recent:
            if first == header.base_sequence and count == header.last_delta + 1:
                return offset
        if header.base_sequence == known.next_sequence:
            return None
        behind = (known.next_sequence - header.base_sequence) % _SEQUENCES
        if behind < _SEQUENCES // 2:
            raise ProtocolError(kafka_errors.DuplicateSequenceNumberError, "written long ago")
        raise ProtocolError(
            kafka_errors.OutOfOrderSequenceNumberError,
            f"sequence {header.base_sequence} where {known.next_sequence} was due",
        )

    def record(self, header: Header, base_offset: int) -> None:
        """Take note of a batch that is on the log."""
        if header.producer_id < 0:
            return
        known = self._known.get(header.producer_id)
        if known is None or known.epoch != header.producer_epoch:
            known = self._known[header.producer_id] = _Producer(header.producer_epoch, 0)
        count = header.last_delta + 1
        known.recent.append((header.base_sequence, count, base_offset))
        known.next_sequence = (header.base_sequence + count) % _SEQUENCES
        self._known.move_to_end(header.producer_id)
        if len(self._known) > MAX_PRODUCERS:
            self._known.popitem(last=False)

    def highest_id(self) -> int:
        """Return the highest producer id seen, -1 for none."""
        return max(self._known, default=-1)
