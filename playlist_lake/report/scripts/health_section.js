// The section on health: whether every list is read, and what is missing from its snapshots.

import { collator, contents, listTitle, listWithId } from "./data.js";
import { listLink, section } from "./elements.js";
import { table } from "./table.js";
/** @import { Value } from "./table.js" */

const COLUMNS = ["last_snapshot", "last_outcome", "outcome_since", "days_behind", "snapshots",
  "incomplete_snapshots", "drops", "missing_days", "longest_gap_days", "null_items", "unknown_shapes",
  "refused_objects", "last_refusal", "last_reason"];

/** @typedef {typeof contents.health[number]} HealthRow */

export function healthSection() {
  const rows = contents.health.sort((one, other) => collator.compare(healthTitle(one), healthTitle(other)));
  const ill = rows.filter((row) => row.outcome_since || row.days_behind !== 0 || row.missing_days ||
    row.refused_objects || row.incomplete_snapshots || row.unknown_shapes);
  const note = ill.length
    ? `Lists that need attention: ${ill.length} of ${rows.length}. They are not read any more, have incomplete or refused snapshots, items of an unknown shape, or lack days of the last 30 dates of the lake.`
    : "Every list is read. None has missing days, incomplete snapshots, items of an unknown shape or refused objects.";
  const headings = COLUMNS.map((name) => name.replace("null_items", "empty_rows").replaceAll("_", " "));
  return section("health", "Health", note, table({ caption: "Health of every list", file: "health", columns: ["List", ...headings],
    rows: rows.map((row) => [listCell(row), ...COLUMNS.map((name) => row[name])]) }));
}

/**
 * A list whose snapshots were all refused is in this table only.
 * @param {HealthRow} row
 */
function healthTitle(row) {
  const list = listWithId(String(row.playlist_id));
  return list ? listTitle(list) : String(row.playlist_name ?? row.playlist_id);
}

/**
 * @param {HealthRow} row
 * @returns {Value}
 */
function listCell(row) {
  const list = listWithId(String(row.playlist_id));
  return list ? { node: listLink(list), sort: healthTitle(row), class: "wide" } : healthTitle(row);
}
