"""Fuzzing of import and build with mutated files; run it with `make fuzz`."""
