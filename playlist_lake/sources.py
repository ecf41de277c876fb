"""The sources of snapshots that commands tell apart."""

SIMULATED_SOURCE = "127.0.0.1"
"""The host of the simulated Spotify, which the demo extracts from."""
