"""The base of every error that the jobs raise on purpose."""


class JobError(Exception):
    """A job cannot do what it was asked to do; the message says what, where and what to do."""
