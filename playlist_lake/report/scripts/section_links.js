// Links to the sections of a long page, which stay in sight while the reader scrolls.

import { element } from "./elements.js";

/**
 * They are buttons, because the address says what the page shows, not where the reader is.
 * @param {[id: string, title: string][]} sections
 */
export const sectionLinks = (sections) => element("nav", { class: "sections", "aria-label": "On this page" },
  ...sections.map(([id, title]) => element("button", { type: "button", id: `to-${id}`, click: () => goToSection(id) }, title)));

/** @param {string} id */
function goToSection(id) {
  const heading = document.getElementById(`${id}-title`);
  if (!heading) return;
  document.getElementById(id)?.scrollIntoView();
  // So that a keyboard and a screen reader go on from there
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
