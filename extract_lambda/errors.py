"""The base of every error that the extraction raises on purpose."""


class ExtractError(Exception):
    """A snapshot cannot be taken or kept; the message says what, where and what to do."""
