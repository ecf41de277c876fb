// The data of the report: its types, and how a list, a song or an artist is found and named.

/**
 * The stays of a list, one per chain, as columns. Songs are numbers; `entered`, `seen`, `exited`,
 * `missing`, `best_on` and `absent` are numbers of snapshots; `entry`, `best` and `last` are
 * positions.
 * @typedef {object} Stays
 * @property {number[]} song
 * @property {number[]} origin What all stays of a song on the list have in common.
 * @property {number[]} entered
 * @property {number[]} seen
 * @property {(number | null)[]} exited
 * @property {(number | null)[]} missing
 * @property {number[]} best_on
 * @property {number[]} entry
 * @property {number[]} best
 * @property {number[]} last
 * @property {number[]} number
 * @property {number[]} before_history
 * @property {number[][]} absent
 * @property {([number, number][] | null)[]} issues Songs, and since when the stay is that of them.
 */

/**
 * A list; the arrays have one value per snapshot, in order of date.
 * @typedef {object} List
 * @property {string} id
 * @property {string} name
 * @property {string[]} dates
 * @property {boolean[]} complete
 * @property {boolean[]} drop
 * @property {(number | null)[]} previous
 * @property {number[]} sizes
 * @property {number[]} totals
 * @property {string | null} stale
 * @property {number[][]} charts Songs in the order of positions; -1 is a position without one.
 * @property {Partial<Record<ChartFileColumn, (number | null)[][]>>} chart_files By position, as `charts`.
 * @property {Stays} stays
 */

/** @typedef {"streams" | "peak_rank" | "days_on_chart" | "weeks_on_chart"} ChartFileColumn */

/**
 * @typedef {object} Songs
 * @property {string[]} uri
 * @property {string[]} type
 * @property {(string | null)[]} name
 * @property {number[][]} artists
 * @property {(string | null)[]} isrc
 * @property {(boolean | null)[]} explicit
 * @property {(number | null)[]} seconds
 * @property {(string | null)[]} released
 * @property {(string | null)[]} album_type
 */

/**
 * @typedef {object} Artists
 * @property {(string | null)[]} name
 * @property {(string | null)[]} id
 * @property {[number, number][][]} [genres] Genres with their votes.
 */

/** @typedef {{ playlist_id: string, days: number, entrants: number, observed: number, share: number | null }} Survival */
/** @typedef {{ playlist_id: string, date: string, change: string, song: number | null, name: string | null, value: string | null, previous: string | null }} Change */
/** @typedef {{ reason: string, song: number | null, position: number, seen: string, playable: string | null, replacement: number | null }} Vanished */

/**
 * @typedef {object} Contents
 * @property {number} max_positions
 * @property {boolean} is_simulated
 * @property {number} never_read
 * @property {List[]} lists
 * @property {Songs} songs
 * @property {Artists} artists
 * @property {string[] | null} genres
 * @property {Record<string, string | number | null>[]} health
 * @property {Survival[]} survival
 * @property {Change[]} changes
 * @property {Record<string, { count: number, rows: Vanished[] }>} vanished
 */

const NO_NAME = "(no name)";

export const collator = new Intl.Collator("en", { numeric: true });

/** @type {Contents} */
export const contents = JSON.parse(document.getElementById("contents")?.textContent ?? "");
export const { songs, artists } = contents;
export const lists = contents.lists.sort((one, other) => collator.compare(one.name, other.name));

const listsById = new Map(lists.map((list) => [list.id, list]));
const songsByUri = new Map(songs.uri.map((uri, song) => [uri, song]));
const countByName = new Map();
for (const { name } of lists) countByName.set(name, (countByName.get(name) ?? 0) + 1);

/** @param {string} id */
export const listWithId = (id) => listsById.get(id);

/** @param {string} uri */
export const songWithUri = (uri) => songsByUri.get(uri);

/**
 * The name of a list; two lists with one name are told apart by their ids.
 * @param {List} list
 */
export const listTitle = (list) =>
  countByName.get(list.name) > 1 ? `${list.name} (${list.id.slice(0, 6)})` : list.name;

/** @param {number} song */
export const songName = (song) => songs.name[song] ?? NO_NAME;

/** @param {number} artist */
export const artistName = (artist) => artists.name[artist] ?? NO_NAME;

/** @param {number} song */
export const artistNames = (song) => songs.artists[song].map(artistName).join(", ");

/**
 * What the address calls an artist: the id, or the name of one without an id.
 * @param {number} artist
 */
export const artistKey = (artist) => artists.id[artist] ?? artists.name[artist] ?? "";

/** @param {string} key */
export const artistWithKey = (key) => {
  const artist = artists.name.findIndex((_, one) => artistKey(one) === key);
  return artist < 0 ? undefined : artist;
};

/**
 * Whether a snapshot is complete and not a drop, so that others can be compared with it.
 * @param {List} list
 * @param {number} at
 */
export const isWhole = (list, at) => list.complete[at] && !list.drop[at];

const SPOTIFY_URI = /^spotify:(track|episode|artist|playlist):([0-9A-Za-z]{22})$/;

/**
 * The address of a page of Spotify; undefined for what has none, such as local files, Liked Songs,
 * lists of chart files, and everything that is simulated.
 * @param {string} uri
 */
export function spotifyAddress(uri) {
  const parts = contents.is_simulated ? null : SPOTIFY_URI.exec(uri);
  return parts ? `https://open.spotify.com/${parts[1]}/${parts[2]}` : undefined;
}
