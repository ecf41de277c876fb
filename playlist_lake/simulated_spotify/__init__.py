"""A Spotify for this machine: its paths, errors and payloads over invented songs, by HTTP."""

from playlist_lake.simulated_spotify.server import SimulatedSpotify

__all__ = ["SimulatedSpotify"]
