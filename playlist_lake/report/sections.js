// The sections of the report: each turns the rows of the chosen list into a note, a table or charts.
// `chosen` is the list; `first` and `last` are indexes into its dates. Needs drawing.js.

const contents = JSON.parse(document.getElementById("contents").textContent);
const LABELS = { n: "new", r: "re-entry", u: "up", d: "down", s: "same" };
const TOP = 10, LONGEST = 15;
const ASPECTS = ["item type", "album type", "decade", "release age", "duration", "versions"];
const TIERS = ["1-10", "11-50", "51-100", "over 100"];
const LAST_DATES = "the last 30 dates of the lake (the dates chosen above do not matter)";

function showChart(chosen, at) {
  const chart = chosen.charts[at];
  const shown = (chart.songs ?? []).length, size = chosen.sizes[at];
  const usable = (chart.songs ?? []).filter((song) => song !== null).length;
  setText("#chart .date", chosen.dates[at]);
  setText("#chart .note", [
    !chosen.complete[at] && `Incomplete: ${size} of ${counted(chosen.totals[at], "item")} were read.`,
    size === 0 ? "The list is empty."
      : usable === 0 ? `Usable: 0 of ${counted(size, "item")}.`
      : size > contents.max_positions ? `The first ${contents.max_positions} of ${counted(chosen.totals[at], "position")}; the view chart has every position that was read.`
        : usable < size ? `Usable: ${usable} of ${counted(size, "item")}.`
          : chosen.complete[at] && `All ${counted(size, "item")}.`,
    shown && "Move: change since the list's previous complete snapshot. Days: days on the list over all stays. Best: best position so far.",
  ]);
  const rows = (chart.songs ?? []).flatMap((song, index) => song === null ? [] : [[
    index + 1, moveCell(LABELS[chart.labels[index]], chart.changes[index]),
    songCell(chosen.songs[song]), chart.days[index], chart.best[index],
  ]]);
  showTable("#chart .table", ["#", "Move", "Song", "Days", "Best"], rows);
}

function showPositions(chosen, [first, last]) {
  const top = (chosen.charts[last].songs ?? []).slice(0, TOP);
  const lines = new Map(), rows = [], items = new Set(top.filter((song) => song !== null));
  const interval = snapshotInterval(chosen);
  let line = 0;
  for (let at = first; at <= last; at++) {
    const date = chosen.dates[at], songs = chosen.charts[at].songs ?? [];
    if (at > first && !areJoined(chosen, at - 1, interval)) lines.clear();
    for (const song of items) {
      const position = songs.indexOf(song) + 1;
      if (!position) {
        lines.delete(song);
        continue;
      }
      if (!lines.has(song)) lines.set(song, line++);
      rows.push({ date, position, line: lines.get(song), item: song,
        text: textLines(...songLines(chosen, song), `${date}: position ${position}`) });
    }
  }
  setText("#positions .note", items.size === 0 ? "" : [
    `Positions of the first ${counted(items.size, "item")} of ${chosen.dates[last]} since ${chosen.dates[first]}.`,
    first === last && "There is only one date, so each item is a point.",
    first !== last && `A line joins complete snapshots of successive ${interval === 1 ? "days" : "weeks"}; ` +
      `it has a gap where there is none, and where an item was not among the first ${contents.max_positions}. ` +
      "The scale is logarithmic.",
  ]);
  const names = ["", ...top.map((song) => song === null ? "" : songName(chosen, song))];
  return draw("#positions .plot", "positions", rows,
    { names, days: chosen.dates.slice(first, last + 1), dates: last - first + 1 },
    `No usable item was among the first ${TOP} on this date.`);
}

/** The days between the snapshots of a list without gaps: 7 if it has one weekday only, else 1. */
function snapshotInterval({ dates }) {
  return dates.length > 2 && dates.every((date) => daysBetween(dates[0], date) % 7 === 0) ? 7 : 1;
}

/** Whether a snapshot and the next one are complete, and no snapshot is missing between them. */
function areJoined({ dates, complete }, at, interval) {
  return complete[at] && complete[at + 1] && daysBetween(dates[at], dates[at + 1]) === interval;
}

function showMovement(chosen, [first, last]) {
  const { stays, dates } = chosen, firstComplete = chosen.complete.indexOf(true);
  const entered = new Map(), left = new Map(), lastEntered = [], lastLeft = [];
  stays.song.forEach((song, index) => {
    const enteredAt = stays.entered[index], exitedAt = stays.exited[index];
    if (!stays.before_history[index] && enteredAt >= first && enteredAt <= last) {
      increment(entered, enteredAt);
      if (enteredAt === last) {
        lastEntered.push([stays.number[index] > 1 ? "↩ back" : "★ new", songCell(chosen.songs[song]), null]);
      }
    }
    if (exitedAt !== null && exitedAt >= first && exitedAt <= last) {
      increment(left, exitedAt);
      if (exitedAt === last) lastLeft.push(["✕ left", songCell(chosen.songs[song]), stays.last[index]]);
    }
  });
  lastLeft.sort((one, other) => one[2] - other[2]);
  const days = dates.slice(first, last + 1);
  // Dates without movement get rows too, so that the axis shows them
  const rows = first === last || entered.size + left.size === 0 ? [] : days.flatMap((date, index) =>
    [["entered", entered, 1], ["left", left, -1]].map(([event, counts, sign]) => {
      const count = counts.get(first + index) ?? 0;
      return { date, event, items: sign * count, text: `${date}: ${count} ${event}` };
    }));
  const sum = (counts) => [...counts.values()].reduce((one, other) => one + other, 0);
  setText("#movement .note", [
    `${counted(sum(entered), "entry", "entries")} and ${counted(sum(left), "exit")} ` +
      `from ${dates[first]} to ${dates[last]}. Bars up are entries, bars down are exits.`,
    first <= firstComplete && "Items of the first complete snapshot are not counted as entries, " +
      "because it is not known when they entered.",
    survivalNote(chosen),
    lastEntered.length + lastLeft.length > 0 && `The table shows the entries and exits of ${dates[last]}.`,
  ]);
  showTable("#movement .table", ["Event", "Item", "Last position"], [...lastEntered, ...lastLeft]);
  const distances = days.slice(1).map((date, index) => daysBetween(days[index], date));
  const nearest = Math.min(...distances) / daysBetween(days[0], days.at(-1));
  return draw("#movement .plot", "movement", rows, { days, nearest },
    entered.size + left.size ? "" : "Nothing entered or left on these dates.");
}

/** A sentence on the share of entries that stayed; false if no entry could be observed. */
function survivalNote(chosen) {
  const observed = contents.survival.filter((row) => row.playlist_id === chosen.id && row.observed);
  const shares = observed.map((row) => `${percent(row.share)} after ${counted(row.days, "day")}`);
  return observed.length > 0 &&
    `Share of entries that stayed, of all that could be observed in the list's whole history: ${shares.join(", ")}.`;
}

function showStays(chosen, [first, last]) {
  const { stays, dates } = chosen;
  const found = stays.song.flatMap((song, index) => {
    const until = Math.min(stays.seen[index], last);
    if (stays.entered[index] > last || stays.seen[index] < first) return [];
    const days = daysBetween(dates[stays.entered[index]], dates[until]) + 1;
    // A stay that ended after the chosen dates is shown as if it had not ended
    const isOpen = stays.exited[index] === null || stays.exited[index] > last;
    const best = stays.seen[index] <= last ? stays.best[index]
      : bestPosition(chosen, song, stays.entered[index], last);
    return [{ song, index, days, until, isOpen, best }];
  }).sort((one, other) => other.days - one.days || one.best - other.best);
  const shown = found.slice(0, LONGEST);
  const rows = shown.map(({ song, index, days, until, isOpen, best }, bar) => {
    const from = dates[stays.entered[index]], isOld = stays.before_history[index];
    return {
      bar, from, until: nextDay(dates[until]), label: `${isOld ? "≥ " : ""}${days}${isOpen ? " ▸" : ""}`,
      text: textLines(...songLines(chosen, song),
        `${from} to ${dates[until]}: ${isOld ? "at least " : ""}${counted(days, "day")}`,
        best < Infinity ? `best position ${best}` : `best position below ${contents.max_positions}`),
    };
  });
  setText("#stays .note", [
    `The longest stays up to ${dates[last]}, in days.`,
    "≥: on the list since before the first snapshot. ▸: still on the list.",
    found.length > LONGEST && `${LONGEST} of ${counted(found.length, "stay")} are shown.`,
  ]);
  const days = dates.slice(Math.min(...shown.map(({ index }) => stays.entered[index])),
    Math.max(...shown.map(({ until }) => until)) + 1);
  return draw("#stays .plot", "stays", rows, { days, titles: shown.map(({ song }) => songName(chosen, song)) },
    chosen.complete.includes(true) ? "No usable item was on the list on these dates."
      : "No stay is known, because the list has no complete snapshot.");
}

/** The best position of a song on a range of dates; Infinity if it is not in the charts. */
function bestPosition(chosen, song, first, last) {
  const found = chosen.charts.slice(first, last + 1).filter((_, index) => chosen.complete[first + index])
    .map((chart) => (chart.songs ?? []).indexOf(song)).filter((index) => index >= 0);
  return Math.min(...found) + 1;
}

function showArtists(chosen) {
  const rows = contents.artist_share.filter((row) => row.playlist_id === chosen.id);
  const bars = shareBars(rows, (row) => row.artist ?? NO_NAME,
    (row) => `${counted(row.songs, "song")}, ${row.collaborations} with others`);
  setText("#artists .note", [
    `Share of the list's entries over ${LAST_DATES}.`,
    rows.length && "An entry with several artists counts in equal parts. The shares are as concentrated " +
      `as if ${counted(Math.round(1 / rows[0].concentration), "artist")} had equal ones.`,
  ]);
  return draw("#artists .plot", "shares", bars, { titles: bars.map((bar) => bar.title) },
    "No complete snapshot of those dates names an artist.");
}

/** A bar for each row with a share. */
function shareBars(rows, titleOf, detailOf) {
  return rows.map((row, bar) => {
    const title = titleOf(row), label = percent(row.share);
    return { bar, title, label, share: row.share, text: textLines(title, `${label}: ${detailOf(row)}`) };
  });
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
  setText("#make-up .note", `What the list consists of, over ${LAST_DATES}. ` +
    "Versions of one recording (same ISRC) count once per date, unless they are on the list together.");
  const holder = document.querySelector("#make-up .plots");
  const shown = parts.filter(([, found]) => found.length);
  holder.replaceChildren(...shown.map(([aspect]) => {
    const part = document.createElement("div"), title = document.createElement("h3");
    const plot = document.createElement("div");
    title.textContent = aspect;
    plot.className = "plot";
    part.append(title, plot);
    return part;
  }));
  if (!shown.length) holder.append(emptyNote("No complete snapshot of those dates has a song."));
  return Promise.all(shown.map(([, found, bucketOf], index) => {
    const bars = shareBars(found, bucketOf, (row) => counted(row.recordings, "recording"));
    return draw(`#make-up .plots > div:nth-child(${index + 1}) > .plot`, "shares", bars,
      { titles: bars.map((bar) => bar.title) }, "");
  }));
}

function showOverlap(chosen) {
  const other = (row) => listTitle(contents.lists[listIndex(row.other_playlist_id)]);
  const rows = contents.overlap.filter((row) => row.playlist_id === chosen.id)
    .sort((one, next) => next.share - one.share || collator.compare(other(one), other(next)));
  const bars = shareBars(rows.slice(0, LONGEST), other,
    (row) => `${row.shared} of ${counted(row.items, "item")}`);
  setText("#overlap .note", rows.length ? [
    `Share of this list's ${counted(rows[0].items, "item")} that were also on another list, over ${LAST_DATES}.`,
    rows.length > LONGEST && `${LONGEST} of ${counted(rows.length, "other list")} are drawn.`,
    "Later: items that came to this list first and to the other list later. Days: median number of days between.",
  ] : "");
  showTable("#overlap .table", ["Other list", "Shared", "Later", "Days"], rows.map((row) =>
    [other(row), row.shared, row.reached_later, row.median_days_later]));
  return draw("#overlap .plot", "shares", bars, { titles: bars.map((bar) => bar.title) },
    contents.lists.length === 1 ? "The lake has only one list."
      : contents.overlap.length ? "The list had no items on the last 30 dates of the lake."
        : "At most one list had items on the last 30 dates of the lake.");
}

function showHealth() {
  const rows = contents.health.sort((one, other) => collator.compare(healthTitle(one), healthTitle(other)));
  const ill = rows.filter((row) => row.days_behind !== 0 || row.missing_days || row.refused_objects ||
    row.incomplete_snapshots || row.unknown_shapes);
  setText("#health .note", ill.length
    ? `Lists that need attention: ${ill.length} of ${rows.length}. They have incomplete or refused snapshots, items of an unknown shape, or lack days of the last 30 dates of the lake.`
    : "No list has missing days, incomplete snapshots, items of an unknown shape or refused objects.");
  const columns = ["last_snapshot", "days_behind", "snapshots", "incomplete_snapshots", "missing_days",
    "longest_gap_days", "null_items", "unknown_shapes", "refused_objects", "last_refusal"];
  const headings = columns.map((name) => name.replace("null_items", "empty_rows").replaceAll("_", " "));
  showTable("#health .table", ["List", ...headings],
    rows.map((row) => [healthTitle(row), ...columns.map((name) => row[name])]));
}

const songName = (chosen, song) => chosen.songs[song][0] ?? NO_NAME;
const songLines = (chosen, song) => [songName(chosen, song), chosen.songs[song][1]];
const listIndex = (id) => contents.lists.findIndex((one) => one.id === id);
// Two lists may have the same name
const listTitle = (one) => contents.lists.some((other) => other.name === one.name && other.id !== one.id)
  ? `${one.name} (${one.id.slice(0, 6)})` : one.name;
// A list whose snapshots were all refused has a row in health only
const healthTitle = (row) => contents.lists[listIndex(row.playlist_id)]
  ? listTitle(contents.lists[listIndex(row.playlist_id)]) : row.playlist_name ?? row.playlist_id;
const increment = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);
