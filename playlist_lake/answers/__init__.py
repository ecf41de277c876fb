"""Answering SQL over a lake: DuckDB on this machine, Athena on AWS."""
