// The chart of a date: positions, moves, and a small line of each song's positions.

import { artistNames, contents, songName, songs } from "./data.js";
import { element, emptyNote, section, songWithArtists } from "./elements.js";
import { chartRows } from "./chart_rows.js";
import { pathOf } from "./history.js";
import { smallLine } from "./plots.js";
import { table } from "./table.js";
import { counted, sentences, shortDate } from "./texts.js";
import { joinedIn } from "./view.js";
/** @import { ChartRow } from "./chart_rows.js" */
/** @import { ChartFileColumn } from "./data.js" */
/** @import { Cell, Column, Value } from "./table.js" */
/** @import { View } from "./view.js" */

/** @type {[ChartFileColumn, Column][]} */
const CHART_FILE_COLUMNS = [
  ["streams", { title: "Streams", hint: "Streams on the chart's day or week" }],
  ["peak_rank", { title: "Peak", hint: "Best position so far as Spotify's chart counts it" }],
  ["days_on_chart", { title: "Chart days", hint: "Days so far as Spotify's chart counts them" }],
  ["weeks_on_chart", { title: "Chart weeks", hint: "Weeks so far as Spotify's chart counts them" }],
];

/** @param {View} view */
export function chartSection(view) {
  const { list, first, last } = view, date = list.dates[last], previous = list.previous[last];
  const rows = chartRows(list, last, previous);
  // A second move, if the first chosen date is not the one that the chart is compared with anyway
  const since = first < last && first !== previous ? chartRows(list, last, first) : null;
  const isJoined = joinedIn(view), dates = list.dates.slice(first, last + 1), unplayable = unplayableSongs(view);
  const told = CHART_FILE_COLUMNS.filter(([name]) => list.chart_files[name]?.[last].length);
  /** @type {(Column | string)[]} */
  const columns = ["#", { title: "Move", hint: previous === null ? "" : `Since ${list.dates[previous]}` },
    SONG_COLUMN, ...dates.length > 1 ? ["Positions"] : [], ...since ? [{ title: `Since ${shortDate(list.dates[first], date)}` }] : [],
    { title: "Days", hint: "Days on the list over all stays" }, { title: "Seen", hint: "Snapshots with the song" },
    { title: "Best", hint: "Best position so far" }, ...told.map(([, column]) => column)];
  const values = rows.map((row, index) => {
    const path = pathOf(list, row.song, first, last);
    /** @type {Value[]} */
    const of = [row.position, moveCell(row), songCell(row.song, unplayable.has(row.song)),
      ...dates.length > 1 ? [{ node: smallLine(path, dates, isJoined), csv: path.map((one) => one ?? "").join(" "), class: "path" }] : [],
      ...since ? [moveCell(since[index])] : [], row.days, row.seen, row.best,
      ...told.map(([name]) => list.chart_files[name]?.[last][row.position - 1] ?? null)];
    return of;
  });
  return section("chart", `The list on ${date}`, chartNote(view, rows.length),
    table({ id: "chart-rows", caption: `Positions on ${date}`, file: `${list.name} ${date}`, columns, rows: values })
      ?? (list.sizes[last] ? emptyNote("No position of this snapshot has a usable item.") : null));
}

/**
 * @param {View} view
 * @param {number} usable
 */
function chartNote({ list, last }, usable) {
  const size = list.sizes[last], total = list.totals[last], previous = list.previous[last];
  return sentences(
    list.drop[last] && `The list shrank to ${counted(size, "item")}. What is missing counts as left once another complete snapshot lacks it too.`,
    !list.complete[last] && `Incomplete: ${size} of ${counted(total, "item")} were read.`,
    size === 0 ? "The list is empty."
      : usable === 0 ? `Usable: 0 of ${counted(size, "item")}.`
      : size > contents.max_positions ? `The first ${contents.max_positions} of ${counted(total, "position")}; the view chart has every position that was read.`
        : usable < size ? `Usable: ${usable} of ${counted(size, "item")}.`
          : list.complete[last] && `All ${counted(size, "item")}.`,
    usable > 0 && (previous === null ? "Move: no earlier complete snapshot." : `Move: change since ${list.dates[previous]}.`),
    usable > 0 && "Days: days on the list over all stays. Seen: snapshots with the item. Best: best position so far.");
}

/**
 * How a song moved; it sorts by the number of positions.
 * @param {Pick<ChartRow, "label" | "change">} row
 * @returns {Cell}
 */
export function moveCell({ label, change }) {
  const text = { up: `▲ ${change ?? ""}`.trim(), down: `▼ ${-(change ?? 0)}`, same: "=", new: "★ new", "re-entry": "↩ back" };
  const spoken = { up: change === null ? `up from below ${contents.max_positions}` : `up ${change}`, down: `down ${-(change ?? 0)}`, same: "same", new: "new", "re-entry": "back" };
  const order = { new: 1e6, "re-entry": 1e5, up: change ?? 1e4, down: change ?? 0, same: 0 };
  return label === null ? { node: document.createTextNode(""), sort: "", csv: "" } : {
    node: element("span", { class: `move ${label}`, role: "img", "aria-label": spoken[label] }, text[label]),
    sort: order[label], csv: change ?? label,
  };
}

/**
 * The songs of a list that can no longer be played; as of now, so only on its newest date.
 * @param {View} view
 */
function unplayableSongs({ list, last }) {
  const rows = last === list.dates.length - 1 ? contents.vanished[list.id]?.rows ?? [] : [];
  return new Set(rows.flatMap(({ reason, song }) => reason === "unplayable" && song !== null ? [song] : []));
}

/**
 * A song as a cell of a table.
 * @param {number} song
 * @param {boolean} isUnplayable
 * @returns {Cell}
 */
export const songCell = (song, isUnplayable = false) => ({
  node: isUnplayable ? element("span", { class: "unplayable" }, songWithArtists(song), element("small", {}, "cannot be played any more")) : songWithArtists(song), sort: songName(song), class: "wide",
  csv: [songName(song), artistNames(song), songs.uri[song]],
});

/** @type {Column} */
export const SONG_COLUMN = { title: "Song", csv: ["Song", "Artists", "URI"] };
