// What a page about a list shows: the list, two of its snapshots, and the width of its charts.

import { lists, listTitle } from "./data.js";
import { addressOf } from "./address.js";
import { element } from "./elements.js";
import { daysBetween, monthOf } from "./texts.js";
/** @import { List } from "./data.js" */
/** @import { Address, PageName } from "./address.js" */

/** @typedef {{ list: List, first: number, last: number, width: number }} View */

const DEFAULT_DATES = 30;
// The choice of more dates than these has a heading for each month
const MAX_UNGROUPED = 62;

/**
 * The view that an address asks for: the snapshots nearest to its dates, else the last 30.
 * @param {List} list
 * @param {Address} address
 * @param {number} width
 * @returns {View}
 */
export function viewOf(list, { from, to }, width) {
  const { dates } = list;
  const upTo = to ? dates.findLastIndex((date) => date <= to) : -1;
  const last = upTo < 0 ? (to ? 0 : dates.length - 1) : upTo;
  const since = from ? dates.findIndex((date) => date >= from) : -1;
  const first = since < 0 || since > last ? (from ? last : Math.max(0, last + 1 - DEFAULT_DATES)) : since;
  return { list, first, last, width };
}

/**
 * The days between the snapshots of a list without gaps: 7 if it has one weekday only, else 1.
 * @param {List} list
 */
export function snapshotInterval({ dates }) {
  return dates.length > 2 && dates.every((date) => daysBetween(dates[0], date) % 7 === 0) ? 7 : 1;
}

/**
 * Tells of each snapshot of the view whether a line joins it and the next one: both are complete,
 * and none is missing between them.
 * @param {View} view
 */
export function joinedIn({ list, first }) {
  const { dates, complete } = list, interval = snapshotInterval(list);
  return (/** @type {number} */ index) => {
    const at = first + index;
    return complete[at] && complete[at + 1] && daysBetween(dates[at], dates[at + 1]) === interval;
  };
}

/**
 * The controls that choose a list and two of its dates; each choice is an address of its own.
 * @param {View} view
 * @param {PageName} page
 * @param {boolean} areDatesChosen Whether another list is shown on these dates too.
 */
export function controls({ list, first, last }, page, areDatesChosen) {
  const { dates } = list;
  /**
   * @param {number} from
   * @param {number} to
   */
  const go = (from, to) => { location.hash = addressOf(page, list.id, { from: dates[Math.min(from, to)], to: dates[Math.max(from, to)] }); };
  const chosen = areDatesChosen ? { from: dates[first], to: dates[last] } : {};
  const titles = lists.map((one) => ({ value: one.id, text: `${listTitle(one)}${one.stale ? " (not read)" : ""}` }));
  const isLong = dates.length > MAX_UNGROUPED, days = dates.map((date, at) => ({ value: String(at), text: date, group: isLong ? monthOf(date) : "" }));
  return element("form", { id: "choice", autocomplete: "off", submit: (event) => event.preventDefault() },
    select("list", "List", titles, list.id, (id) => { location.hash = addressOf(page, id, chosen); }),
    select("from", "From", days, String(first), (from) => go(Number(from), Math.max(Number(from), last))),
    select("to", "To", days, String(last), (to) => go(Math.min(first, Number(to)), Number(to))),
    element("span", { class: "steps" },
      step("before", "‹", "Previous date", last > 0 && (() => go(Math.min(first, last - 1), last - 1))),
      step("after", "›", "Next date", last + 1 < dates.length && (() => go(first, last + 1)))));
}

/**
 * @param {string} id
 * @param {string} label
 * @param {{ value: string, text: string, group?: string }[]} options Those of a group are together.
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
function select(id, label, options, chosen, choose) {
  const made = /** @type {HTMLSelectElement} */ (element("select", { id, change: () => choose(made.value) }));
  /** @type {HTMLElement} */
  let inside = made;
  for (const { value, text, group } of options) {
    if (group && inside.getAttribute("label") !== group) made.append(inside = element("optgroup", { label: group }));
    inside.append(element("option", { value, selected: value === chosen }, text));
  }
  return element("label", {}, `${label} `, made);
}

/**
 * @param {string} id
 * @param {string} text
 * @param {string} label
 * @param {false | (() => void)} click
 */
const step = (id, text, label, click) =>
  element("button", { id, type: "button", "aria-label": label, title: label, disabled: !click, click: click || (() => {}) }, text);
