"""The seeded world: invented artists, songs and lists for any date, and their payloads."""
