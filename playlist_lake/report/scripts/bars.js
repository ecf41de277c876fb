// Horizontal bars on a common scale whose ends are marked; each label stands at its bar.

import { csvButton } from "./csv.js";
import { element, named } from "./elements.js";
import { percent } from "./texts.js";

/** @typedef {{ title: string | Node, share: number, detail: string, isRest?: boolean }} Bar What is not a part like the others is the rest. */

const STEPS = [0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 1];

/**
 * The end of a scale that holds these shares: a round one.
 * @param {number[]} shares
 */
const scaleEnd = (shares) => STEPS.find((step) => Math.max(0, ...shares) <= step) ?? 1;

/**
 * Bars of shares as a table.
 * @param {{ caption: string, file: string, bars: Bar[], end?: number }} content
 */
export function shareBars({ caption, file, bars, end = scaleEnd(bars.map(({ share }) => share)) }) {
  const rows = bars.map(({ title, share, detail, isRest }) => {
    const width = `${(100 * share / end).toFixed(2)}%`;
    return element("tr", { "data-tip": `${textOf(title)}\n${percent(share)}: ${detail}` },
      element("th", { scope: "row" }, typeof title === "string" ? named(title) : title),
      element("td", {}, element("div", { class: "track" },
        share > 0 && element("div", { class: isRest ? "bar rest" : "bar", style: `width: ${width}` }), element("span", { class: "value" }, percent(share)))),
      element("td", { class: "detail" }, detail));
  });
  const ends = element("tr", { class: "ends", "aria-hidden": "true" }, element("td"),
    element("td", {}, element("div", { class: "track" }, element("span", {}, "0 %"), element("span", {}, `${100 * end} %`))),
    element("td", { class: "detail" }));
  return element("div", { class: "bars" },
    element("table", {}, element("caption", {}, caption), element("tbody", {}, ...rows), element("tfoot", {}, ends)),
    csvButton(file, ["Name", "Share", "Detail"], () => bars.map((bar) => [textOf(bar.title), bar.share, bar.detail])));
}

/** @param {string | Node} title */
const textOf = (title) => typeof title === "string" ? title : title.textContent ?? "";
