// The sections on what fills the list: artists, genres, and what its songs have in common.

import { artistName, artists, collator, contents, isWhole, songs } from "./data.js";
import { shareBars } from "./bars.js";
import { artistLink, element, emptyNote, named, section } from "./elements.js";
import { appearances, positionsAt, sum } from "./history.js";
import { counted, daysBetween, percent, sentences } from "./texts.js";
/** @import { Bar } from "./bars.js" */
/** @import { View } from "./view.js" */

const MAX_BARS = 15, FIRST_ARTISTS = 5, MIN_NAMED_SHARE = 5e-4;
const NO_SONGS = "No complete snapshot of these dates has a song.";

/**
 * Weights by key, with the songs that they are from.
 * @template K
 * @typedef {Map<K, { weight: number, songs: Set<number> }>} Weights
 */

/**
 * @template K
 * @param {Weights<K>} weights
 * @param {K} key
 * @param {number} weight
 * @param {number} song
 */
function weigh(weights, key, weight, song) {
  const found = weights.get(key) ?? { weight: 0, songs: new Set() };
  found.weight += weight;
  found.songs.add(song);
  weights.set(key, found);
}

/**
 * The dates of a view as a part of a sentence.
 * @param {View} view
 */
export const between = ({ list, first, last }) =>
  first === last ? `on ${list.dates[last]}` : `from ${list.dates[first]} to ${list.dates[last]}`;

/** @param {View} view */
export function artistsSection(view) {
  /** @type {Weights<number>} */
  const weights = new Map();
  for (const [song, times] of appearances(view.list, view.first, view.last)) {
    const credited = new Set(songs.artists[song]);
    for (const artist of credited) weigh(weights, artist, times / credited.size, song);
  }
  const total = sum([...weights.values()].map(({ weight }) => weight));
  const ranked = [...weights].sort(([one, first], [other, second]) => second.weight - first.weight ||
    second.songs.size - first.songs.size || collator.compare(artistName(one), artistName(other)));
  const bars = ranked.slice(0, MAX_BARS).map(([artist, { weight, songs: of }]) => {
    const together = [...of].filter((song) => new Set(songs.artists[song]).size > 1).length;
    /** @type {Bar} */
    const bar = { title: artistLink(artist), share: weight / total, detail: `${counted(of.size, "song")}${together ? `, ${together === of.size ? "" : `${together} `}with others` : ""}` };
    return bar;
  });
  if (!bars.length) return section("artists", "Artists", "", emptyNote("No complete snapshot of these dates names an artist."));
  const some = Math.min(FIRST_ARTISTS, bars.length), firsts = sum(bars.slice(0, some).map(({ share }) => share));
  const note = sentences(`Who fills the list ${between(view)}.`,
    ranked.length > FIRST_ARTISTS ? `The first ${some} of ${counted(ranked.length, "artist")} fill ${percent(firsts)} of it.`
      : `${counted(ranked.length, "artist fills", "artists fill")} all of it.`,
    "A song counts on each date, in equal parts for its artists.");
  return section("artists", "Artists", note, shareBars({ caption: `Share of each artist ${between(view)}`, file: `${view.list.name} artists`, bars }));
}

/**
 * Shares of genres; null if the lake has none.
 * @param {View} view
 */
export function genresSection(view) {
  if (!contents.genres) return null;
  const { shares, unknown } = genreShares(view);
  if (!shares.length && !unknown) return section("genres", "Genres", "", emptyNote(NO_SONGS));
  const drawn = shares.slice(0, MAX_BARS), others = sum(shares.slice(MAX_BARS).map(({ share }) => share));
  const bars = [...drawn, { genre: "unknown", share: unknown, artists: 0 }].map(({ genre, share, artists: count }) => ({
    title: genre, share, isRest: genre === "unknown", detail: genre === "unknown" ? "MusicBrainz and ListenBrainz have none" : counted(count, "artist") }));
  const note = sentences(`Share of the list's songs ${between(view)}. The genre of ${percent(unknown)} is unknown.`,
    "A song counts in equal parts for its artists, and an artist for its genres by their votes.",
    others > MIN_NAMED_SHARE && `Other genres, with ${percent(others)}, are not drawn.`);
  return section("genres", "Genres", note, shareBars({ caption: `Share of each genre ${between(view)}`, file: `${view.list.name} genres`, bars }));
}

/**
 * The share of each genre, the largest first, and that of what has none.
 * @param {View} view
 */
export function genreShares({ list, first, last }) {
  /** @type {Map<number, { weight: number, artists: Set<number> }>} */
  const weights = new Map();
  let total = 0, unknown = 0;
  for (const [song, times] of appearances(list, first, last)) {
    if (songs.type[song] !== "song" && songs.type[song] !== "local") continue;
    const credited = new Set(songs.artists[song]);
    total += times;
    if (!credited.size) unknown += times;
    for (const artist of credited) {
      const part = times / credited.size, of = artists.genres?.[artist] ?? [], votes = sum(of.map(([, count]) => count));
      if (!of.length) unknown += part;
      for (const [genre, count] of of) {
        const found = weights.get(genre) ?? { weight: 0, artists: new Set() };
        found.weight += part * count / votes;
        found.artists.add(artist);
        weights.set(genre, found);
      }
    }
  }
  const shares = [...weights].map(([genre, { weight, artists: of }]) =>
    ({ genre: contents.genres?.[genre] ?? "", share: weight / total, artists: of.size }));
  shares.sort((one, other) => other.share - one.share || collator.compare(one.genre, other.genre));
  return { shares, unknown: total ? unknown / total : 0 };
}

/** @typedef {{ title: string, bucket: (song: number) => [number, string] | null }} Aspect */

/** @type {[number, string][]} */
const DURATIONS = [[120, "under 2 min"], [180, "2 to 3 min"], [240, "3 to 4 min"], [300, "4 to 5 min"], [Infinity, "5 min or more"]];
/** @type {[number, string][]} */
const AGES = [[31, "up to 30 days"], [366, "31 to 365 days"], [1827, "1 to 5 years"], [Infinity, "over 5 years"]];
/** @type {[number, string]} */
const UNKNOWN = [Infinity, "unknown"];

/**
 * The first bucket that a number is below.
 * @param {[number, string][]} buckets
 * @param {number | null} value
 * @returns {[number, string]}
 */
function bucketOf(buckets, value) {
  const at = value === null ? -1 : buckets.findIndex(([end]) => value < end);
  return at < 0 ? UNKNOWN : [at, buckets[at][1]];
}

/**
 * What songs can have in common; the number orders the buckets.
 * @param {string} date
 * @returns {Aspect[]}
 */
const aspects = (date) => [
  { title: "Kind", bucket: (song) => [["song", "episode", "local", "other"].indexOf(songs.type[song]), songs.type[song] === "local" ? "local file" : songs.type[song]] },
  { title: "Album", bucket: (song) => songs.type[song] !== "song" ? null : songs.album_type[song] ? [0, songs.album_type[song] ?? ""] : UNKNOWN },
  { title: "Decade", bucket: (song) => {
    const year = songs.released[song]?.slice(0, 3);
    return songs.type[song] !== "song" ? null : year ? [Number(year), `${year}0s`] : UNKNOWN;
  } },
  { title: `Age on ${date}`, bucket: (song) => {
    const released = songs.released[song];
    return songs.type[song] !== "song" ? null : bucketOf(AGES, released === null ? null : daysBetween(released, date));
  } },
  { title: "Duration", bucket: (song) => songs.type[song] !== "song" ? null : bucketOf(DURATIONS, songs.seconds[song] || null) },
];

/** @param {View} view */
export function compositionSection(view) {
  const { list, first, last } = view, found = [...appearances(list, first, last)];
  const parts = aspects(list.dates[last]).map(({ title, bucket }) => {
    /** @type {Weights<string>} */
    const weights = new Map(), order = new Map();
    for (const [song, times] of found) {
      const [number, text] = bucket(song) ?? [];
      if (text === undefined) continue;
      weigh(weights, text, times, song);
      order.set(text, number);
    }
    const total = sum([...weights.values()].map(({ weight }) => weight));
    return { title, bars: [...weights].sort(([one], [other]) => order.get(one) - order.get(other)).map(([text, { weight, songs: of }]) =>
      ({ title: text, share: weight / total, isRest: text === UNKNOWN[1], detail: counted(of.size, "item") })) };
  });
  const shown = [...parts, explicitPart(view)].filter(({ bars }) => bars.length);
  const note = `What the list consists of ${between(view)}: shares of its items, counted on each date.`;
  return section("composition", "Composition", note, shown.length ? element("div", { class: "parts" }, ...shown.map(({ title, bars }) =>
    element("div", {}, element("h3", {}, named(title)),
      shareBars({ caption: title, file: `${list.name} ${title}`, bars, end: 1 }))))
    : emptyNote(NO_SONGS));
}

/** @type {[number, number][]} */
const TIERS = [[1, 10], [11, 50], [51, 100]];

/**
 * The share of explicit songs by position.
 * @param {View} view
 */
function explicitPart({ list, first, last }) {
  const counts = TIERS.map(() => ({ explicit: new Set(), known: 0, times: 0 }));
  for (let at = first; at <= last; at++) {
    if (!isWhole(list, at)) continue;
    for (const [song, positions] of positionsAt(list, at)) {
      const count = counts[TIERS.findIndex(([, end]) => positions[0] <= end)];
      if (songs.type[song] !== "song") continue;
      count.known++;
      if (songs.explicit[song]) {
        count.times++;
        count.explicit.add(song);
      }
    }
  }
  const bars = counts.flatMap(({ explicit, known, times }, tier) => known
    ? [{ title: TIERS[tier].join("-"), share: times / known, detail: counted(explicit.size, "explicit song") }] : []);
  return { title: "Explicit, by position", bars };
}
