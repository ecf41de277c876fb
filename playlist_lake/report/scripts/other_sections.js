// The sections on other lists, on changes of songs and of the list, and on songs that vanished.

import { collator, contents, lists, listTitle, songs } from "./data.js";
import { shareBars } from "./bars.js";
import { SONG_COLUMN, songCell } from "./chart_section.js";
import { element, emptyNote, listLink, named, section, songLink } from "./elements.js";
import { songsOf } from "./history.js";
import { between } from "./share_sections.js";
import { daysBetween, counted, sentences } from "./texts.js";
import { table } from "./table.js";
/** @import { List } from "./data.js" */
/** @import { Cell, Value } from "./table.js" */
/** @import { View } from "./view.js" */

const MAX_OTHERS = 15;

/** @param {View} view */
export function overlapSection(view) {
  const { list, first, last } = view, own = arrivals(list, list.dates[first], list.dates[last]);
  const others = lists.filter((one) => one !== list).map((other) => overlapOf(view, own, other)).filter(({ size }) => size)
    .sort((one, next) => next.shared - one.shared || collator.compare(listTitle(one.other), listTitle(next.other)));
  const empty = lists.length === 1 ? "The lake has only one list."
    : !own.size ? "The list had no items on these dates." : !others.length ? "No other list had items on these dates." : "";
  if (empty) return section("overlap", "Overlap with other lists", "", emptyNote(empty));
  const bars = others.slice(0, MAX_OTHERS).map(({ other, shared }) =>
    ({ title: listLink(other), share: shared / own.size, detail: `${shared} of ${counted(own.size, "item")}` }));
  const note = sentences(`Share of this list's ${counted(own.size, "item")} that were also on another list ${between(view)}.`,
    others.length > MAX_OTHERS && `${MAX_OTHERS} of ${counted(others.length, "other list")} are drawn.`,
    "Later: items that came to this list first and to the other list later. Days: median number of days between.");
  return section("overlap", "Overlap with other lists", note,
    shareBars({ caption: `Share of items on other lists ${between(view)}`, file: `${list.name} overlap`, bars, end: 1 }),
    table({ caption: "Shared items by list", file: `${list.name} other lists`, columns: ["Other list", "Shared", "Later", "Days"],
      rows: others.map(({ other, shared, later, days }) => [{ node: listLink(other), sort: other.name, csv: other.name }, shared, later, days]) }));
}

/**
 * The songs of a list between two dates, under each of their URIs, and when they first entered the
 * list; null if that is not known.
 * @param {List} list
 * @param {string} from
 * @param {string} to
 */
function arrivals(list, from, to) {
  const { dates, stays } = list;
  /** @type {Map<number, string | null>} */
  const firsts = new Map(), shown = new Map();
  stays.song.forEach((_, stay) => {
    const entered = stays.before_history[stay] ? null : dates[stays.entered[stay]];
    const isShown = dates[stays.entered[stay]] <= to && dates[stays.seen[stay]] >= from;
    for (const song of songsOf(list, stay)) {
      const known = firsts.get(song);
      firsts.set(song, known === null || entered === null ? null : known !== undefined && known < entered ? known : entered);
      if (isShown) shown.set(song, null);
    }
  });
  return new Map([...shown.keys()].map((song) => [song, firsts.get(song) ?? null]));
}

/**
 * @param {View} view
 * @param {Map<number, string | null>} own
 * @param {List} other
 */
function overlapOf({ list, first, last }, own, other) {
  const theirs = arrivals(other, list.dates[first], list.dates[last]);
  let shared = 0;
  /** @type {number[]} */
  const later = [];
  for (const [song, entered] of own) {
    const arrived = theirs.get(song);
    if (arrived === undefined) continue;
    shared++;
    if (entered && arrived && entered < arrived) later.push(daysBetween(entered, arrived));
  }
  later.sort((one, next) => one - next);
  const middle = later.length >> 1;
  const days = !later.length ? null : later.length % 2 ? later[middle] : (later[middle - 1] + later[middle]) / 2;
  return { other, size: theirs.size, shared, later: later.length, days };
}

/** @type {Record<string, string>} */
const KINDS = {
  reissued: "Issued again under another URI", unavailable: "Unavailable", available: "Available again", song_renamed: "New title",
  list_renamed: "New name of the list", description_changed: "New description", cover_changed: "New cover",
};

// Changes of addresses that mean nothing to a reader
const WITHOUT_TEXT = ["reissued", "cover_changed"];

/** @param {View} view */
export function changesSection(view) {
  const { list, first, last } = view;
  const rows = contents.changes.filter(({ playlist_id, date }) =>
    playlist_id === list.id && date >= list.dates[first] && date <= list.dates[last]);
  const note = sentences(`Titles, re-issues, availability, and the list's own name, description and cover ${between(view)}.`,
    "The report has these changes for the last 30 dates of the lake.");
  const hasTexts = rows.some(({ change, previous, value }) => !WITHOUT_TEXT.includes(change) && (previous || value));
  return section("changes", "Other changes", note, table({ caption: "Changes of songs and of the list", file: `${list.name} changes`,
    columns: ["Date", "Change", SONG_COLUMN, ...hasTexts ? ["Before", "Now"] : []], rows: rows.map(({ date, change, song, name, value, previous }) => {
      const texts = WITHOUT_TEXT.includes(change) ? [null, null] : [textCell(previous), textCell(value)];
      /** @type {Value[]} */
      const row = [date, KINDS[change] ?? change, song === null ? name : songCell(song),
        ...hasTexts ? texts : []];
      return row;
    }) }) ?? emptyNote("None on these dates."));
}

/**
 * A text of the data as a cell; HTML entities of descriptions are shown as what they mean.
 * @param {string | null} text
 * @returns {Value}
 */
function textCell(text) {
  const plain = text && new DOMParser().parseFromString(text.replaceAll("<", "&lt;"), "text/html").documentElement.textContent;
  return plain ? { node: named(plain), sort: plain, class: "wide" } : null;
}

/** @type {Record<string, string>} */
const REASONS = {
  unreadable: "still there, but Spotify no longer says what it is",
  unplayable: "still there, but cannot be played any more",
  left: "gone from every list",
};

/** @param {View} view */
export function vanishedSection({ list }) {
  const found = contents.vanished[list.id];
  if (!found) return section("vanished", "Vanished songs", "", emptyNote("None of the songs that this list had last has vanished."));
  const note = sentences("Songs that this list had last, as of its newest snapshot.",
    found.count > found.rows.length && `${found.rows.length} of ${counted(found.count, "song")} are shown.`);
  return section("vanished", "Vanished songs", note, table({ caption: "What vanished, and what was seen last", file: `${list.name} vanished`,
    columns: [SONG_COLUMN, "What happened", "Last seen", "Position", { title: "The same recording", csv: ["Replacement"] }],
    rows: found.rows.map(({ reason, song, position, seen, playable, replacement }) => {
      /** @type {Cell} */
      const why = { node: element("span", {}, REASONS[reason] ?? reason, playable && reason === "unplayable" && ` since after ${playable}`), class: "wide" };
      return [song === null ? null : songCell(song), why, seen, position,
        replacement === null ? null : { node: songLink(replacement), class: "wide", csv: songs.uri[replacement] }];
    }) }));
}
