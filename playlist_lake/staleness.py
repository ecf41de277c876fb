"""The sentence about a list whose newest attempt was not read, as every command says it."""

from datetime import date


def staleness(read_on: date | str | None, outcome: str, since: date | str) -> str:
    """Until when a list was read, and the outcome since then; a text is a date in ISO 8601.

    `read_on` is the date of its last snapshot, None if it has none.
    """
    read = f"read until {read_on}" if read_on else "never read"
    return f"{read}, {outcome.replace('_', ' ')} since {since}"
