"""Exporting a list as it was on a date: reading it from the tables, and the formats of files."""
