"""A simulated Spotify: local HTTP servers, and the seeded world behind them."""
