// The address of the page holds what it shows, so that links can be kept and the back button works.

export const PAGES = /** @type {const} */ (["lists", "list", "song", "artist", "compare", "search"]);

/** @typedef {(typeof PAGES)[number]} PageName */

/**
 * What the page shows: a page, the id of what it is about, and the chosen dates.
 * @typedef {object} Address
 * @property {PageName} page
 * @property {string} key
 * @property {string | null} from
 * @property {string | null} to
 */

/**
 * The address of a page, as the part of a URL behind the name of the file.
 * @param {PageName} page
 * @param {{ from?: string | null, to?: string | null }} dates
 */
export function addressOf(page, key = "", dates = {}) {
  const query = [dates.from && `from=${dates.from}`, dates.to && `to=${dates.to}`].filter(Boolean).join("&");
  return `#/${page}${key && `/${encodeURIComponent(key)}`}${query && `?${query}`}`;
}

/**
 * What an address asks for; the first page if it is none of the page's own.
 * @param {string} hash
 * @returns {Address}
 */
export function parsedAddress(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?", 2), [name, key = ""] = path.split("/", 2);
  const page = PAGES.find((one) => one === name) ?? "lists", dates = new URLSearchParams(query);
  return { page, key: decoded(key), from: dates.get("from"), to: dates.get("to") };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
