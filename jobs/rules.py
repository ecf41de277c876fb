"""The version of the rules that turn raw objects into rows.

state/inputs/ records it by date. Raise it with every change after which the same raw objects give
other rows, and describe the change in CHANGELOG.md.
"""

RULES_VERSION = 3

FIRST_RULES_VERSION = 1
"""The version of dates whose record does not name one."""
