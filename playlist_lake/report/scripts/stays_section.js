// The section on stays: how long songs were on the list, and what is not known about it.

import { contents } from "./data.js";
import { SONG_COLUMN, songCell } from "./chart_section.js";
import { element, emptyNote, section, songTip } from "./elements.js";
import { bestOf, lastSeen, spanned, timesSeen } from "./history.js";
import { table } from "./table.js";
import { counted, grouped, sentences } from "./texts.js";
/** @import { Column } from "./table.js" */
/** @import { View } from "./view.js" */

const LONGEST = 15;

/** @typedef {{ stay: number, days: number, times: number, until: number, state: "open" | "left" | "missing", best: number | null, isOld: boolean }} Shown */

/** @param {View} view */
export function staysSection(view) {
  const { list, first, last } = view, { dates } = list;
  const all = staysIn(view), known = all.filter(({ isOld }) => !isOld), old = all.filter(({ isOld }) => isOld);
  const span = counted(spanned(list, 0, last), "day"), snapshots = last + 1;
  const note = sentences(
    `Stays on the list from ${dates[first]} to ${dates[last]}; a stay counts from its entry, also before the first date.`,
    snapshots < spanned(list, 0, last) / 2 && `There are only ${counted(snapshots, "snapshot")} in ${span}: what happened between them is not known, so look at Seen too.`,
    old.length > 0 && `${counted(old.length, "item was", "items were")} on the list by its first complete snapshot. When they entered is not known, so they have a table of their own.`);
  return section("stays", "Longest stays", note,
    staysTable(view, known, "Longest stays of what entered since the first complete snapshot", "stays"),
    staysTable(view, old, "There from the start: days are at least these", "old stays"),
    all.length ? null : emptyNote("No usable item was on the list on these dates."));
}

/**
 * The stays of the chosen dates as they were on the last one, the longest first; of equally long
 * ones that with the best position.
 * @param {View} view
 * @returns {Shown[]}
 */
function staysIn({ list, first, last }) {
  const { stays } = list;
  return stays.song.flatMap((_, stay) => {
    const until = lastSeen(list, stay, last), missing = stays.missing[stay], exited = stays.exited[stay];
    if (stays.entered[stay] > last || until < first) return [];
    // A stay that ended after the chosen dates is shown as if it had not ended
    const isOpen = exited === null || exited > last;
    /** @type {Shown} */
    const shown = { stay, until, days: spanned(list, stays.entered[stay], until), times: timesSeen(list, stay, last),
      state: missing !== null && missing <= last ? "missing" : isOpen ? "open" : "left",
      best: stays.seen[stay] <= last ? stays.best[stay] : bestOf(list, stay, last), isOld: stays.before_history[stay] === 1 };
    return [shown];
  }).sort((one, other) => other.days - one.days || (one.best ?? Infinity) - (other.best ?? Infinity) ||
    stays.entry[one.stay] - stays.entry[other.stay]);
}

/**
 * @param {View} view
 * @param {Shown[]} found
 * @param {string} caption
 * @param {string} file
 */
function staysTable({ list, last }, found, caption, file) {
  const { dates, stays } = list, shown = found.slice(0, LONGEST);
  const start = Math.min(...shown.map(({ stay }) => stays.entered[stay])), end = Math.max(...shown.map(({ until }) => until));
  const span = spanned(list, start, end);
  const rows = shown.map(({ stay, until, days, times, state, best, isOld }) => {
    const entered = dates[stays.entered[stay]], seen = dates[until];
    const left = (spanned(list, start, stays.entered[stay]) - 1) / span, song = stays.song[stay];
    const tip = songTip(song, `${entered} to ${seen}: ${isOld ? "at least " : ""}${counted(days, "day")}, seen ${counted(times, "time")}`,
      state === "missing" && `missing since ${dates[stays.missing[stay] ?? 0]}`,
      best === null ? `best position below ${contents.max_positions}` : `best position ${best}`);
    const bar = element("div", { class: "track", "data-tip": tip },
      element("div", { class: "bar", style: `margin-inline-start: ${(100 * left).toFixed(2)}%; width: ${(100 * days / span).toFixed(2)}%` }));
    return [songCell(song), { node: document.createTextNode(isOld ? `by ${entered}` : entered), sort: entered, csv: entered, class: "short" },
      { node: bar, csv: "", class: "time" }, { node: document.createTextNode(endText(state, seen, until === last)), sort: seen, csv: seen, class: "short" },
      { node: document.createTextNode(`${isOld ? "≥ " : ""}${grouped(days)}`), sort: days, csv: days, class: "number" }, times,
      stays.entry[stay], best, state === "open" && stays.seen[stay] > last ? null : stays.last[stay]];
  });
  const more = found.length > shown.length ? ` (${shown.length} of ${grouped(found.length)})` : "";
  /** @type {(Column | string)[]} */
  const columns = [SONG_COLUMN, "Entered", { title: shown.length ? `${dates[start]} – ${dates[end]}` : "", csv: [] }, "Last seen", "Days",
    { title: "Seen", hint: "Snapshots with the song" }, { title: "Entry", hint: "Position on the day of entry" },
    { title: "Best", hint: "Best position" }, { title: "Last", hint: "Last position" }];
  return table({ caption: caption + more, file: `${list.name} ${file}`, columns, rows });
}

/**
 * @param {Shown["state"]} state
 * @param {string} seen
 * @param {boolean} isLast Whether that is the last chosen date.
 */
const endText = (state, seen, isLast) => ({ open: isLast ? "▸ still there" : `${seen} ▸ still there`, left: seen, missing: `${seen}, then missing` })[state];
