"""Decide from the summaries of raw objects which of them are sound."""

from collections.abc import Iterable

from jobs.dates import RawObject
from jobs.raw_objects import ObjectSummary, Page
from jobs.run import RefusedObject
from lake.raw_format import FORMAT_VERSION, MAX_ITEMS


def refusals(
    listed: Iterable[RawObject], summaries: Iterable[ObjectSummary]
) -> list[RefusedObject]:
    """The raw objects that the job refuses, in order of date and list."""
    faults = {(one.snapshot_date, one.playlist_id): _fault(one) for one in summaries}
    return [
        RefusedObject(raw.snapshot_date, raw.playlist_id, f"{fault}; {_remedy(raw)}")
        for raw in sorted(listed)
        if (fault := faults[raw.snapshot_date, raw.playlist_id])
    ]


def _fault(summary: ObjectSummary) -> str | None:
    """What is wrong with an object; None if nothing is."""
    if summary.damage:
        return summary.damage
    if not summary.end_records and not summary.unknown_records:
        return "has no end record (the write was interrupted)"
    return _contradiction(summary)


def _contradiction(summary: ObjectSummary) -> str | None:
    """What is wrong with the records of an object that was read to its end."""
    counts = (summary.item_count, len(summary.pages))
    stated = (summary.stated_item_count, summary.stated_page_count)
    checks = (
        (summary.other_versions, f"has lines that are not of format_version {FORMAT_VERSION}"),
        (
            summary.unknown_records,
            "has lines that are not a playlist, items_page, chart_rows or end record",
        ),
        (summary.other_playlist_ids, "holds records of another list"),
        (summary.other_snapshot_dates, "holds records of another snapshot date"),
        (summary.undated, "has records without fetched_at or source"),
        (summary.playlist_records > 1, "has more than one playlist record"),
        (summary.end_records > 1, "has more than one end record"),
        (summary.pages_without_items, "has pages without an offset or a list of items"),
        (counts != stated, f"holds %d items in %d pages, its end record says {stated}" % counts),
        (
            not 0 <= (summary.total or 0) <= MAX_ITEMS,
            "has an impossible total in the end record",
        ),
        (summary.total is None, "has an end record without total"),
        (_overlap(summary.pages), "has pages that overlap or lie outside of the list"),
    )
    return next((sentence for is_wrong, sentence in checks if is_wrong), None)


def _overlap(pages: list[Page]) -> bool:
    free_from = 0
    for page in sorted(pages, key=lambda page: (page.offset, page.size)):
        if page.offset < free_from or page.offset + page.size > MAX_ITEMS:
            return True
        free_from = page.offset + page.size
    return False


def _remedy(raw: RawObject) -> str:
    return (
        "extract or import that list again with --refresh, or delete the object to build "
        f"{raw.snapshot_date} without it"
    )
