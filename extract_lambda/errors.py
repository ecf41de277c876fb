"""The base class of the extraction's errors."""


class ExtractError(Exception):
    """A snapshot cannot be taken or stored; the message says what, where and what to do."""
