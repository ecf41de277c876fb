"""Where a page of items stands in its list.

A page states its offset, or its links imply it. `href` asks for the page itself, `next` and
`previous` for its neighbours. With a limit of 5, the third page of a list with 12 items has

    offset    10
    href      …/items?offset=10&limit=5
    next      null
    previous  …/items?offset=5&limit=5

and the second page's `next` asks for offset 10. Spotify may leave items out of a page, so a page
with a `next` begins at next - limit, or at next - number of items where no limit is known.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from lake.raw_format import MAX_ITEMS
from playlist_lake.importing.files import UnusableFile
from playlist_lake.importing.json_files import count


class _Claim(NamedTuple):
    """An offset that a key of a page implies, and others that would agree with the key."""

    key: str
    offset: int
    agreeing: Sequence[int]


def stated_offset(body: dict[str, Any]) -> int | None:
    """The number of items before a page, as the page says; None if nothing in it says that.

    Raises UnusableFile if its offset is not a number, or if its keys contradict each other.
    """
    claims = _claims(body)
    if not claims:
        # A page that has all items of its list begins at 0
        return 0 if count(body.get("total")) == len(body["items"]) else None
    first = claims[0]
    if first.offset < 0:
        raise UnusableFile(
            f"has a page of {len(body['items'])} items whose `{first.key}` asks for offset "
            f"{next_offset(body)}; save the page unchanged"
        )
    if first.offset + len(body["items"]) > MAX_ITEMS:
        raise UnusableFile(f"has items beyond position {MAX_ITEMS:,}; save the page unchanged")
    for claim in claims[1:]:
        if first.offset not in claim.agreeing:
            raise UnusableFile(
                f"has a page whose `{first.key}` says that it begins at offset {first.offset}, but "
                f"its `{claim.key}` says {claim.offset}; save the page unchanged"
            )
    return first.offset


def next_offset(body: dict[str, Any]) -> int | None:
    """The offset of the page that `next` asks for; None if there is no such link."""
    return _in_link(body.get("next"), "offset")


def has_next(body: dict[str, Any]) -> bool:
    """Whether a page says that another one follows."""
    return bool(body.get("next"))


def is_full(body: dict[str, Any]) -> bool:
    """Whether a page has as many items as its limit allows, so that another one may follow."""
    limits = [_limit(body, key) for key in ("href", "previous")]
    return any(limit and len(body["items"]) >= limit for limit in limits)


def page_keys(document: dict[str, Any]) -> dict[str, Any]:
    """The keys of an object that say where its items stand in a list."""
    keys = {"offset", "limit", "next", "previous", "total"} & document.keys()
    if any(_in_link(document.get("href"), key) is not None for key in ("offset", "limit")):
        keys.add("href")
    return {key: value for key, value in document.items() if key in keys}


def is_plain(body: dict[str, Any]) -> bool:
    """Whether a page has no key of a paged answer, as in a file that holds a whole list."""
    return "next" not in body and body.get("previous") is None and body.get("total") is None


def _claims(body: dict[str, Any]) -> list[_Claim]:
    size = len(body["items"])
    claims = []
    if body.get("offset") is not None:
        stated = _own_offset(body["offset"])
        claims.append(_Claim("offset", stated, [stated]))
    in_href = _in_link(body.get("href"), "offset")
    if in_href is not None:
        claims.append(_Claim("href", in_href, [in_href]))
    following = next_offset(body)
    if following is not None:
        limit = _limit(body, "next")
        starts = [following - step for step in (limit, size) if step is not None]
        starts = [start for start in starts if start >= 0] or [following - size]
        claims.append(_Claim("next", starts[0], starts))
    before, limit = _in_link(body.get("previous"), "offset"), _limit(body, "previous")
    if limit is None and following is not None:
        limit = size
    if before is not None and limit is not None:
        # Spotify cuts the offset of `previous` at 0
        agreeing = range(1, limit + 1) if before == 0 else [before + limit]
        claims.append(_Claim("previous", before + limit, agreeing))
    return claims


def _own_offset(value: Any) -> int:
    stated = count(value)
    if stated is None:
        raise UnusableFile(
            f"has the offset {str(value)[:40]!r}, which is not a position in a list; "
            "save the page unchanged"
        )
    return stated


def _limit(body: dict[str, Any], key: str) -> int | None:
    in_link = _in_link(body.get(key), "limit")
    return count(body.get("limit")) if in_link is None else in_link


def _in_link(link: Any, parameter: str) -> int | None:
    if not isinstance(link, str):
        return None
    match = re.search(rf"[?&]{parameter}=([0-9]{{1,9}})(?![^&#])", link)
    return int(match[1]) if match else None
