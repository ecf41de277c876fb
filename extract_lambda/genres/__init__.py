"""Genres of artists: asks MusicBrainz and ListenBrainz, and stores their answers in the lake."""
