"""A Spotify for this machine: its paths, errors and payloads over invented songs, by HTTP."""

from simulator.spotify.server import SimulatedSpotify

__all__ = ["SimulatedSpotify"]
