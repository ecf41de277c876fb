"""The lake itself: its address, storage, and the keys and records of the raw zone."""
