"""The errors that several commands raise, and their base class."""


class CommandError(Exception):
    """A command cannot do what the user asked for; the message says what, where and what to do."""


class Misuse(CommandError):
    """A command was called with a wrong option, value, path or query."""


class Partial(CommandError):
    """A command did only a part of its work, and has printed what it could not do."""


class ListsUnavailable(CommandError):
    """Nothing failed, but Spotify does not serve a followed list; its reason is printed."""
