"""The seeded world: invented artists, songs and lists, and their payloads, for any date."""
