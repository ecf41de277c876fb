"""The commands' side of Spotify: logging in, following lists, taking snapshots."""
