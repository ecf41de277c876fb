"""What the commands do with Spotify: log in, follow lists, take snapshots."""
