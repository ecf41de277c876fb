"""Building a lake's tables on this machine."""
