"""Views and queries of sql/, against values worked out by hand and in two engines."""
