"""A local ListenBrainz: its metadata of artists, for those of a directory."""

from simulator.listenbrainz.server import SimulatedListenBrainz

__all__ = ["SimulatedListenBrainz"]
