"""A local Spotify: its paths, errors and payloads, with invented songs."""

from simulator.spotify.server import SimulatedSpotify

__all__ = ["SimulatedSpotify"]
