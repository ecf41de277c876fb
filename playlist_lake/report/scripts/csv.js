// Saving what a section shows as a CSV file.

import { element } from "./elements.js";

/** @typedef {string | number | null} CsvValue */

/**
 * A button that saves rows as a CSV file.
 * @param {string} file The name of the file, without its ending.
 * @param {string[]} headings
 * @param {() => CsvValue[][]} rows
 */
export const csvButton = (file, headings, rows) => element("button", {
  type: "button", class: "csv", "aria-label": `Save ${file}.csv`,
  click: () => save(`${file}.csv`, csvText([headings, ...rows()])),
}, "CSV");

/**
 * Rows as RFC 4180 has them. A text that a spreadsheet would take for a formula gets an apostrophe.
 * @param {CsvValue[][]} rows
 */
const csvText = (rows) => rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("");

/** @param {CsvValue} value */
function csvField(value) {
  if (typeof value !== "string") return value ?? "";
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {string} name
 * @param {string} text
 */
function save(name, text) {
  // The mark at the start tells spreadsheets that the text is UTF-8
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  element("a", { href: address, download: name.replace(/[^\p{L}\p{N}. _-]/gu, "_") }).click();
  URL.revokeObjectURL(address);
}
