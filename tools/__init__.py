"""Build tools that nothing imports at run time."""
