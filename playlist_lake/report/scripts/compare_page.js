// The page that compares two dates of a list: what entered, what left, what moved.

import { contents, isWhole, listTitle } from "./data.js";
import { addressOf } from "./address.js";
import { moveCell, SONG_COLUMN, songCell } from "./chart_section.js";
import { element, emptyNote, named, section } from "./elements.js";
import { isListed, positionsAt, songAt } from "./history.js";
import { table } from "./table.js";
import { counted, sentences } from "./texts.js";
import { controls, viewOf } from "./view.js";
/** @import { List } from "./data.js" */
/** @import { Address } from "./address.js" */
/** @import { Value } from "./table.js" */

/**
 * @param {List} list
 * @param {Address} address
 * @param {number} width
 */
export function comparePage(list, address, width) {
  const view = viewOf(list, address, width), { first, last } = view, { dates } = list;
  const { entered, left, moved, kept } = comparison(list, first, last);
  const summary = first === last ? "Choose two different dates." : sentences(
    `From ${dates[first]} to ${dates[last]}: ${entered.length} entered, ${left.length} left, ${moved.length} moved, ${kept - moved.length} stayed in place.`,
    moved.length > 0 && "Moved: its place among the songs of both dates changed. A song that only made room for entries, or moved up after exits, has not moved.",
    ...[first, last].map((at) => !isWhole(list, at) && `The snapshot of ${dates[at]} is ${list.drop[at] ? "a drop" : "incomplete"}, so what it lacks may not have left.`));
  const file = `${list.name} ${dates[first]} ${dates[last]}`;
  const parts = /** @type {const} */ ([
    ["entered", "Entered", ["#", SONG_COLUMN], entered], ["left", "Left", ["Was", SONG_COLUMN], left], ["moved", "Moved", ["#", "Was", "Moved", SONG_COLUMN], moved],
  ]);
  return [element("h1", {}, "Two dates of ", named(listTitle(list))), controls(view, "compare", true),
    element("p", { class: "note", id: "summary" }, summary),
    element("p", {}, element("a", { href: addressOf("list", list.id, { from: dates[first], to: dates[last] }) }, "The list between these dates")),
    first === last ? null : element("div", { class: "columns" }, ...parts.map(([id, title, columns, rows]) => section(id, title, "",
      table({ caption: `${title}: ${counted(rows.length, "item")}`, file: `${file} ${id}`, columns: [...columns], rows }) ?? emptyNote("Nothing."))))];
}

/**
 * What differs between two snapshots, by song; a song that was issued again has stayed.
 * @param {List} list
 * @param {number} first
 * @param {number} last
 */
function comparison(list, first, last) {
  const before = presentAt(list, first), now = presentAt(list, last);
  /** @type {Record<"entered" | "left" | "moved", Value[][]>} */
  const rows = { entered: [], left: [], moved: [] };
  let kept = 0;
  /** @type {{ song: number, position: number, was: number }[]} */
  const both = [];
  for (const [origin, { song, position }] of now) {
    const was = before.get(origin);
    if (!was) rows.entered.push([shownPosition(position), songCell(song)]);
    else {
      kept++;
      if (position !== null && was.position !== null) both.push({ song, position, was: was.position });
    }
  }
  const places = new Map(both.sort((one, other) => one.was - other.was).map((item, place) => [item, place]));
  both.sort((one, other) => one.position - other.position).forEach((item, place) => {
    const gained = (places.get(item) ?? place) - place;
    if (gained) rows.moved.push([item.position, item.was, moveCell({ label: gained > 0 ? "up" : "down", change: gained }), songCell(item.song)]);
  });
  for (const [origin, { song, position }] of before) if (!now.has(origin)) rows.left.push([shownPosition(position), songCell(song)]);
  for (const part of [rows.entered, rows.left]) part.sort((one, other) => order(one[0]) - order(other[0]));
  rows.moved.sort((one, other) => distance(other[2]) - distance(one[2]) || order(one[0]) - order(other[0]));
  return { ...rows, kept };
}

/**
 * The songs that are on the list at a snapshot, by origin, with their best positions.
 * @param {List} list
 * @param {number} at
 */
function presentAt(list, at) {
  const positions = positionsAt(list, at), { stays } = list;
  /** @type {Map<number, { song: number, position: number | null }>} */
  const present = new Map();
  stays.song.forEach((_, stay) => {
    if (!isListed(list, stay, at)) return;
    const song = songAt(list, stay, at);
    present.set(stays.origin[stay], { song, position: positions.get(song)?.[0] ?? null });
  });
  return present;
}

/** @param {number | null} position */
const shownPosition = (position) => position ?? `not in the first ${contents.max_positions}`;

/** @param {Value} value */
const distance = (value) => value !== null && typeof value === "object" ? Math.abs(Number(value.sort)) : 0;

/** @param {Value} value */
const order = (value) => typeof value === "number" ? value : Infinity;
