"""A local MusicBrainz: its look-up of URLs, for the artists of a directory."""

from simulator.musicbrainz.server import SimulatedMusicBrainz

__all__ = ["SimulatedMusicBrainz"]
