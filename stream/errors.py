"""The errors that cross a package border, each saying what a person can do about it."""


class TocsinError(Exception):
    """Something a person can mend; the message says what went wrong and what to do."""


class Refused(TocsinError):
    """A record that a stage will not process; it goes to the dead-letter stream with `reason`.

    Args:
        reason: a short stable word for metrics and logs, such as `empty_text`.
        detail: what exactly was wrong, for a person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
