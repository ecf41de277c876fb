"""Answers to SQL queries over a lake: with DuckDB on this machine, with Athena on AWS."""
