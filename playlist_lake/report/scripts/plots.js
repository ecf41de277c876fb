// Charts over time as SVG: lines of positions, bars of entries and exits, and small lines.

import { svgElement } from "./elements.js";
import { hideTip, showTip } from "./tooltip.js";
import { shortDate } from "./texts.js";

// Pixels
const TOP = 12, BOTTOM = 38, LEFT = 34, LABEL_HEIGHT = 15, DAY_LABEL_WIDTH = 64, MAX_BAR = 24;
const POSITION_TICKS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100];
const LINE_COLOURS = 10;

/**
 * A line: its name, and its position and tooltip at each snapshot.
 * @typedef {{ name: string, href: string, positions: (number | null)[], tips: (string | null)[] }} Line
 */

/**
 * @typedef {object} Frame
 * @property {number} width
 * @property {number} height
 * @property {number} right Pixels beside the chart.
 * @property {string[]} dates
 * @property {string} label What the chart shows, as a sentence.
 */

/**
 * Lines of positions on a logarithmic scale, 1 at the top; the names stand at their ends.
 * @param {Frame} frame
 * @param {Line[]} lines
 * @param {(at: number) => boolean} isJoined Whether a line joins a snapshot and the next one.
 */
export function positionsPlot(frame, lines, isJoined) {
  const deepest = Math.max(2, ...lines.flatMap(({ positions }) => positions.map((one) => one ?? 0)));
  // A single line has the whole height
  const best = lines.length > 1 ? 1 : Math.min(deepest - 1, ...lines[0].positions.map((one) => one ?? deepest));
  const x = timeScale(frame), inner = frame.height - TOP - BOTTOM;
  /** @param {number} position */
  const y = (position) => TOP + inner * Math.log(position / best) / Math.log(deepest / best);
  const plot = emptyPlot(frame, x);
  let lastY = -Infinity;
  // Both ends are named
  for (const tick of [best, ...POSITION_TICKS.filter((one) => one > best && one < deepest), deepest]) {
    if (y(tick) - lastY < LABEL_HEIGHT || (tick < deepest && y(deepest) - y(tick) < LABEL_HEIGHT)) continue;
    lastY = y(tick);
    plot.append(gridLine(frame, y(tick)), svgElement("text", { x: LEFT - 8, y: y(tick) + 4, class: "tick end" }, String(tick)));
  }
  /** @type {{ x: number, y: number, tip: string, line: Element }[]} */
  const points = [];
  const drawn = lines.map((line, number) => {
    const colour = number % LINE_COLOURS, group = svgElement("a", { href: line.href, class: `line colour-${colour}`, "aria-label": line.name });
    group.append(svgElement("path", { d: linePath(line.positions, x, y, isJoined) }));
    line.positions.forEach((position, at) => {
      if (position === null) return;
      points.push({ x: x(at), y: y(position), tip: line.tips[at] ?? "", line: group });
      if (isAlone(line.positions, at, isJoined)) group.append(svgElement("circle", { cx: x(at), cy: y(position), r: 3 }));
    });
    return group;
  });
  plot.append(...drawn, ...endNames(frame, lines, y));
  pointAtNearest(plot, points, drawn);
  return plot;
}

/**
 * Bars up for entries and down for exits.
 * @param {Frame} frame
 * @param {{ entered: number, left: number }[]} counts
 */
export function movementPlot(frame, counts) {
  const up = Math.max(1, ...counts.map(({ entered }) => entered)), down = Math.max(1, ...counts.map(({ left }) => left));
  const x = timeScale(frame, MAX_BAR / 2 + 2), scale = (frame.height - TOP - BOTTOM) / (up + down), zero = TOP + up * scale;
  const plot = emptyPlot(frame, x);
  /** @type {[number, number][]} */
  const marked = [[zero - up * scale, up], [zero, 0], [zero + down * scale, down]];
  for (const [y, count] of marked) {
    plot.append(gridLine(frame, y), svgElement("text", { x: LEFT - 8, y: y + 4, class: "tick end" }, String(count)));
  }
  const distances = frame.dates.slice(1).map((_, at) => x(at + 1) - x(at));
  const width = Math.max(3, Math.min(MAX_BAR, 0.8 * Math.min(...distances)));
  counts.forEach(({ entered, left }, at) => {
    const tip = `${frame.dates[at]}: ${entered} entered, ${left} left`;
    plot.append(
      svgElement("rect", { class: "entered", x: x(at) - width / 2, y: zero - entered * scale, width, height: entered * scale }),
      svgElement("rect", { class: "left", x: x(at) - width / 2, y: zero, width, height: left * scale }),
      svgElement("rect", { class: "target", x: x(at) - width / 2, y: TOP, width, height: frame.height - TOP - BOTTOM, "data-tip": tip }));
  });
  return plot;
}

/**
 * A small line of positions, the best at the top.
 * @param {(number | null)[]} positions
 * @param {string[]} dates
 * @param {(at: number) => boolean} isJoined
 */
export function smallLine(positions, dates, isJoined) {
  const width = 96, height = 24;
  const known = positions.filter((one) => one !== null);
  const best = Math.min(...known), range = Math.max(1, Math.max(...known) - best);
  const x = timeScale({ width: width - 2, height, right: 2, dates, label: "" }, 0, 2);
  /** @param {number} position */
  const y = (position) => 3 + (height - 6) * (position - best) / range;
  const plot = svgElement("svg", { class: "small", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    svgElement("path", { d: linePath(positions, x, y, isJoined) }));
  positions.forEach((position, at) => {
    if (position !== null && (at === positions.length - 1 || isAlone(positions, at, isJoined))) {
      plot.append(svgElement("circle", { cx: x(at), cy: y(position), r: at === positions.length - 1 ? 2.5 : 1 }));
    }
  });
  return plot;
}

/**
 * Small bars of counts.
 * @param {number[]} counts
 * @param {string[]} tips
 * @param {string} label
 * @param {number} height
 */
export function smallBars(counts, tips, label, height) {
  const width = 240, step = Math.min(MAX_BAR, width / counts.length), most = Math.max(1, ...counts);
  return svgElement("svg", { class: "small", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "none", width: "100%", height },
    ...counts.flatMap((count, at) => [
      svgElement("rect", { class: "count", x: at * step, width: Math.max(1, step - 2), y: height - 1 - (height - 3) * count / most, height: 1 + (height - 3) * count / most }),
      svgElement("rect", { class: "target", x: at * step, width: step, y: 0, height, "data-tip": tips[at] }),
    ]));
}

/**
 * Pixels of a snapshot from the left, by its date.
 * @param {Frame} frame
 */
function timeScale({ width, right, dates }, padding = 4, left = LEFT) {
  const start = Date.parse(dates[0]), span = Date.parse(dates[dates.length - 1]) - start;
  const inner = width - left - right - 2 * padding;
  const pixels = dates.map((date) => left + padding + (span ? inner * (Date.parse(date) - start) / span : inner / 2));
  return (/** @type {number} */ at) => pixels[at];
}

/**
 * A chart with the axis of its days.
 * @param {Frame} frame
 * @param {(at: number) => number} x
 */
function emptyPlot({ width, height, dates, label }, x) {
  const plot = svgElement("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
  const hasYears = dates[0].slice(0, 4) !== dates[dates.length - 1].slice(0, 4);
  // From the last date backwards, as many as do not touch
  let next = Infinity;
  for (let at = dates.length - 1; at >= 0; at--) {
    if (next - x(at) < DAY_LABEL_WIDTH) continue;
    next = x(at);
    plot.append(
      svgElement("line", { class: "day", x1: x(at), x2: x(at), y1: height - BOTTOM, y2: height - BOTTOM + 5 }),
      svgElement("text", { class: "tick middle", x: x(at), y: height - BOTTOM + 18 }, shortDate(dates[at])),
      hasYears ? svgElement("text", { class: "tick middle", x: x(at), y: height - BOTTOM + 31 }, dates[at].slice(0, 4)) : "");
  }
  return plot;
}

/**
 * @param {Frame} frame
 * @param {number} y
 */
const gridLine = ({ width, right }, y) => svgElement("line", { class: "grid", x1: LEFT, x2: width - right, y1: y, y2: y });

/**
 * @param {(number | null)[]} positions
 * @param {(at: number) => number} x
 * @param {(position: number) => number} y
 * @param {(at: number) => boolean} isJoined
 */
function linePath(positions, x, y, isJoined) {
  return positions.map((position, at) => {
    if (position === null) return "";
    const isFirst = at === 0 || positions[at - 1] === null || !isJoined(at - 1);
    return `${isFirst ? "M" : "L"}${x(at).toFixed(1)},${y(position).toFixed(1)}`;
  }).join("");
}

/**
 * Whether no line leads to or from a position.
 * @param {(number | null)[]} positions
 * @param {number} at
 * @param {(at: number) => boolean} isJoined
 */
function isAlone(positions, at, isJoined) {
  const before = at > 0 && positions[at - 1] !== null && isJoined(at - 1);
  return !before && !(at + 1 < positions.length && positions[at + 1] !== null && isJoined(at));
}

/**
 * The names of the lines that reach the last date, moved apart so that they do not touch.
 * @param {Frame} frame
 * @param {Line[]} lines
 * @param {(position: number) => number} y
 */
function endNames(frame, lines, y) {
  const ends = lines.flatMap(({ name, href, positions }, number) => {
    const position = positions[positions.length - 1];
    return position === null ? [] : [{ name, href, number, y: y(position) + 4 }];
  }).sort((one, other) => one.y - other.y);
  ends.forEach((end, at) => { if (at) end.y = Math.max(end.y, ends[at - 1].y + LABEL_HEIGHT); });
  const letters = Math.floor((frame.right - 12) / 6.6);
  if (letters < 3) return [];
  return ends.map(({ name, href, number, y: at }) => svgElement("a", { href, tabindex: -1, "aria-hidden": "true" },
    svgElement("text", { class: `name colour-${number % LINE_COLOURS}`, x: frame.width - frame.right + 8, y: at },
      [...name].length > letters ? `${[...name].slice(0, letters - 1).join("")}…` : name)));
}

/**
 * Show the tooltip of the point that is nearest to the pointer, and bring its line out.
 * @param {SVGElement} plot
 * @param {{ x: number, y: number, tip: string, line: Element }[]} points
 * @param {Element[]} lines
 */
function pointAtNearest(plot, points, lines) {
  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = plot.getBoundingClientRect(), x = event.clientX - box.x, y = event.clientY - box.y;
    /** @param {{ x: number, y: number }} one */
    const distance = (one) => (one.x - x) ** 2 + (one.y - y) ** 2;
    const nearest = points.reduce((one, other) => distance(other) < distance(one) ? other : one, points[0]);
    if (!nearest) return;
    event.stopPropagation();
    lines.forEach((line) => line.classList.toggle("faded", line !== nearest.line));
    showTip(nearest.tip, event.clientX, event.clientY);
  };
  plot.addEventListener("pointermove", point);
  plot.addEventListener("pointerdown", point);
  plot.addEventListener("pointerleave", ({ pointerType }) => {
    lines.forEach((line) => line.classList.remove("faded"));
    // A finger leaves as soon as it has tapped
    if (pointerType !== "touch") hideTip();
  });
}
