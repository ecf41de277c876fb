// The page of a song: its path and its stays on every list, and other versions of it.

import { artistNames, contents, lists, listTitle, songName, songs, spotifyAddress } from "./data.js";
import { addressOf } from "./address.js";
import { artistLink, element, emptyNote, listLink, named, positionTips, section, songWithArtists } from "./elements.js";
import { pathOf, spanned, staysOf, sum, timesSeen } from "./history.js";
import { positionsPlot } from "./plots.js";
import { table } from "./table.js";
import { counted, sentences } from "./texts.js";
import { joinedIn } from "./view.js";
/** @import { List } from "./data.js" */
/** @import { Value } from "./table.js" */

/**
 * @param {number} song
 * @param {number} width
 */
export function songPage(song, width) {
  const found = lists.map((list) => ({ list, stays: staysOf(list, song) })).filter(({ stays }) => stays.length);
  const spotify = spotifyAddress(songs.uri[song]);
  return [
    element("h1", {}, named(songName(song))),
    songs.artists[song].length > 0 && element("p", { class: "by" }, ...songs.artists[song].flatMap((artist, index) => [index ? ", " : "", artistLink(artist)])),
    element("p", { class: "note" }, facts(song, found), " ", spotify && element("a", { href: spotify, rel: "noreferrer" }, "Open in Spotify")),
    ...found.map(({ list, stays }) => onList(list, stays, song, width)),
    found.length ? null : emptyNote("The stays of this song are not built yet."),
    versions(song),
  ];
}

/**
 * @param {number} song
 * @param {{ list: List, stays: number[] }[]} found
 */
function facts(song, found) {
  const firsts = found.map(({ list, stays }) => list.dates[list.stays.entered[stays[0]]]).sort();
  const lasts = found.map(({ list, stays }) => list.dates[Math.max(...stays.map((stay) => list.stays.seen[stay]))]).sort();
  const best = Math.min(...found.flatMap(({ list, stays }) => stays.map((stay) => list.stays.best[stay])));
  return sentences(
    found.length > 0 && `On ${counted(found.length, "list")}, first seen ${firsts[0]}, last seen ${lasts[lasts.length - 1]}; best position ${best}.`,
    songs.released[song] && `Released ${songs.released[song]}.`,
    songs.isrc[song] && `ISRC ${songs.isrc[song]}.`);
}

/**
 * @param {List} list
 * @param {number[]} stays
 * @param {number} song
 * @param {number} width
 */
function onList(list, stays, song, width) {
  const { dates } = list, first = list.stays.entered[stays[0]], last = Math.max(...stays.map((stay) => list.stays.seen[stay]));
  const view = { list, first, last, width }, positions = pathOf(list, song, first, last), shown = dates.slice(first, last + 1);
  const isNow = stays.some((stay) => list.stays.exited[stay] === null);
  const times = sum(stays.map((stay) => timesSeen(list, stay, last)));
  const label = `Positions of ${songName(song)} on ${listTitle(list)} from ${dates[first]} to ${dates[last]}.`;
  const newest = stays[stays.length - 1], earlier = list.stays.before_history[newest] ? " or earlier" : "";
  const note = sentences(isNow ? `On the list since ${dates[list.stays.entered[newest]]}${earlier}.` : "No longer on the list.",
    `Seen in ${times} of ${counted(last - first + 1, "snapshot")} from ${dates[first]} to ${dates[last]}.`,
    positions.every((position) => position === null) && `It was never among the first ${contents.max_positions}.`);
  const line = { name: songName(song), href: addressOf("song", songs.uri[song]), positions,
    tips: positionTips(song, positions, shown) };
  const id = `list-${lists.indexOf(list)}`;
  const made = section(id, "", note,
    positions.some((position) => position !== null) && element("div", { class: "plot" },
      positionsPlot({ width, height: 240, right: 20, dates: shown, label }, [line], joinedIn(view))),
    table({ caption: `Stays on ${listTitle(list)}`, file: `${songName(song)} ${list.name}`,
      columns: ["Entered", "Last seen", "Left", "Days", "Seen", "Entry", "Best", "Best on", "Last"],
      rows: stays.map((stay) => stayRow(list, stay)) }));
  made.querySelector("h2")?.append(listLink(list));
  return made;
}

/**
 * @param {List} list
 * @param {number} stay
 * @returns {Value[]}
 */
function stayRow(list, stay) {
  const { dates, stays } = list, exited = stays.exited[stay], missing = stays.missing[stay];
  return [`${stays.before_history[stay] ? "by " : ""}${dates[stays.entered[stay]]}`, dates[stays.seen[stay]],
    exited !== null ? dates[exited] : missing !== null ? `missing since ${dates[missing]}` : "still there",
    spanned(list, stays.entered[stay], stays.seen[stay]), timesSeen(list, stay, stays.seen[stay]),
    stays.entry[stay], stays.best[stay], dates[stays.best_on[stay]], stays.last[stay]];
}

/**
 * Other songs of the lists with the same recording code.
 * @param {number} song
 */
function versions(song) {
  const isrc = songs.isrc[song];
  const others = isrc === null ? [] : songs.isrc.flatMap((one, other) => one === isrc && other !== song ? [other] : []);
  return section("versions", "Other versions", "Songs under another URI with the same recording code (ISRC).",
    others.length ? element("ul", { class: "results" }, ...others.map((other) => element("li", {}, songWithArtists(other))))
      : emptyNote(isrc === null ? "The recording code of this song is not known." : "None on the lists of this lake."));
}

/** @param {number} song */
export const songPageTitle = (song) => [songName(song), artistNames(song)].filter(Boolean).join(" – ");
