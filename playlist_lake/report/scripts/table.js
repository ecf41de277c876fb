// Tables: captions for screen readers, headings that sort, and a button that saves the rows as CSV.

import { collator } from "./data.js";
import { csvButton } from "./csv.js";
import { element } from "./elements.js";
import { grouped } from "./texts.js";

// Letters of a cell that never wraps, and of one that needs much room
const SHORT = 12, LONG = 80;
// Rows that are shown at first; with a few more than these, all are
const SHOWN_ROWS = 20, FEW = 5;
// The tables of which the reader wants all rows, also on other dates
const shownWhole = new Set();

/**
 * A value of a cell: what it shows, what it sorts by, and what the CSV file has, if that differs.
 * @typedef {{ node: Node, sort?: string | number, csv?: string | number | CsvValue[], class?: string }} Cell
 */
/** @import { CsvValue } from "./csv.js" */
/** @typedef {string | number | null | Cell} Value */
/** @typedef {{ title: string, hint?: string, csv?: string[] }} Column A column can have several in the CSV file. */

/**
 * A table with a caption; null without rows. A long one shows its first rows and a button for all.
 * @param {{ id?: string, caption: string, file: string, columns: (string | Column)[], rows: Value[][] }} content
 */
export function table({ id, caption, file, columns, rows }) {
  if (!rows.length) return null;
  const heads = columns.map((column) => typeof column === "string" ? { title: column } : column);
  const numeric = heads.map((_, at) => rows.some((row) => isNumber(row[at])));
  const body = element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((value, at) => cellOf(value, numeric[at])))));
  const made = /** @type {HTMLTableElement} */ (element("table", {}, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads.map(({ title, hint }, at) =>
      element("th", { scope: "col", class: numeric[at] ? "number" : title.length <= SHORT ? "short" : null, title: hint },
        element("button", { type: "button", click: () => sort(made, at) }, title))))), body));
  const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, made);
  return element("div", { class: "table" }, scroll, rows.length > SHOWN_ROWS + FEW && allRowsButton(made, id ?? caption, rows.length),
    csvButton(file, heads.flatMap(({ title, csv }) => csv ?? [title]),
      () => rows.map((row) => row.flatMap((value, at) => csvValues(value, heads[at].csv?.length ?? 1)))));
}

/**
 * A button that shows all rows of a table, or its first ones only.
 * @param {HTMLTableElement} made
 * @param {string} key What the table is called whatever the dates are.
 * @param {number} count
 */
function allRowsButton(made, key, count) {
  const button = element("button", { type: "button", id: `all-${key}`, class: "all", click: () => {
    if (!shownWhole.delete(key)) shownWhole.add(key);
    update();
    // What follows the table has come to where the reader looks
    if (!shownWhole.has(key)) button.scrollIntoView({ block: "center" });
  } });
  const update = () => {
    const isWhole = shownWhole.has(key);
    made.classList.toggle("short-table", !isWhole);
    button.setAttribute("aria-expanded", String(isWhole));
    button.textContent = isWhole ? `Show the first ${SHOWN_ROWS} rows` : `Show all ${grouped(count)} rows`;
  };
  update();
  return button;
}

/** @param {Value} value */
const isNumber = (value) => typeof value === "number" || (typeof value === "object" && value?.class === "number");

/**
 * @param {Value} value
 * @param {boolean} isNumeric
 */
function cellOf(value, isNumeric) {
  if (value !== null && typeof value === "object") {
    return element("td", { class: value.class, "data-value": value.sort }, value.node);
  }
  if (typeof value === "number") return element("td", { class: "number", "data-value": value }, grouped(value));
  if (isNumeric) return element("td", { class: "number" }, value ?? "");
  const { length } = value ?? "";
  return element("td", { dir: "auto", class: length <= SHORT ? "short" : length > LONG ? "long" : "wide" }, value ?? "");
}

/**
 * The values of a cell in the CSV file, filled up to a number of them.
 * @param {Value} value
 * @param {number} length
 * @returns {CsvValue[]}
 */
function csvValues(value, length) {
  const saved = value !== null && typeof value === "object" ? value.csv ?? value.node.textContent : value;
  return Array.from({ length }, (_, at) => (Array.isArray(saved) ? saved : [saved])[at] ?? null);
}

/**
 * Sort a table by a column; if it is sorted by it already, reverse the order.
 * @param {HTMLTableElement} sorted
 * @param {number} column
 */
function sort(sorted, column) {
  const headings = [...sorted.tHead?.rows[0].cells ?? []], body = sorted.tBodies[0];
  const direction = headings[column].ariaSort === "ascending" ? -1 : 1;
  /** @param {HTMLTableRowElement} row */
  const key = ({ cells }) => cells[column].dataset.value ?? cells[column].textContent ?? "";
  const rows = [...body.rows].map((row) => ({ row, key: key(row), number: Number.parseFloat(key(row)) }));
  const areNumbers = rows.every(({ key: text, number }) => text === "" || String(number) === text);
  rows.sort((one, other) => direction * (areNumbers
    ? compareNumbers(one.number, other.number, direction) : collator.compare(one.key, other.key)));
  body.append(...rows.map(({ row }) => row));
  headings.forEach((cell) => cell.removeAttribute("aria-sort"));
  headings[column].ariaSort = direction === 1 ? "ascending" : "descending";
}

/**
 * Compare numbers; what is missing comes last in either direction.
 * @param {number} one
 * @param {number} other
 * @param {number} direction
 */
function compareNumbers(one, other, direction) {
  if (Number.isNaN(one) || Number.isNaN(other)) {
    return direction * (Number(Number.isNaN(one)) - Number(Number.isNaN(other)));
  }
  return one - other;
}
