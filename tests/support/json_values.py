"""Any JSON value, for property tests."""

from hypothesis import strategies as st

# Lone surrogates too, unlike the default; nothing that would be taken for personal data.
TEXTS = st.text(st.characters(exclude_categories=())).filter(
    lambda text: "user" not in text and text not in ("owner", "added_by")
)

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)
