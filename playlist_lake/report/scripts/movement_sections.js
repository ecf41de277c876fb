// The sections on positions over time, and on entries and exits.

import { artistNames, contents, songName, songs } from "./data.js";
import { addressOf } from "./address.js";
import { SONG_COLUMN, songCell } from "./chart_section.js";
import { csvButton } from "./csv.js";
import { element, emptyNote, positionTips, section } from "./elements.js";
import { pathOf, sum } from "./history.js";
import { movementPlot, positionsPlot } from "./plots.js";
import { table } from "./table.js";
import { counted, percent, sentences } from "./texts.js";
import { joinedIn, snapshotInterval } from "./view.js";
/** @import { List } from "./data.js" */
/** @import { Line } from "./plots.js" */
/** @import { Value } from "./table.js" */
/** @import { View } from "./view.js" */

const DRAWN = 10;
// Shares are shown only if at least this part of the entries could be followed
const MIN_FOLLOWED = 0.25;

/** @param {View} view */
export function positionsSection(view) {
  const { list, first, last, width } = view, dates = list.dates.slice(first, last + 1);
  const top = [...new Set(list.charts[last].slice(0, DRAWN).filter((song) => song >= 0))];
  if (!top.length) return section("positions", "Positions", "", emptyNote(`No usable item was among the first ${DRAWN} on this date.`));
  const lines = top.map((song) => {
    const positions = pathOf(list, song, first, last);
    /** @type {Line} */
    const line = { name: songName(song), href: addressOf("song", songs.uri[song]), positions,
      tips: positionTips(song, positions, dates) };
    return line;
  });
  const label = `Positions of the first ${counted(lines.length, "item")} of ${list.dates[last]} since ${list.dates[first]}.`;
  const frame = { width, height: width < 500 ? 380 : 480, right: Math.round(Math.min(260, width * 0.3)), dates, label };
  return section("positions", "Positions", sentences(label,
    first === last ? "There is only one date, so each item is a point."
      : `A line joins complete snapshots of successive ${snapshotInterval(list) === 1 ? "days" : "weeks"}; it has a gap where there is none, ` +
        `and where an item was not among the first ${contents.max_positions}. The scale is logarithmic: the top positions have more room.`),
  element("div", { class: "drawn" }, element("div", { class: "plot" }, positionsPlot(frame, lines, joinedIn(view))),
    csvButton(`${list.name} positions`, ["Date", ...SONG_COLUMN.csv ?? [], "Position"], () => top.flatMap((song, line) =>
      dates.map((date, at) => [date, songName(song), artistNames(song), songs.uri[song], lines[line].positions[at]])))));
}

/** @param {View} view */
export function movementSection(view) {
  const { list, first, last, width } = view, { stays, dates } = list, before = list.previous[last];
  const { counts, lastRows, missing } = movements(view);
  const firstComplete = list.complete.indexOf(true);
  const entered = sum(counts.map((one) => one.entered)), left = sum(counts.map((one) => one.left));
  const label = `${counted(entered, "entry", "entries")} and ${counted(left, "exit")} from ${dates[first]} to ${dates[last]}.`;
  const note = sentences(label, "Bars up are entries, bars down are exits.",
    stays.song.length > 0 && (firstComplete < 0 ? "No snapshot is complete, so it is not known when items entered."
      : first <= firstComplete && "Items that were there by the first complete snapshot are not counted as entries, because it is not known when they entered."),
    missing.length > 0 && `Missing since ${dates[Math.min(...missing)]}, when the list shrank: ${counted(missing.length, "item")}. The next complete snapshot shows what left.`,
    lastRows.length > 0 && (before === null ? `The table shows ${dates[last]}.` : `The table shows what changed from ${dates[before]} to ${dates[last]}.`));
  const frame = { width, height: 240, right: 20, dates: dates.slice(first, last + 1), label };
  return section("movement", "Entries and exits", note,
    first === last || entered + left === 0 ? emptyNote(first === last ? "Choose an earlier first date to see entries and exits over time." : "Nothing entered or left on these dates.")
      : element("div", { class: "drawn" }, element("div", { class: "plot" }, movementPlot(frame, counts)),
        csvButton(`${list.name} entries and exits`, ["Date", "Entered", "Left"],
          () => counts.map((count, at) => [frame.dates[at], count.entered, count.left]))),
    survivalNote(list),
    table({ caption: `Entries and exits up to ${dates[last]}`, file: `${list.name} movement ${dates[last]}`, columns: ["Event", { ...SONG_COLUMN, title: "Item" }, "Position"], rows: lastRows }));
}

/**
 * Entries and exits by date, those since the snapshot that the last one is compared with as rows of
 * a table, and since when something is missing.
 * @param {View} view
 */
function movements({ list, first, last }) {
  const { stays } = list, before = list.previous[last];
  const counts = list.dates.slice(first, last + 1).map(() => ({ entered: 0, left: 0 }));
  /** @type {[Value[][], Value[][], Value[][]]} */
  const rows = [[], [], []];
  /** @type {number[]} */
  const missing = [];
  // Without an earlier snapshot, the events of the last date
  const isLast = (/** @type {number} */ at) => before === null ? at === last : at > before && at <= last;
  stays.song.forEach((song, stay) => {
    const enteredAt = stays.entered[stay], exitedAt = stays.exited[stay], missingAt = stays.missing[stay];
    const isEntry = !stays.before_history[stay];
    if (isEntry && enteredAt >= first && enteredAt <= last) counts[enteredAt - first].entered++;
    if (isEntry && isLast(enteredAt)) rows[0].push([stays.number[stay] > 1 ? "↩ back" : "★ new", songCell(song), stays.entry[stay]]);
    if (exitedAt !== null && exitedAt >= first && exitedAt <= last) counts[exitedAt - first].left++;
    if (exitedAt !== null && isLast(exitedAt)) rows[1].push(["✕ left", songCell(song), stays.last[stay]]);
    if (missingAt !== null && missingAt <= last) {
      missing.push(missingAt);
      rows[2].push(["? missing", songCell(song), stays.last[stay]]);
    }
  });
  const lastRows = rows.flatMap((part) => part.sort((one, other) => Number(one[2]) - Number(other[2])));
  return { counts, lastRows, missing };
}

/**
 * How many entries stayed, and what cannot be said yet.
 * @param {List} list
 */
function survivalNote(list) {
  const rows = contents.survival.filter((row) => row.playlist_id === list.id && row.entrants);
  const isKnown = (/** @type {typeof rows[number]} */ row) => row.observed >= MIN_FOLLOWED * row.entrants;
  const known = rows.filter(isKnown), unknown = rows.filter((row) => !isKnown(row));
  const shares = known.map(({ share, days, observed, entrants }) =>
    `${percent(share ?? 0)} after ${counted(days, "day")} (${observed} of ${entrants} could be followed)`);
  const note = sentences(
    known.length > 0 && `Still there, of the entries in the list's whole history: ${shares.join(", ")}.`,
    unknown.length > 0 && `How many are still there after ${unknown.map(({ days }) => counted(days, "day")).join(" or ")} is not known: too few entries have a complete snapshot that long after them.`);
  return note && element("p", { class: "note", id: "survival" }, note);
}
