// Search over songs, artists and lists, and the page of an artist.

import { artistName, artistNames, artists, lists, listTitle, songName, songs, spotifyAddress } from "./data.js";
import { SONG_COLUMN, songCell } from "./chart_section.js";
import { artistLink, element, emptyNote, listLink, named, section, songWithArtists } from "./elements.js";
import { sum, staysOf, timesSeen } from "./history.js";
import { table } from "./table.js";
import { counted } from "./texts.js";

const MAX_RESULTS = 50;

/** @type {{ lists: string[], artists: string[], songs: string[] } | undefined} */
let searched;

/**
 * A text as it is searched: without case and accents.
 * @param {string} text
 */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** @param {string} query */
export function searchPage(query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  searched ??= {
    lists: lists.map((list) => plain(listTitle(list))),
    artists: artists.name.map((_, artist) => plain(artistName(artist))),
    songs: songs.name.map((_, song) => plain(`${songName(song)} ${artistNames(song)}`)),
  };
  /** @param {string[]} texts */
  const matches = (texts) => texts.flatMap((text, at) => words.length && words.every((word) => text.includes(word)) ? [at] : [])
    .sort((one, other) => rank(texts[one], words[0]) - rank(texts[other], words[0]));
  const parts = /** @type {const} */ ([
    ["found-lists", "Lists", matches(searched.lists).map((at) => () => listLink(lists[at]))],
    ["found-artists", "Artists", matches(searched.artists).map((at) => () => artistLink(at))],
    ["found-songs", "Songs", matches(searched.songs).map((at) => () => songWithArtists(at))],
  ]);
  const count = sum(parts.map(([, , found]) => found.length));
  return [element("h1", {}, "Search"),
    element("p", { class: "note", role: "status" }, words.length ? `${counted(count, "result")} for “${query}”.` : "Type a part of a name."),
    ...parts.filter(([, , found]) => found.length).map(([id, title, found]) =>
      section(id, title, found.length > MAX_RESULTS ? `${MAX_RESULTS} of ${counted(found.length, "result")} are shown.` : "",
        element("ul", { class: "results" }, ...found.slice(0, MAX_RESULTS).map((node) => element("li", {}, node()))))),
    words.length && !count ? emptyNote("No list, artist or song of the lake has this name.") : null];
}

/**
 * Where a text has a word: at its start, at the start of another word, or elsewhere.
 * @param {string} text
 * @param {string} word
 */
const rank = (text, word) => text.startsWith(word) ? 0 : text.includes(` ${word}`) ? 1 : 2;

/** @param {number} artist */
export function artistPage(artist) {
  const own = songs.artists.flatMap((credited, song) => credited.includes(artist) ? [song] : []);
  const id = artists.id[artist], spotify = id === null ? undefined : spotifyAddress(`spotify:artist:${id}`);
  const rows = own.flatMap((song) => lists.flatMap((list) => {
    const stays = staysOf(list, song);
    if (!stays.length) return [];
    const { entered, seen, best, exited } = list.stays;
    return [[songCell(song), { node: listLink(list), sort: listTitle(list), csv: listTitle(list), class: "wide" },
      list.dates[entered[stays[0]]], list.dates[Math.max(...stays.map((stay) => seen[stay]))],
      stays.some((stay) => exited[stay] === null) ? "yes" : "no",
      sum(stays.map((stay) => timesSeen(list, stay, seen[stay]))), Math.min(...stays.map((stay) => best[stay]))]];
  })).sort((one, other) => Number(other[5]) - Number(one[5]));
  return [element("h1", {}, named(artistName(artist))),
    element("p", { class: "note" }, `${counted(own.length, "song")} on the lists of this lake. `,
      spotify && element("a", { href: spotify, rel: "noreferrer" }, "Open in Spotify")),
    section("songs", "Songs", "", table({ caption: `Songs of ${artistName(artist)}`, file: artistName(artist),
      columns: [SONG_COLUMN, "List", "First seen", "Last seen", "Still there", "Seen", "Best"], rows }) ?? emptyNote("None has a stay."))];
}
