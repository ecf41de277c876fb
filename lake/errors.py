"""The base of every error that the lake package raises on purpose."""


class LakeError(Exception):
    """The lake cannot be read or written; the message says what, where and what to do."""
