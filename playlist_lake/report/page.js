// The report's page: what the user can choose, and showing the chosen list and dates.
// Needs sections.js and drawing.js.

const DEFAULT_DATES = 30;

const list = document.getElementById("list");
const from = document.getElementById("from");
const to = document.getElementById("to");

function start() {
  const lists = contents.lists.sort((one, other) => collator.compare(one.name, other.name));
  const dates = lists.flatMap((one) => one.dates).sort();
  setText("#extent", `${counted(lists.length, "list")}, ${counted(new Set(dates).size, "date")} ` +
    `from ${dates[0]} to ${dates.at(-1)}` + (contents.never_read
    ? `; ${counted(contents.never_read, "more list was", "more lists were")} never read: see Health` : ""));
  lists.forEach((one, index) => list.append(new Option(`${listTitle(one)}${one.stale ? " (not read)" : ""}`, index)));
  list.value = listIndex(contents.first_shown);
  let areDatesChosen = false;
  list.onchange = () => { offerDates(...areDatesChosen ? [from.value, to.value] : []); show(); };
  from.onchange = () => { areDatesChosen = true; if (from.value > to.value) to.value = from.value; show(); };
  to.onchange = () => { areDatesChosen = true; if (to.value < from.value) from.value = to.value; show(); };
  matchMedia("(prefers-color-scheme: dark)").onchange = show;
  offerDates();
  return show();
}

/** Offer the chosen list's dates; select those nearest to `first` and `last`, else the latest. */
function offerDates(first, last) {
  const { dates } = contents.lists[list.value];
  for (const select of [from, to]) {
    select.replaceChildren(...dates.map((date) => new Option(date, date)));
  }
  to.value = (last && dates.findLast((date) => date <= last)) || dates.at(-1);
  const before = dates.slice(0, dates.indexOf(to.value) + 1);
  from.value = (first && before.find((date) => date >= first)) || before.at(-DEFAULT_DATES) || before[0];
}

/** Show all sections; resolves when all charts are drawn. */
async function show() {
  document.body.dataset.drawn = "no";
  endCharts();
  const chosen = contents.lists[list.value];
  setText("#stale", chosen.stale && chosen.stale[0].toUpperCase() + chosen.stale.slice(1));
  const range = [chosen.dates.indexOf(from.value), chosen.dates.indexOf(to.value)];
  showChart(chosen, range[1]);
  await Promise.all([
    showPositions(chosen, range), showMovement(chosen, range), showStays(chosen, range),
    showArtists(chosen), showMakeUp(chosen), showGenres(chosen), showOverlap(chosen),
  ]);
  showHealth();
  document.body.dataset.drawn = "yes";
}

start();
