// Puts the rows of the chosen list and dates into the charts, tables and sentences.

const contents = JSON.parse(document.getElementById("contents").textContent);
const specifications = JSON.parse(document.getElementById("charts").textContent);
const LABELS = { n: "new", r: "re-entry", u: "up", d: "down", s: "same" };
const DEFAULT_DATES = 30, TOP = 10, LONGEST = 15, DAY = 75, BAR = 22, SHORT = 12;
const ASPECTS = ["item type", "album type", "decade", "release age", "duration", "versions"];
const TIERS = ["1-10", "11-50", "51-100", "over 100"];
const alphabet = new Intl.Collator("en", { numeric: true });

const list = document.getElementById("list");
const from = document.getElementById("from");
const to = document.getElementById("to");

function begin() {
  const lists = contents.lists.sort((one, other) => alphabet.compare(one.name, other.name));
  const dates = lists.flatMap((one) => one.dates).sort();
  say("#extent", `${counted(lists.length, "list")}, ${counted(new Set(dates).size, "date")} ` +
    `from ${dates[0]} to ${dates.at(-1)}`);
  lists.forEach((one, place) => list.append(new Option(titleOf(one), place)));
  list.onchange = () => { offerDates(from.value, to.value); show(); };
  from.onchange = () => { if (from.value > to.value) to.value = from.value; show(); };
  to.onchange = () => { if (to.value < from.value) from.value = to.value; show(); };
  matchMedia("(prefers-color-scheme: dark)").onchange = show;
  offerDates();
  return show();
}

/** Offer the chosen list's dates; choose those nearest to `first` and `last`, else the latest. */
function offerDates(first, last) {
  const { dates } = contents.lists[list.value];
  for (const select of [from, to]) {
    select.replaceChildren(...dates.map((on) => new Option(on, on)));
  }
  to.value = (last && dates.findLast((on) => on <= last)) || dates.at(-1);
  const before = dates.slice(0, dates.indexOf(to.value) + 1);
  from.value = (first && before.find((on) => on >= first)) || before.at(-DEFAULT_DATES) || before[0];
}

/** Show everything; resolves when all charts are drawn. */
async function show() {
  document.body.dataset.drawn = "no";
  const chosen = contents.lists[list.value];
  const range = [chosen.dates.indexOf(from.value), chosen.dates.indexOf(to.value)];
  showChart(chosen, range[1]);
  await Promise.all([
    showPositions(chosen, range), showMovement(chosen, range), showStays(chosen, range),
    showArtists(chosen), showMakeUp(chosen), showOverlap(chosen),
  ]);
  showHealth();
  document.body.dataset.drawn = "yes";
}

function showChart(chosen, at) {
  const chart = chosen.charts[at];
  const shown = (chart.songs ?? []).length, size = chosen.sizes[at];
  const usable = (chart.songs ?? []).filter((song) => song !== null).length;
  say("#chart .to", chosen.dates[at]);
  say("#chart .says", [
    !chosen.complete[at] && `Incomplete: ${size} of ${counted(chosen.totals[at], "item")} were read.`,
    size === 0 ? "The list is empty."
      : usable === 0 ? `None of its ${counted(size, "item")} can be used.`
      : size > contents.max_positions ? `The first ${contents.max_positions} of ${counted(chosen.totals[at], "position")}; the view chart has all that were read.`
        : usable < size ? `${usable} of ${counted(size, "item")} can be used.`
          : chosen.complete[at] && `All ${counted(size, "item")}.`,
    shown && "Move compares with the list's snapshot before; Days counts every stay, Best is the best position so far.",
  ]);
  const rows = (chart.songs ?? []).flatMap((song, place) => song === null ? [] : [[
    place + 1, moved(LABELS[chart.labels[place]], chart.changes[place]),
    titled(chosen.songs[song]), chart.days[place], chart.best[place],
  ]]);
  showTable("#chart .rows", ["#", "Move", "Song", "Days", "Best"], rows);
}

/** A cell: which way an item moved, as a sign, a number and a colour; sorted by places. */
function moved(label, change) {
  const cell = document.createElement("td");
  cell.className = `move ${label ?? ""}`;
  cell.textContent = { up: `▲ ${change}`, down: `▼ ${-change}`, same: "=", new: "★ new",
    "re-entry": "↩ back" }[label] ?? "";
  cell.dataset.value = { new: 1e6, "re-entry": 1e5 }[label] ?? change ?? -1e6;
  return cell;
}

function titled([name, artists]) {
  const cell = document.createElement("td");
  const small = document.createElement("small");
  cell.dir = small.dir = "auto";
  cell.textContent = name ?? "without a name";
  small.textContent = artists ?? "";
  cell.append(small);
  return cell;
}

function showPositions(chosen, [first, last]) {
  const top = (chosen.charts[last].songs ?? []).slice(0, TOP);
  const lines = new Map(), rows = [], wanted = new Set(top.filter((song) => song !== null));
  let line = 0;
  for (let at = first; at <= last; at++) {
    const songs = chosen.charts[at].songs ?? [];
    for (const song of wanted) {
      const place = songs.indexOf(song);
      if (place >= 0) {
        if (!lines.has(song)) lines.set(song, line++);
        rows.push({ date: chosen.dates[at], position: place + 1, line: lines.get(song), item: song,
          song: nameOf(chosen, song), artists: chosen.songs[song][1] ?? "" });
      } else if (chosen.complete[at]) {
        lines.delete(song);
      }
    }
  }
  say("#positions .says", wanted.size === 0 ? "" : [
    `How the first ${counted(wanted.size, "item")} of ${chosen.dates[last]} came there since ${chosen.dates[first]}.`,
    first === last && "There is one date, so there is a point each.",
    first !== last && "A line breaks where a song was not among the first " +
      `${contents.max_positions}; the scale gives the top more room.`,
  ]);
  const names = ["", ...top.map((song) => song === null ? "" : nameOf(chosen, song))];
  return draw("#positions .drawn", "positions", rows, { names, days: chosen.dates.slice(first, last + 1) },
    "Nothing stood in the first places on this date.");
}

function showMovement(chosen, [first, last]) {
  const { stays, dates } = chosen, start = chosen.complete.indexOf(true);
  const entered = new Map(), left = new Map(), cameBy = [], leftBy = [];
  stays.song.forEach((song, at) => {
    const came = stays.entered[at], gone = stays.exited[at];
    if (!stays.old[at] && came >= first && came <= last) {
      add(entered, came);
      if (came === last) {
        cameBy.push([stays.number[at] > 1 ? "↩ back" : "★ new", titled(chosen.songs[song]), null]);
      }
    }
    if (gone !== null && gone >= first && gone <= last) {
      add(left, gone);
      if (gone === last) leftBy.push(["✕ left", titled(chosen.songs[song]), stays.last[at]]);
    }
  });
  leftBy.sort((one, other) => one[2] - other[2]);
  // A date without a movement has its place on the axis too
  const rows = first === last || entered.size + left.size === 0 ? [] :
    dates.slice(first, last + 1).flatMap((date, at) => [
      { date, event: "entered", count: entered.get(first + at) ?? 0 },
      { date, event: "left", count: left.get(first + at) ?? 0 },
    ]).map((row) => ({ ...row, items: row.event === "left" ? -row.count : row.count }));
  const sum = (counts) => [...counts.values()].reduce((one, other) => one + other, 0);
  say("#movement .says", [
    `${counted(sum(entered), "entry", "entries")} and ${counted(sum(left), "exit")} ` +
      `from ${dates[first]} to ${dates[last]}: up is what came, down is what left.`,
    first <= start && "What the first complete snapshot held is no entry: nobody knows when it came.",
    survivors(chosen),
    cameBy.length + leftBy.length > 0 && `Below: those of ${dates[last]}.`,
  ]);
  showTable("#movement .rows", ["What", "Item", "Last position"], [...cameBy, ...leftBy]);
  return draw("#movement .drawn", "movement", rows, { days: dates.slice(first, last + 1) },
    entered.size + left.size ? "" : "Nothing entered and nothing left in these dates.");
}

/** A sentence on how many of those that entered stayed; none where nothing is known of it. */
function survivors(chosen) {
  const known = contents.survival.filter((row) => row.playlist_id === chosen.id && row.observed);
  const shares = known.map((row) => `${percent(row.share)} after ${counted(row.days, "day")}`);
  return known.length > 0 &&
    `Of the entries of its whole history that could be followed, there were still: ${shares.join(", ")}.`;
}

function showStays(chosen, [first, last]) {
  const { stays, dates } = chosen;
  const found = stays.song.flatMap((song, at) => {
    const until = Math.min(stays.seen[at], last);
    if (stays.entered[at] > last || stays.seen[at] < first) return [];
    const days = daysBetween(dates[stays.entered[at]], dates[until]) + 1;
    // Unknown is when it ended, if it was still there
    const isThere = stays.exited[at] === null || stays.exited[at] > last;
    const best = stays.seen[at] <= last ? stays.best[at]
      : bestPosition(chosen, song, stays.entered[at], last);
    return [{ song, at, days, until, isThere, best }];
  }).sort((one, other) => other.days - one.days || one.best - other.best);
  const shown = found.slice(0, LONGEST);
  const rows = shown.map(({ song, at, days, until, isThere, best }, place) => ({
    place, song: nameOf(chosen, song), artists: chosen.songs[song][1] ?? "",
    best: best < Infinity ? best : `below ${contents.max_positions}`,
    entered: dates[stays.entered[at]], seen: dates[until],
    from: dates[stays.entered[at]], until: nextDay(dates[until]),
    told: `${stays.old[at] ? "≥ " : ""}${days}${isThere ? " ▸" : ""}`,
  }));
  say("#stays .says", [
    `The longest unbroken stays up to ${dates[last]}, in days.`,
    "≥: it was there before the first snapshot. ▸: it is still there.",
    found.length > LONGEST && `${LONGEST} of ${counted(found.length, "stay")}.`,
  ]);
  const days = dates.slice(Math.min(...shown.map(({ at }) => stays.entered[at])),
    Math.max(...shown.map(({ until }) => until)) + 1);
  return draw("#stays .drawn", "stays", rows, { days, titles: rows.map((row) => row.song) },
    chosen.complete.includes(true) ? "Nothing that can be used was on the list in these dates."
      : "No stay is known: stays need a complete snapshot.");
}

/** The best position of a song from one date to another; Infinity if the charts do not reach it. */
function bestPosition(chosen, song, first, last) {
  const found = chosen.charts.slice(first, last + 1).filter((_, at) => chosen.complete[first + at])
    .map((chart) => (chart.songs ?? []).indexOf(song)).filter((place) => place >= 0);
  return Math.min(...found) + 1;
}

function showArtists(chosen) {
  const rows = contents.artist_share.filter((row) => row.playlist_id === chosen.id);
  const bars = rows.map((row, place) => ({
    place, title: row.artist ?? "without a name", share: row.share, told: percent(row.share),
    detail: `${counted(row.songs, "song")}, ${row.collaborations} with others`,
  }));
  say("#artists .says", [
    "Share of the list's entries over the lake's last 30 dates, whatever dates are chosen above.",
    rows.length && "An entry of several artists counts in equal parts. The shares are as concentrated " +
      `as if ${counted(Math.round(1 / rows[0].concentration), "artist")} had equal ones.`,
  ]);
  return draw("#artists .drawn", "shares", bars, { titles: bars.map((bar) => bar.title) },
    "No entry of a complete snapshot in those dates names an artist.");
}

function showMakeUp(chosen) {
  const rows = contents.make_up.filter((row) => row.playlist_id === chosen.id);
  const parts = ASPECTS.map((aspect) => [
    aspect, rows.filter((row) => row.aspect === aspect && row.tier === "all"), (row) => row.bucket,
  ]);
  parts.push(["explicit, by position", TIERS.flatMap((tier) => {
    const ofTier = rows.filter((row) => row.aspect === "explicit" && row.tier === tier);
    const none = { tier, share: 0, recordings: 0 };
    return ofTier.length ? [ofTier.find((row) => row.bucket === "explicit") ?? none] : [];
  }), (row) => row.tier]);
  say("#make-up .says", "What the list is made of over the lake's last 30 dates, whatever dates are " +
    "chosen above. Versions of one recording (ISRC) count once a date.");
  const holder = document.querySelector("#make-up .several");
  const shown = parts.filter(([, found]) => found.length);
  holder.replaceChildren(...shown.map(([aspect]) => {
    const part = document.createElement("div"), title = document.createElement("h3");
    const drawn = document.createElement("div");
    title.textContent = aspect;
    drawn.className = "drawn";
    part.append(title, drawn);
    return part;
  }));
  if (!shown.length) holder.append(none("The list has no complete snapshot with a song in those dates."));
  return Promise.all(shown.map(([, found, bucketOf], place) => {
    const bars = found.map((row, at) => ({ place: at, title: bucketOf(row), share: row.share,
      told: percent(row.share), detail: counted(row.recordings, "recording") }));
    return draw(`#make-up .several > div:nth-child(${place + 1}) > .drawn`, "shares", bars,
      { titles: bars.map((bar) => bar.title) }, "");
  }));
}

function showOverlap(chosen) {
  const other = (row) => titleOf(contents.lists[placeOf(row.other_playlist_id)]);
  const rows = contents.overlap.filter((row) => row.playlist_id === chosen.id)
    .sort((one, next) => next.share - one.share || alphabet.compare(other(one), other(next)));
  const bars = rows.slice(0, LONGEST).map((row, place) => ({
    place, title: other(row), share: row.share, told: percent(row.share),
    detail: `${row.shared} of ${counted(row.items, "item")}`,
  }));
  say("#overlap .says", rows.length ? [
    `Of the ${counted(rows[0].items, "item")} on the list in the lake's last 30 dates, whatever dates are ` +
      "chosen above, how many were also on another.",
    rows.length > LONGEST && `${LONGEST} of ${counted(rows.length, "other list")} are drawn.`,
    "Later counts what came to this list first and to the other afterwards, Days is the median of how many days.",
  ] : "");
  showTable("#overlap .rows", ["Other list", "Shared", "Later", "Days"], rows.map((row) =>
    [other(row), row.shared, row.reached_later, row.median_days_later]));
  return draw("#overlap .drawn", "shares", bars, { titles: bars.map((bar) => bar.title) },
    contents.lists.length === 1 ? "The lake has one list; nothing to compare it with."
      : contents.overlap.length ? "The list held no item in the lake's last 30 dates."
        : "At most one list held an item in the lake's last 30 dates; nothing to compare it with.");
}

function showHealth() {
  const rows = contents.health.sort((one, other) => alphabet.compare(nameInHealth(one), nameInHealth(other)));
  const ill = rows.filter((row) => row.days_behind !== 0 || row.missing_days || row.refused_objects ||
    row.incomplete_snapshots);
  say("#health .says", ill.length
    ? `${counted(ill.length, "list")} of ${rows.length} should be looked at: a snapshot was incomplete or refused, or days of the lake's last 30 dates are missing.`
    : "Every list was read whole, and on every day of the lake's last 30 dates.");
  const columns = ["last_snapshot", "days_behind", "snapshots", "incomplete_snapshots", "missing_days",
    "longest_gap_days", "null_items", "refused_objects", "last_refusal"];
  showTable("#health .rows", ["List", ...columns.map((name) => name.replaceAll("_", " "))],
    rows.map((row) => [nameInHealth(row), ...columns.map((name) => row[name])]));
}

/** Embed a chart with these rows, or say what is not there. */
async function draw(selector, name, rows, parameters, sentence) {
  const holder = document.querySelector(selector);
  if (!rows.length) {
    holder.replaceChildren(...sentence ? [none(sentence)] : []);
    return;
  }
  const chart = structuredClone(specifications[name]);
  chart.datasets = { rows };
  chart.height ??= rows.length * BAR;
  if (parameters.days) parameters.days = someDays(parameters.days, holder.clientWidth);
  for (const parameter of chart.params ?? []) {
    if (parameter.name in parameters) parameter.value = parameters[parameter.name];
  }
  const colour = (variable) => getComputedStyle(document.body).getPropertyValue(variable).trim();
  const text = { labelColor: colour("--ink"), titleColor: colour("--muted") };
  await vegaEmbed(holder, chart, { renderer: "svg", actions: false, tooltip: { theme: "custom" },
    config: {
      background: null, font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { ...text, labelFontSize: 11, gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line") },
      bar: { color: colour("--bar") }, rect: { color: colour("--bar") }, text: { color: colour("--ink") }, rule: { color: colour("--muted") },
    } });
}

/** Show rows of values or cells under headings that sort them. */
function showTable(selector, headings, rows) {
  const holder = document.querySelector(selector);
  if (!rows.length) return holder.replaceChildren();
  const table = document.createElement("table"), body = table.createTBody();
  for (const row of rows) {
    body.insertRow().append(...row.map((value) => value instanceof Node ? value : plain(value)));
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

function plain(value) {
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

/** Sort a table by a column, the other way round when it is sorted by it. */
function sort(table, column) {
  const headings = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const isAscending = headings[column].ariaSort !== "ascending";
  const key = (row) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  };
  const compare = (one, other) =>
    typeof one === "number" && typeof other === "number" ? one - other : alphabet.compare(one, other);
  body.append(...[...body.rows].sort((one, other) =>
    compare(key(one), key(other)) * (isAscending ? 1 : -1)));
  headings.forEach((cell) => cell.removeAttribute("aria-sort"));
  headings[column].ariaSort = isAscending ? "ascending" : "descending";
}

function say(selector, sentences) {
  document.querySelector(selector).textContent = [sentences].flat().filter(Boolean).join(" ");
}

function none(sentence) {
  const paragraph = document.createElement("p");
  paragraph.className = "none";
  paragraph.textContent = sentence;
  return paragraph;
}

const nameOf = (chosen, song) => chosen.songs[song][0] ?? "without a name";
const placeOf = (id) => contents.lists.findIndex((one) => one.id === id);
// Two lists may have one name
const titleOf = (one) => contents.lists.some((other) => other.name === one.name && other.id !== one.id)
  ? `${one.name} (${one.id.slice(0, 6)})` : one.name;
const nameInHealth = (row) => contents.lists[placeOf(row.playlist_id)]
  ? titleOf(contents.lists[placeOf(row.playlist_id)]) : row.playlist_name ?? row.playlist_id;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const counted = (number, one, several = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
const daysBetween = (first, last) => (Date.parse(last) - Date.parse(first)) / 864e5;
/** Some of the days, as instants: the last, and as many as an axis has room for. */
const someDays = (days, width) => {
  const step = Math.ceil(days.length / Math.floor(width / DAY));
  return days.filter((_, at) => (days.length - 1 - at) % step === 0).map(Date.parse);
};
const nextDay = (on) => new Date(Date.parse(on) + 864e5).toISOString().slice(0, 10);
const add = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);

begin();
