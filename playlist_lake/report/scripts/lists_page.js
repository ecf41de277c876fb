// The first page: one card for each list, and the health of all.

import { artistNames, contents, lists, listTitle } from "./data.js";
import { addressOf } from "./address.js";
import { moveCell } from "./chart_section.js";
import { element, listLink, named, songLink } from "./elements.js";
import { healthSection } from "./health_section.js";
import { chartRows } from "./chart_rows.js";
import { smallBars } from "./plots.js";
import { genreShares } from "./share_sections.js";
import { capitalized, counted, percent, sentences } from "./texts.js";
import { viewOf } from "./view.js";
/** @import { List } from "./data.js" */

const NEWEST = 3, FIRST_GENRES = 3;
// With many lists, cards are small and show the first song only
const IS_DENSE = lists.length > 12, FIRST_ROWS = IS_DENSE ? 1 : 5;

export function listsPage() {
  const dates = lists.flatMap((one) => one.dates).sort();
  const extent = `${counted(lists.length, "list")}, ${counted(new Set(dates).size, "date")} from ${dates[0]} to ${dates[dates.length - 1]}` +
    (contents.never_read ? `; ${counted(contents.never_read, "more list was", "more lists were")} never read: see Health` : "") +
    (IS_DENSE ? ". Bars: entries on each of the last dates" : "");
  return [element("h1", {}, "Playlist history"), element("p", { id: "extent", class: "note" }, extent),
    element("div", { class: IS_DENSE ? "cards dense" : "cards" }, ...lists.map(card)), healthSection()];
}

/** @param {List} list */
function card(list) {
  const view = viewOf(list, { page: "list", key: list.id, from: null, to: null }, 0), { last } = view;
  const rows = chartRows(list, last, list.previous[last]).slice(0, FIRST_ROWS), date = list.dates[last];
  const genres = contents.genres && !IS_DENSE ? genreShares(view).shares.slice(0, FIRST_GENRES) : [];
  return element("article", { class: "card" },
    element("h2", {}, listLink(list)),
    list.stale ? element("p", { class: "stale" }, capitalized(list.stale)) : element("p", { class: "note" },
      sentences(`${counted(list.sizes[last], "item")} on ${date}.`, !list.complete[last] && "Incomplete.", list.drop[last] && "The list shrank.")),
    rows.length ? element("ol", { class: "first" }, ...rows.map((row) =>
      element("li", { value: row.position }, element("span", { class: "song" }, songLink(row.song), element("small", {}, named(artistNames(row.song)))), moveCell(row).node)))
      : element("p", { class: "empty" }, list.sizes[last] ? "No usable item." : "The list is empty."),
    newestEntries(list), entriesByDate(list, view.first, last),
    genres.length > 0 && element("p", {}, element("span", { class: "label" }, "Genres "), genres.map(({ genre, share }) => `${genre} ${percent(share)}`).join(", ")),
    !IS_DENSE && element("p", { class: "more" }, element("a", { href: addressOf("list", list.id), "aria-label": `The whole list: ${listTitle(list)}` }, "The whole list")));
}

/** @param {List} list */
function newestEntries({ stays, dates, complete }) {
  const entries = stays.song.map((song, stay) => ({ song, stay })).filter(({ stay }) => !stays.before_history[stay])
    .sort((one, other) => stays.entered[other.stay] - stays.entered[one.stay] || stays.entry[one.stay] - stays.entry[other.stay]);
  if (!entries.length) return IS_DENSE ? null : element("p", { class: "note" }, complete.includes(true) ? "Nothing entered since the first complete snapshot." : "No snapshot is complete yet.");
  const on = stays.entered[entries[0].stay], count = entries.filter(({ stay }) => stays.entered[stay] === on).length;
  const shown = entries.slice(0, Math.min(NEWEST, count));
  return element("p", {}, element("span", { class: "label" }, `Newest, ${dates[on]}: `),
    ...shown.flatMap(({ song }, index) => [index ? ", " : "", songLink(song)]), count > NEWEST && ` and ${count - NEWEST} more`);
}

/**
 * Entries by date, as small bars.
 * @param {List} list
 * @param {number} first
 * @param {number} last
 */
function entriesByDate({ stays, dates }, first, last) {
  if (first === last) return null;
  const counts = dates.slice(first, last + 1).map(() => 0);
  stays.song.forEach((_, stay) => {
    if (!stays.before_history[stay] && stays.entered[stay] >= first) counts[stays.entered[stay] - first]++;
  });
  if (!counts.some((count) => count)) return null;
  const label = `Entries on each of the last ${counted(counts.length, "date")}: at most ${Math.max(...counts)}.`;
  const tips = counts.map((count, at) => `${dates[first + at]}: ${counted(count, "entry", "entries")}`);
  return element("div", { class: "entries" }, !IS_DENSE && element("span", { class: "label" }, label),
    smallBars(counts, tips, label, IS_DENSE ? 20 : 36));
}
