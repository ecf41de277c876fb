"""Scripts that build packages and documentation; no command and no job imports them."""
