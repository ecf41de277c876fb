"""How fast the project is, and beside what: `make bench` runs it all."""
