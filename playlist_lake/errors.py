"""The base of every error that the command line and its parts raise on purpose."""


class CommandError(Exception):
    """A command cannot do what it was asked; the message says what, where and what to do."""


class Misuse(CommandError):
    """A command was called in a way that cannot work, whatever the lake holds."""


class Partial(CommandError):
    """A command did a part of its work; it has printed what it could not do."""
