// The section on health: whether every list is read, and what is missing from its snapshots.

import { collator, contents, listTitle, listWithId } from "./data.js";
import { listLink, section } from "./elements.js";
import { table } from "./table.js";
/** @import { Value } from "./table.js" */

/** @type {[string, string][]} */
const ALWAYS = [["last_snapshot", "Last snapshot"], ["last_outcome", "Last outcome"]];
/** @type {[string, string][]} Shown if there is something to say about at least one list. */
const SOMETIMES = [["last_reason", "Reason"], ["outcome_since", "Not read since"], ["last_refusal", "Why refused"],
  ["snapshots", "Snapshots"], ["days_behind", "Days behind"], ["missing_days", "Missing days"],
  ["longest_gap_days", "Longest gap (days)"], ["incomplete_snapshots", "Incomplete"], ["drops", "Drops"],
  ["null_items", "Empty rows"], ["unknown_shapes", "Unknown shape"], ["refused_objects", "Refused"]];

/** @typedef {typeof contents.health[number]} HealthRow */

export function healthSection() {
  const rows = contents.health.sort((one, other) => collator.compare(healthTitle(one), healthTitle(other)));
  const needAttention = rows.filter((row) => row.outcome_since || row.days_behind !== 0 || row.missing_days ||
    row.refused_objects || row.incomplete_snapshots || row.unknown_shapes);
  const note = needAttention.length
    ? `Lists that need attention: ${needAttention.length} of ${rows.length}. They are not read any more, have incomplete or refused snapshots, items of an unknown shape, or lack days of the last 30 dates of the lake.`
    : "Every list is read. None has missing days, incomplete snapshots, items of an unknown shape or refused objects.";
  const columns = [...ALWAYS, ...SOMETIMES.filter(([name]) => rows.some((row) => cellValue(name, row)))];
  return section("health", "Health", note, table({ caption: "Health of every list", file: "health", columns: ["List", ...columns.map(([, title]) => title)],
    rows: rows.map((row) => [listCell(row), ...columns.map(([name]) => cellValue(name, row))]) }));
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
 * What a cell says; the reason only where a list was not read well.
 * @param {string} name
 * @param {HealthRow} row
 * @returns {Value}
 */
function cellValue(name, row) {
  if (name === "last_outcome") return String(row.last_outcome ?? "").replaceAll("_", " ");
  return name === "last_reason" && isRead(row) ? null : row[name];
}

/** @param {HealthRow} row */
const isRead = ({ last_outcome }) => last_outcome === "extracted" || last_outcome === "already_present";

/**
 * @param {HealthRow} row
 * @returns {Value}
 */
function listCell(row) {
  const list = listWithId(String(row.playlist_id));
  return list ? { node: listLink(list), sort: healthTitle(row), class: "wide" } : healthTitle(row);
}
