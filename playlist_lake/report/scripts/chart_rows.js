// The rows of a chart: how each song moved, and its days, sightings and best position so far.

import { contents } from "./data.js";
import { bestOf, positionsAt, songAt, spanned, stayOf, staysWithOrigin, sum, timesSeen } from "./history.js";
/** @import { List } from "./data.js" */

/**
 * A row of a chart. `change` is in positions gained, null if the song was not there or its position
 * was below those of charts. `days`, `seen` and `best` count all stays so far, null without a stay.
 * @typedef {object} ChartRow
 * @property {number} position
 * @property {number} song
 * @property {number | null} stay
 * @property {"new" | "re-entry" | "up" | "down" | "same" | null} label
 * @property {number | null} change
 * @property {number | null} days
 * @property {number | null} seen
 * @property {number | null} best
 */

/**
 * The rows of a chart, compared with another snapshot.
 * @param {List} list
 * @param {number} at
 * @param {number | null} before
 * @returns {ChartRow[]}
 */
export function chartRows(list, at, before) {
  /** @type {Map<number | null, number>} */
  const copies = new Map();
  return list.charts[at].flatMap((song, index) => {
    if (song < 0) return [];
    const stay = stayOf(list, song, at), copy = copies.get(stay) ?? 0;
    if (stay !== null) copies.set(stay, copy + 1);
    return [{ position: index + 1, song, stay, ...moveOf(list, stay, index + 1, copy, before), ...soFar(list, stay, at) }];
  });
}

/**
 * @param {List} list
 * @param {number | null} stay
 * @param {number} position
 * @param {number} copy
 * @param {number | null} before
 * @returns {Pick<ChartRow, "label" | "change">}
 */
function moveOf(list, stay, position, copy, before) {
  if (stay === null || before === null) return { label: null, change: null };
  const { stays } = list;
  const previous = positionsAt(list, before).get(songAt(list, stay, before))?.[copy];
  if (stays.entered[stay] > before) return { label: stays.number[stay] > 1 ? "re-entry" : "new", change: null };
  if (previous !== undefined) {
    const change = previous - position;
    return { label: change > 0 ? "up" : change < 0 ? "down" : "same", change };
  }
  const wasBelow = copy === 0 && !stays.absent[stay].includes(before) && before <= stays.seen[stay] &&
    list.totals[before] > contents.max_positions;
  return { label: wasBelow ? "up" : null, change: null };
}

/**
 * @param {List} list
 * @param {number | null} stay
 * @param {number} at
 * @returns {Pick<ChartRow, "days" | "seen" | "best">}
 */
function soFar(list, stay, at) {
  if (stay === null) return { days: null, seen: null, best: null };
  const { stays } = list, entered = stays.entered[stay];
  const earlier = staysWithOrigin(list, stays.origin[stay]).filter((one) => (stays.exited[one] ?? Infinity) <= entered);
  const days = spanned(list, entered, at) + sum(earlier.map((one) => spanned(list, stays.entered[one], stays.seen[one])));
  const seen = timesSeen(list, stay, at) + sum(earlier.map((one) => timesSeen(list, one, at)));
  const best = Math.min(bestOf(list, stay, at) ?? Infinity, ...earlier.map((one) => stays.best[one]));
  return { days, seen, best: best < Infinity ? best : null };
}
