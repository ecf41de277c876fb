"""The form of the simulated Spotify's credentials, looked for in all that is written."""

import re

# Access tokens begin with BQ, refresh tokens and codes with AQ; inside a longer word, such as SQS'
# random receipts, that is chance.
_SECRET = re.compile(r"Bearer [^*]|Basic [^*]|(?<![\w-])[AB]Q[\w-]{20,}")


def looks_secret(text: str) -> bool:
    """Whether a text has something of the form of a credential."""
    return bool(_SECRET.search(text))
