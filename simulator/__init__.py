"""A local HTTP server that acts as Spotify, and the seeded world that it serves."""
