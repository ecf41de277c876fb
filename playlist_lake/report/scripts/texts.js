// Numbers, dates and sentences as the page writes them.

const DAY_MS = 864e5;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** @param {number} number */
export const grouped = (number) => number.toLocaleString("en");

/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(1)} %`;

/**
 * A number with its noun.
 * @param {number} number
 * @param {string} one
 */
export const counted = (number, one, several = `${one}s`) => `${grouped(number)} ${number === 1 ? one : several}`;

/**
 * @param {string} first
 * @param {string} last
 */
export const daysBetween = (first, last) => (Date.parse(last) - Date.parse(first)) / DAY_MS;

/**
 * A date such as `5 Nov`, with its year if that of another date differs.
 * @param {string} date
 */
export const shortDate = (date, other = date) => `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}${date.slice(0, 4) === other.slice(0, 4) ? "" : ` ${date.slice(0, 4)}`}`;

/**
 * The month of a date, such as `Nov 2026`.
 * @param {string} date
 */
export const monthOf = (date) => `${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`;

/**
 * Sentences as one text; false and null ones are left out.
 * @param {(string | false | null | undefined)[]} all
 */
export const sentences = (...all) => all.filter(Boolean).join(" ");

/** @param {string} text */
export const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
