// One tooltip for all marks: it shows the `data-tip` of what the pointer is on.

import { element } from "./elements.js";

const LINE_LENGTH = 100;
const tooltip = element("div", { id: "tooltip", hidden: true });

/** Follow the pointer; call it once. */
export function followPointer() {
  document.body.append(tooltip);
  // A finger taps instead of pointing
  for (const event of /** @type {const} */ (["pointermove", "pointerdown"])) {
    document.addEventListener(event, ({ target, clientX, clientY }) => {
      const mark = target instanceof Element ? target.closest("[data-tip]") : null;
      if (mark) showTip(mark.getAttribute("data-tip") ?? "", clientX, clientY);
      else hideTip();
    });
  }
  document.addEventListener("scroll", hideTip, { passive: true });
}

/**
 * Show a text beside a place on the screen; long lines are cut.
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
export function showTip(text, x, y) {
  tooltip.textContent = text.split("\n").map(cut).join("\n");
  tooltip.hidden = false;
  const { width, height } = tooltip.getBoundingClientRect();
  const left = x + 12 + width > innerWidth ? Math.max(4, x - 12 - width) : x + 12;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${y + 16 + height > innerHeight ? Math.max(4, y - 8 - height) : y + 16}px`;
}

export function hideTip() {
  tooltip.hidden = true;
}

/** @param {string} line */
function cut(line) {
  const letters = [...line.replace(/\s+/g, " ")];
  return letters.length > LINE_LENGTH ? `${letters.slice(0, LINE_LENGTH - 1).join("")}…` : letters.join("");
}
