"""What reaches a terminal: no text from elsewhere can control it or mislead its reader."""

import pytest

from playlist_lake.console import escaped_in_json, printable


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\x07", "\t", "\r", "\x1b", "\x7f", "\x85", "\x9b"),
        # Directions of text: marks, embeddings, overrides and isolates
        *("\u061c", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"),
        *("\u2066", "\u2067", "\u2068", "\u2069"),
        # Line separators, and what has no width
        *("\u2028", "\u2029", "\u200b", "\u2060", "\u2064", "\ufeff", "\u180e", "\ufff9"),
        # Joiners and tags after letters that they cannot join
        *("\u200c", "\u200d", "\U000e0041\U000e0042"),
    ],
)
def test_a_character_that_controls_or_misleads_is_replaced(character: str) -> None:
    assert printable(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "شريط المرفأ",
        # Persian separates the letters of one word
        "\u0645\u06cc\u200c\u0631\u0648\u0645",
        "👩\u200d🚀",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "e\u0301 1\ufe0f\u20e3",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_json_on_a_terminal_keeps_its_values() -> None:
    assert escaped_in_json('{"a":"\u202e\x9b"}') == '{"a":"\\u202e\\u009b"}'
