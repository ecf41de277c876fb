"""The summary that commands end with: `states` queries the tables, `printing` prints."""
