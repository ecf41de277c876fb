"""The lake itself: its address, storage, and the keys and records of the raw zone."""

VERSION = "0.7.0"
"""The version of playlist-lake; setup.cfg takes it from here."""
