"""Files with lists: responses of Spotify's API, and what backup tools make of them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lake.raw_format import LIKED_SONGS
from playlist_lake.importing.converters import convert_rows
from playlist_lake.importing.csv_files import is_csv
from playlist_lake.importing.files import (
    KNOWN_FORMATS,
    ImportFile,
    UnusableFile,
    read_text,
)
from playlist_lake.importing.json_files import count
from playlist_lake.importing.list_ids import ListIds, id_of_name, same_name
from playlist_lake.importing.parts import Part, documents_in, exportify_part, part_of
from playlist_lake.importing.saved_pages import SavedPage, in_order

_MAX_NAMED = 3

_Value = TypeVar("_Value")
_Result = TypeVar("_Result")


def read_pages(file: ImportFile, ids: ListIds) -> list[SavedPage | UnusableFile]:
    """The pages in a file, in their order, then the reasons why parts of it cannot be used.

    A file is a CSV file of Exportify, YourLibrary.json, or one of these, or a list of them, or an
    object whose `playlists` is such a list:
    - a playlist object whose `items` (2026) or `tracks` is a page, or a plain list of rows;
    - a page: an object whose `items` is a list; one that is named like a playlist object, too;
    - a playlist of Spotify's account data, or of spotify-playlist-archive.
    A plain list of rows is a page, too. converters.py says which rows are known.

    `ids` are for pages and lists that don't say which list they are. A list that has only a name
    gets an id that is made of it.
    """
    text = read_text(file)
    if is_csv(file, text):
        (part,) = _with_ids([exportify_part(file, text)], ids)
        return [_page(part, file) if isinstance(part, Part) else part]
    documents, are_several = documents_in(text)
    parts = _each(
        lambda document: part_of(document, file, is_one_of_several=are_several), documents
    )
    pages = _each(lambda part: _page(part, file), _with_ids(parts, ids))
    if not are_several:
        return pages
    pages = in_order(pages)
    return [page for page in pages if isinstance(page, SavedPage)] + _reasons(pages, documents)


def _each(
    function: Callable[[_Value], _Result], values: Sequence[_Value | UnusableFile]
) -> list[_Result | UnusableFile]:
    """The results for some values; for a value that cannot be used, the reason."""
    results: list[_Result | UnusableFile] = []
    for value in values:
        try:
            results.append(value if isinstance(value, UnusableFile) else function(value))
        except UnusableFile as error:
            results.append(error)
    return results


def _with_ids(parts: Sequence[Part | UnusableFile], ids: ListIds) -> list[Part | UnusableFile]:
    """The parts, each with the id of its list."""
    known = {part.list_id for part in parts if isinstance(part, Part) and part.list_id}
    unnamed = [part for part in parts if _is_unnamed_list(part)]
    parts = _each(lambda part: _list_with_id(part, ids, known, len(unnamed)), parts)
    parts = _without_equal_names(parts)
    # A page without links belongs to the list of the other pages in its file
    only = known.copy().pop() if len(known) == 1 and not unnamed else ids.playlist_id

    def with_id(part: Part) -> Part:
        if part.list_id:
            return part
        if only is None:
            raise UnusableFile("does not say which list it is from; pass --playlist-id")
        return part._replace(list_id=only, is_unnamed=only == ids.playlist_id)

    return _each(with_id, parts)


def _is_unnamed_list(part: Part | UnusableFile) -> bool:
    return isinstance(part, Part) and part.is_named and part.list_id is None


def _list_with_id(part: Part, ids: ListIds, known: set[str], unnamed: int) -> Part:
    """A list without an id, with that of an option, or one made of its name."""
    if not _is_unnamed_list(part):
        return part
    name = same_name(part.name)
    list_id = ids.by_name.get(name)
    if list_id is None and unnamed > 1 and (ids.playlist_id or not name):
        raise UnusableFile(
            f"holds {unnamed} lists that don't say which they are; save each in a file of its own, "
            "and import each with its own --playlist-id, or give each its id with --map NAME=ID"
        )
    list_id = list_id or ids.playlist_id
    if list_id is None and part.is_list and name:
        list_id = LIKED_SONGS if part.is_liked else id_of_name(name)
    if list_id is None:
        raise UnusableFile("does not say which list it is from; pass --playlist-id")
    if list_id in known:
        raise UnusableFile(
            f"does not say which list it is, and the file has a list {list_id} already; "
            "pass another --playlist-id"
        )
    return part._replace(list_id=list_id, is_unnamed=True)


def _without_equal_names(
    parts: Sequence[Part | UnusableFile],
) -> list[Part | UnusableFile]:
    """The parts; in place of unnamed lists that got one id, the reason."""
    names: dict[str | None, list[str]] = defaultdict(list)
    for part in parts:
        if isinstance(part, Part) and part.is_unnamed:
            names[part.list_id].append(same_name(part.name))

    def checked(part: Part) -> Part:
        of_id = names[part.list_id]
        if not part.is_unnamed or len(of_id) == 1:
            return part
        if len(set(of_id)) > 1:
            raise UnusableFile(
                f"holds {len(of_id)} lists that would all get the id {part.list_id}; give each an "
                "id of its own with --map NAME=ID"
            )
        raise UnusableFile(
            f"holds {len(of_id)} lists with the name {part.name[:40]!r} and no id; "
            "give them different names in the file, or save each in a file of its own, and "
            "import each with its own --playlist-id"
        )

    return _each(checked, parts)


def _page(part: Part, file: ImportFile) -> SavedPage:
    body = part.body
    rows = convert_rows(body["items"])
    if rows.unknown and not rows.known:
        raise UnusableFile(
            f"has rows, but none is a song or episode in a known shape; {KNOWN_FORMATS}"
        )
    total = count(body.get("total"))
    if total is None and body.get("total") is not None:
        raise UnusableFile(
            f"has the total {str(body['total'])[:40]!r}, which is not a number of items; save the "
            "page unchanged"
        )
    return SavedPage(
        part.list_id or "",
        part.playlist,
        part.offset,
        # Spotify sometimes sends 0 with a page of items
        None if total == 0 and body["items"] else total,
        {**body, "items": rows.rows},
        file,
        part.source or rows.source,
        part.is_list,
        part.is_unnamed,
        rows.unknown,
        part.dropped_keys + rows.dropped_keys,
    )


def _reasons(
    pages: Sequence[SavedPage | UnusableFile], documents: Sequence[Any]
) -> list[SavedPage | UnusableFile]:
    """Each reason once, with the parts of the file that it is about."""
    parts: dict[str, list[str]] = {}
    kinds: dict[str, type[UnusableFile]] = {}
    for number, (page, document) in enumerate(zip(pages, documents, strict=True), start=1):
        if isinstance(page, UnusableFile):
            name = _quoted_name(document)
            kinds[str(page)] = type(page)
            parts.setdefault(str(page), []).append(f"{number}, {name}" if name else f"{number}")
    return [
        kinds[reason](reason if len(labels) == len(documents) else f"{_named(labels)} {reason}")
        for reason, labels in parts.items()
    ]


def _named(labels: Sequence[str]) -> str:
    """Some parts of a file, before the reason why each of them cannot be used."""
    if len(labels) == 1:
        return f"(part {labels[0]})"
    more = len(labels) - _MAX_NAMED
    return f"(parts {'; '.join(labels[:_MAX_NAMED])}{f' and {more} more' if more > 0 else ''})"


def _quoted_name(part: Any) -> str:
    name = part.get("name") if isinstance(part, dict) else None
    return repr(name[:40]) if isinstance(name, str) else ""
