// Shows what the address of the page asks for, and again whenever it changes.

import { artistName, artistWithKey, listTitle, listWithId, songWithUri } from "./data.js";
import { addressOf, parsedAddress } from "./address.js";
import { comparePage } from "./compare_page.js";
import { element } from "./elements.js";
import { listenToKeys } from "./keys.js";
import { listPage } from "./list_page.js";
import { listsPage } from "./lists_page.js";
import { artistPage, searchPage } from "./search_page.js";
import { songPage, songPageTitle } from "./song_page.js";
import { followPointer, hideTip } from "./tooltip.js";
/** @import { Part } from "./elements.js" */
/** @import { Address } from "./address.js" */

const NAME = "Playlist history", PADDING = 34;
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const search = /** @type {HTMLInputElement} */ (document.getElementById("search"));
// How far the reader had scrolled at each page of the history, by the time of its first visit
/** @type {Map<number, number>} */
const scrolled = new Map();
let shown = "", shownWidth = 0, shows = 0, visit = 0;

/**
 * The title and the parts of a page.
 * @param {Address} address
 * @param {number} width
 * @returns {{ title: string, parts: Part[] }}
 */
function pageOf(address, width) {
  const { page, key } = address, list = listWithId(key), song = songWithUri(key);
  const artist = page === "artist" ? artistWithKey(key) : undefined;
  if (page === "list" && list) return { title: listTitle(list), parts: listPage(list, address, width) };
  if (page === "compare" && list) return { title: `Two dates of ${listTitle(list)}`, parts: comparePage(list, address, width) };
  if (page === "song" && song !== undefined) return { title: songPageTitle(song), parts: songPage(song, width) };
  if (artist !== undefined) return { title: artistName(artist), parts: artistPage(artist) };
  if (page === "search") return { title: "Search", parts: searchPage(key) };
  if (page === "lists") return { title: "", parts: listsPage() };
  return { title: "Not found", parts: [element("h1", {}, "Not in this report"),
    element("p", {}, "The address names a list, song or artist that this report does not have. ",
      element("a", { href: addressOf("lists") }, "All lists"))] };
}

/** Show the page of the address; what had the focus keeps it, and parts that can wait come later. */
async function show() {
  const number = ++shows;
  document.body.dataset.drawn = "no";
  hideTip();
  const address = parsedAddress(location.hash), place = `${address.page}/${address.key}`;
  const focused = document.activeElement?.id;
  shownWidth = main.clientWidth;
  const { title, parts } = pageOf(address, Math.max(260, shownWidth - PADDING));
  const isSearching = address.page === "search" && shown.startsWith("search/");
  const isStay = shown === place || isSearching, top = visitTop();
  // So that the page does not scroll while parts are missing
  main.style.minHeight = `${isStay ? main.offsetHeight : top && top + innerHeight}px`;
  main.replaceChildren();
  append(parts.filter((part) => typeof part !== "function"));
  document.title = title ? `${title} · ${NAME}` : NAME;
  if (address.page !== "search") search.value = "";
  else if (document.activeElement !== search) search.value = address.key;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (shown && !isStay) scrollTo(0, top);
  shown = place;
  for (const part of parts) {
    if (typeof part !== "function") continue;
    await new Promise((resolve) => setTimeout(resolve));
    // Meanwhile the reader may have gone on
    if (number !== shows) return;
    append([part()]);
  }
  main.style.minHeight = "";
  document.body.dataset.drawn = "yes";
}

/** Where the reader was when this page of the history was left; 0 at a new one. */
function visitTop() {
  visit = history.state?.visit ?? Date.now();
  history.replaceState({ visit }, "");
  return scrolled.get(visit) ?? 0;
}

/** @param {Part[]} parts */
function append(parts) {
  main.append(...parts.filter((part) => part instanceof Node || typeof part === "string"));
}

/** Search while the reader types; all of it is one step back. */
function searchFor() {
  const address = addressOf("search", search.value.trim());
  if (parsedAddress(location.hash).page === "search") {
    history.replaceState(null, "", address);
    show();
  } else location.hash = address;
}

followPointer();
listenToKeys(search);
addEventListener("hashchange", show);
addEventListener("scroll", () => scrolled.set(visit, scrollY), { passive: true });
addEventListener("resize", () => { if (main.clientWidth !== shownWidth) show(); });
search.addEventListener("input", searchFor);
search.form?.addEventListener("submit", (event) => { event.preventDefault(); searchFor(); });
show();
