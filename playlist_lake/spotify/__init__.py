"""Spotify from the command line: login, following lists, extracting."""
