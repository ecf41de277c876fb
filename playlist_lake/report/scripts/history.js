// What is known about the songs of a list at a snapshot, worked out from its charts and stays.
//
// A stay is that of a song, also when the song is issued again under another URI. The rules are
// those of the views `chart` and `changes`.

import { isWhole } from "./data.js";
/** @import { List } from "./data.js" */

/** @typedef {{ bySong: Map<number, number[]>, byOrigin: Map<number, number[]>, positions: (Map<number, number[]> | undefined)[], sightings: Map<number, [number, number][]> }} Index */

/** @type {WeakMap<List, Index>} */
const indexes = new WeakMap();

/**
 * The stays of a list by song and by origin, made once.
 * @param {List} list
 */
function indexOf(list) {
  const known = indexes.get(list);
  if (known) return known;
  /** @type {Index} */
  const made = { bySong: new Map(), byOrigin: new Map(), positions: [], sightings: sightingsOf(list) };
  const { song, origin } = list.stays;
  song.forEach((_, stay) => {
    for (const one of songsOf(list, stay)) add(made.bySong, one, stay);
    add(made.byOrigin, origin[stay], stay);
  });
  indexes.set(list, made);
  return made;
}

/**
 * The snapshots whose charts have a song, each with its best position there, by song.
 * @param {List} list
 */
function sightingsOf(list) {
  /** @type {Map<number, [number, number][]>} */
  const found = new Map();
  list.charts.forEach((chart, at) => chart.forEach((song, index) => {
    const known = found.get(song);
    // The first position of a snapshot is the best one
    if (!known) found.set(song, [[at, index + 1]]);
    else if (known[known.length - 1][0] !== at) known.push([at, index + 1]);
  }));
  return found;
}

/**
 * All songs that a stay was: one, unless it was issued again.
 * @param {List} list
 * @param {number} stay
 */
export const songsOf = ({ stays }, stay) => new Set(stays.issues[stay]?.map(([song]) => song) ?? [stays.song[stay]]);

/**
 * Add a value to the array of a key.
 * @template K, V
 * @param {Map<K, V[]>} map
 * @param {K} key
 * @param {V} value
 */
export function add(map, key, value) {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

/**
 * The positions of every song of a chart, the best first.
 * @param {List} list
 * @param {number} at
 */
export function positionsAt(list, at) {
  const { positions } = indexOf(list);
  let found = positions[at];
  if (!found) {
    found = new Map();
    list.charts[at].forEach((song, index) => {
      if (song >= 0) add(/** @type {Map<number, number[]>} */ (found), song, index + 1);
    });
    positions[at] = found;
  }
  return found;
}

/**
 * The song that a stay was at a snapshot; before its first one it is the first.
 * @param {List} list
 * @param {number} stay
 * @param {number} at
 */
export function songAt(list, stay, at) {
  const issues = list.stays.issues[stay];
  if (!issues) return list.stays.song[stay];
  return (issues.findLast(([, since]) => since <= at) ?? issues[0])[0];
}

/**
 * Whether a stay has begun and not ended.
 * @param {List} list
 * @param {number} stay
 * @param {number} at
 */
export function isListed({ stays }, stay, at) {
  const exited = stays.exited[stay];
  return stays.entered[stay] <= at && (exited === null || at < exited);
}

/**
 * The stay with which a song is on the list; null if there is none.
 * @param {List} list
 * @param {number} song
 * @param {number} at
 */
export function stayOf(list, song, at) {
  return indexOf(list).bySong.get(song)?.find((stay) => isListed(list, stay, at) && songAt(list, stay, at) === song) ?? null;
}

/**
 * The stays that have an origin in common.
 * @param {List} list
 * @param {number} origin
 */
export const staysWithOrigin = (list, origin) => indexOf(list).byOrigin.get(origin) ?? [];

/**
 * All stays of a song on a list, under all its URIs there, in order of entry.
 * @param {List} list
 * @param {number} song
 */
export function staysOf(list, song) {
  const origins = new Set(indexOf(list).bySong.get(song)?.map((stay) => list.stays.origin[stay]));
  return [...origins].flatMap((origin) => staysWithOrigin(list, origin))
    .sort((one, other) => list.stays.entered[one] - list.stays.entered[other]);
}

/**
 * The best position of a song at each snapshot of a range, with all its stays; null where it is not
 * in the chart.
 * @param {List} list
 * @param {number} song
 * @param {number} first
 * @param {number} last
 * @returns {(number | null)[]}
 */
export function pathOf(list, song, first, last) {
  const { sightings } = indexOf(list), stays = staysOf(list, song);
  /** @type {(number | null)[]} */
  const path = new Array(last - first + 1).fill(null);
  /**
   * @param {number} one
   * @param {(at: number) => boolean} isIts Whether the song on a snapshot counts.
   */
  const follow = (one, isIts) => {
    for (const [at, position] of sightings.get(one) ?? []) {
      if (at < first || at > last || !isIts(at)) continue;
      path[at - first] = Math.min(path[at - first] ?? Infinity, position);
    }
  };
  if (!stays.length) follow(song, () => true);
  for (const stay of stays) {
    for (const one of songsOf(list, stay)) follow(one, (at) => isListed(list, stay, at) && songAt(list, stay, at) === one);
  }
  return path;
}

/**
 * The snapshots of a stay up to one, without those that lack the song.
 * @param {List} list
 * @param {number} stay
 * @param {number} at
 */
export function timesSeen({ stays }, stay, at) {
  const until = Math.min(stays.seen[stay], at);
  return until - stays.entered[stay] + 1 - stays.absent[stay].filter((absent) => absent <= until).length;
}

/**
 * The last snapshot, up to one, that has the song of a stay.
 * @param {List} list
 * @param {number} stay
 * @param {number} at
 */
export function lastSeen({ stays }, stay, at) {
  let seen = Math.min(stays.seen[stay], at);
  while (stays.absent[stay].includes(seen)) seen--;
  return seen;
}

/**
 * The best position of a stay up to a snapshot; null if it was never in the charts until then.
 * @param {List} list
 * @param {number} stay
 * @param {number} at
 */
export function bestOf(list, stay, at) {
  if (list.stays.best_on[stay] <= at) return list.stays.best[stay];
  let best = Infinity;
  for (let one = list.stays.entered[stay]; one <= at; one++) {
    best = Math.min(best, positionsAt(list, one).get(songAt(list, stay, one))?.[0] ?? Infinity);
  }
  return best < Infinity ? best : null;
}

/**
 * Days from one snapshot to another, both included.
 * @param {List} list
 * @param {number} first
 * @param {number} last
 */
export const spanned = ({ dates }, first, last) => (Date.parse(dates[last]) - Date.parse(dates[first])) / 864e5 + 1;

/** @param {number[]} numbers */
export const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

/**
 * How many whole snapshots of a range have each song; those of no snapshot are left out. A song
 * that was issued again counts under its last URI.
 * @param {List} list
 * @param {number} first
 * @param {number} last
 */
export function appearances(list, first, last) {
  const { stays } = list, wholeBefore = [0];
  list.dates.forEach((_, at) => wholeBefore.push(wholeBefore[at] + Number(isWhole(list, at))));
  /** @type {Map<number, number>} */
  const found = new Map();
  stays.song.forEach((song, stay) => {
    const start = Math.max(first, stays.entered[stay]), end = Math.min(last, stays.seen[stay]);
    if (start > end) return;
    const absent = stays.absent[stay].filter((at) => at >= start && at <= end && isWhole(list, at)).length;
    const times = wholeBefore[end + 1] - wholeBefore[start] - absent;
    if (times > 0) found.set(song, (found.get(song) ?? 0) + times);
  });
  return found;
}
