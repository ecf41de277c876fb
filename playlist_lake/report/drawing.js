// Charts, tables, cells and texts: how the sections put their rows on the page.

const specifications = JSON.parse(document.getElementById("charts").textContent);
const NO_NAME = "(no name)";
// Pixels that an axis needs per day and a bar chart per bar; letters of a cell that never wraps,
// and of a line in a tooltip
const DAY_WIDTH = 75, BAR_HEIGHT = 22, SHORT = 12, LINE_LENGTH = 100;
const DAY_MS = 864e5;
const collator = new Intl.Collator("en", { numeric: true });

const charts = [];

/** End the charts on the page, and with them their tooltip. */
function endCharts() {
  for (const chart of charts.splice(0)) chart.finalize();
}

/** Draw a chart with these rows; without rows, show the sentence instead. */
async function draw(selector, name, rows, parameters, sentence) {
  const holder = document.querySelector(selector);
  if (!rows.length) {
    holder.replaceChildren(...sentence ? [emptyNote(sentence)] : []);
    return;
  }
  const chart = structuredClone(specifications[name]);
  chart.datasets = { rows };
  chart.height ??= rows.length * BAR_HEIGHT;
  if (parameters.days) parameters.days = axisDays(parameters.days, holder.clientWidth);
  for (const parameter of chart.params ?? []) {
    if (parameter.name in parameters) parameter.value = parameters[parameter.name];
  }
  const colour = (variable) => getComputedStyle(document.body).getPropertyValue(variable).trim();
  const text = { labelColor: colour("--ink"), titleColor: colour("--muted") };
  charts.push(await vegaEmbed(holder, chart, { renderer: "svg", actions: false,
    // page.css has the style
    tooltip: { disableDefaultStyle: true, formatTooltip: (row, escape) => escape(row.text) },
    config: {
      background: null, font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { ...text, labelFontSize: 11, gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line") },
      bar: { color: colour("--bar") }, rect: { color: colour("--bar") }, text: { color: colour("--ink") }, rule: { color: colour("--muted") },
    } }));
}

/** The days that an axis names, as timestamps: the last one, and as many as fit. */
function axisDays(days, width) {
  const step = Math.ceil(days.length / Math.floor(width / DAY_WIDTH));
  return days.filter((_, index) => (days.length - 1 - index) % step === 0).map(Date.parse);
}

/** Show rows of values or cells under headings; a click on a heading sorts by its column. */
function showTable(selector, headings, rows) {
  const holder = document.querySelector(selector);
  if (!rows.length) return holder.replaceChildren();
  const table = document.createElement("table"), body = table.createTBody();
  for (const row of rows) {
    body.insertRow().append(...row.map((value) => value instanceof Node ? value : plainCell(value)));
  }
  const heading = table.createTHead().insertRow();
  headings.forEach((title, column) => {
    const cell = document.createElement("th"), button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.onclick = () => sort(table, column);
    cell.scope = "col";
    cell.className = [...body.rows].some((row) => row.cells[column].className === "number")
      ? "number" : "";
    cell.append(button);
    heading.append(cell);
  });
  holder.replaceChildren(table);
}

/** Sort a table by a column; if it is sorted by it already, reverse the order. */
function sort(table, column) {
  const headings = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const isAscending = headings[column].ariaSort !== "ascending";
  const key = (row) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  };
  const compare = (one, other) =>
    typeof one === "number" && typeof other === "number" ? one - other : collator.compare(one, other);
  body.append(...[...body.rows].sort((one, other) =>
    compare(key(one), key(other)) * (isAscending ? 1 : -1)));
  headings.forEach((cell) => cell.removeAttribute("aria-sort"));
  headings[column].ariaSort = isAscending ? "ascending" : "descending";
}

/** A cell that shows how an item moved; it sorts by the number of positions. */
function moveCell(label, change) {
  const cell = document.createElement("td");
  cell.className = `move ${label ?? ""}`;
  cell.textContent = { up: `▲ ${change}`, down: `▼ ${-change}`, same: "=", new: "★ new",
    "re-entry": "↩ back" }[label] ?? "";
  cell.dataset.value = { new: 1e6, "re-entry": 1e5 }[label] ?? change ?? -1e6;
  return cell;
}

/** A cell with a song's name, and its artists in small letters. */
function songCell([name, artists]) {
  const cell = document.createElement("td");
  const small = document.createElement("small");
  cell.dir = small.dir = "auto";
  cell.textContent = name ?? NO_NAME;
  small.textContent = artists ?? "";
  cell.append(small);
  return cell;
}

function plainCell(value) {
  const cell = document.createElement("td");
  cell.textContent = typeof value === "number" ? value.toLocaleString("en") : value ?? "";
  if (typeof value === "number") {
    cell.className = "number";
    cell.dataset.value = value;
  } else {
    cell.dir = "auto";
    cell.className = cell.textContent.length <= SHORT ? "short" : "";
  }
  return cell;
}

/** Set a text to one or several sentences; false ones are left out. */
function setText(selector, sentences) {
  document.querySelector(selector).textContent = [sentences].flat().filter(Boolean).join(" ");
}

function emptyNote(sentence) {
  const paragraph = document.createElement("p");
  paragraph.className = "empty";
  paragraph.textContent = sentence;
  return paragraph;
}

/** The lines of a tooltip: those that are not empty; a long one is cut. */
function textLines(...lines) {
  return lines.filter(Boolean).map((line) => {
    const letters = [...line.replace(/\s+/g, " ")];
    return letters.length > LINE_LENGTH ? `${letters.slice(0, LINE_LENGTH - 1).join("")}…` : letters.join("");
  }).join("\n");
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const counted = (number, one, several = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
const daysBetween = (first, last) => (Date.parse(last) - Date.parse(first)) / DAY_MS;
const nextDay = (date) => new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
