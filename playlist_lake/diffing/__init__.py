"""What changed on lists between two of their dates: which dates, which changes, how they read."""
