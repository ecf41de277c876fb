// Elements of the page: how they are made, and those that several sections use.

import { artistKey, artistName, artistNames, listTitle, songName, songs } from "./data.js";
import { addressOf } from "./address.js";
/** @import { List } from "./data.js" */

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Child | (() => Child)} Part A part of a page; a function makes one that can wait. */

/**
 * An HTML element with attributes and children; attributes that are functions are listeners.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} attributes
 * @param {Child[]} children
 */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {Child[]} children
 */
export function svgElement(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} made
 * @param {Record<string, unknown>} attributes
 * @param {Child[]} children
 * @returns {E}
 */
function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * A section with its heading, a note, and what it shows.
 * @param {string} id
 * @param {string} title
 * @param {string} note
 * @param {Child[]} children
 */
export function section(id, title, note, ...children) {
  const heading = `${id}-title`;
  return element("section", { id, "aria-labelledby": heading },
    element("h2", { id: heading }, title), note && element("p", { class: "note" }, note), ...children);
}

/** @param {string} sentence */
export const emptyNote = (sentence) => element("p", { class: "empty" }, sentence);

/**
 * A text of the data, in the direction of its letters.
 * @param {string} text
 */
export const named = (text) => element("bdi", {}, text);

/** @param {number} song */
export const songLink = (song) =>
  element("a", { href: addressOf("song", songs.uri[song]) }, named(songName(song)));

/** @param {number} artist */
export const artistLink = (artist) =>
  element("a", { href: addressOf("artist", artistKey(artist)) }, named(artistName(artist)));

/** @param {List} list */
export const listLink = (list) => element("a", { href: addressOf("list", list.id) }, named(listTitle(list)));

/**
 * A song with its artists in small letters, all of them links.
 * @param {number} song
 */
export function songWithArtists(song) {
  const credited = songs.artists[song].flatMap((artist, index) => [index ? ", " : "", artistLink(artist)]);
  return element("span", { class: "song" }, songLink(song), element("small", {}, ...credited));
}

/**
 * The tooltips of a song's positions.
 * @param {number} song
 * @param {(number | null)[]} positions
 * @param {string[]} dates
 */
export const positionTips = (song, positions, dates) => positions.map((position, at) =>
  position === null ? null : songTip(song, `${dates[at]}: position ${position}`));

/**
 * The lines of a tooltip about a song.
 * @param {number} song
 * @param {(string | false | null)[]} lines
 */
export const songTip = (song, ...lines) =>
  [songName(song), artistNames(song), ...lines].filter(Boolean).join("\n");
