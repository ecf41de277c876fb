// The page of a list: its chart on a date, and what happened between two dates.

import { contents, listTitle, spotifyAddress } from "./data.js";
import { addressOf } from "./address.js";
import { chartSection } from "./chart_section.js";
import { element, named } from "./elements.js";
import { spanned } from "./history.js";
import { movementSection, positionsSection } from "./movement_sections.js";
import { changesSection, overlapSection, vanishedSection } from "./other_sections.js";
import { sectionLinks } from "./section_links.js";
import { artistsSection, compositionSection, genresSection } from "./share_sections.js";
import { staysSection } from "./stays_section.js";
import { capitalized, counted } from "./texts.js";
import { controls, viewOf } from "./view.js";
/** @import { List } from "./data.js" */
/** @import { Address } from "./address.js" */
/** @import { Child, Part } from "./elements.js" */
/** @import { View } from "./view.js" */

/** @type {[id: string, title: string, made: (view: View) => Child][]} The sections after the chart, which can wait. */
const LATER = [
  ["positions", "Positions", positionsSection], ["movement", "Entries and exits", movementSection], ["stays", "Stays", staysSection],
  ["artists", "Artists", artistsSection], ["genres", "Genres", genresSection], ["composition", "Composition", compositionSection],
  ["overlap", "Overlap", overlapSection], ["changes", "Changes", changesSection], ["vanished", "Vanished", vanishedSection],
];

/**
 * @param {List} list
 * @param {Address} address
 * @param {number} width
 * @returns {Part[]}
 */
export function listPage(list, address, width) {
  const view = viewOf(list, address, width), { first, last } = view;
  const spotify = spotifyAddress(`spotify:playlist:${list.id}`);
  const days = spanned(list, 0, list.dates.length - 1), sections = LATER.filter(([id]) => contents.genres || id !== "genres");
  return [
    element("h1", {}, named(listTitle(list))),
    element("p", { class: "note" }, `${counted(list.dates.length, "snapshot")} in ${counted(days, "day")}, from ${list.dates[0]} to ${list.dates[list.dates.length - 1]}. `,
      spotify && element("a", { href: spotify, rel: "noreferrer" }, "Open in Spotify")),
    list.stale && element("p", { class: "stale", id: "stale" }, capitalized(list.stale)),
    element("div", { class: "controls" }, controls(view, "list", Boolean(address.from || address.to)),
      sectionLinks([["chart", "List"], ...sections.map(([id, title]) => /** @type {[string, string]} */ ([id, title]))])),
    first < last && element("p", { class: "note" },
      element("a", { href: addressOf("compare", list.id, { from: list.dates[first], to: list.dates[last] }) }, `Compare ${list.dates[first]} and ${list.dates[last]}`)),
    chartSection(view),
    ...sections.map(([, , made]) => () => made(view)),
  ];
}
