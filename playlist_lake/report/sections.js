// The sections of the report: each turns the rows of the chosen list into a note, a table or charts.
// `chosen` is the list; `first` and `last` are indexes into its dates. Needs drawing.js and stays.js.

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
    chosen.drop[at] && `The list shrank to ${counted(size, "item")}. What is missing counts as left once another complete snapshot lacks it too.`,
    !chosen.complete[at] && `Incomplete: ${size} of ${counted(chosen.totals[at], "item")} were read.`,
    size === 0 ? "The list is empty."
      : usable === 0 ? `Usable: 0 of ${counted(size, "item")}.`
      : size > contents.max_positions ? `The first ${contents.max_positions} of ${counted(chosen.totals[at], "position")}; the view chart has every position that was read.`
        : usable < size ? `Usable: ${usable} of ${counted(size, "item")}.`
          : chosen.complete[at] && `All ${counted(size, "item")}.`,
    shown && (chosen.previous[at] === null ? "Move: no earlier complete snapshot."
      : `Move: change since ${chosen.dates[chosen.previous[at]]}.`),
    shown && "Days: days on the list over all stays. Seen: snapshots with the item. Best: best position so far.",
  ]);
  const rows = (chart.songs ?? []).flatMap((song, index) => song === null ? [] : [[
    index + 1, moveCell(LABELS[chart.labels[index]], chart.changes[index]),
    songCell(chosen.songs[song]), chart.days[index], chart.seen[index], chart.best[index],
  ]]);
  showTable("#chart .table", ["#", "Move", "Song", "Days", "Seen", "Best"], rows);
}

function showPositions(chosen, [first, last]) {
  const top = (chosen.charts[last].songs ?? []).slice(0, TOP);
  const lines = new Map(), rows = [], items = new Set(top.filter((song) => song !== null));
  const issues = new Map([...items].map((song) => [song, issuesOn(chosen, song, last)]));
  const interval = snapshotInterval(chosen);
  let line = 0;
  for (let at = first; at <= last; at++) {
    const date = chosen.dates[at], songs = chosen.charts[at].songs ?? [];
    if (at > first && !areJoined(chosen, at - 1, interval)) lines.clear();
    for (const song of items) {
      const position = songs.indexOf(songAt(issues.get(song), at)) + 1;
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

function showGenres(chosen) {
  document.getElementById("genres").hidden = !contents.genres.length;
  const rows = contents.genres.filter((row) => row.playlist_id === chosen.id);
  const unknown = rows.find((row) => row.is_unknown)?.share ?? 0;
  const others = 1 - rows.reduce((sum, row) => sum + row.share, 0);
  const bars = shareBars(rows, (row) => row.genre, (row) => counted(row.artists, "artist"));
  setText("#genres .note", rows.length ? [
    `Share of the list's songs over ${LAST_DATES}. The genre of ${percent(unknown)} is unknown.`,
    "A song counts in equal parts for its artists, and an artist for its genres by their votes.",
    others > 5e-4 && `Other genres, with ${percent(others)}, are not drawn.`,
  ] : "");
  return draw("#genres .plot", "shares", bars, { titles: bars.map((bar) => bar.title) },
    "No complete snapshot of those dates has a song.");
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
  const ill = rows.filter((row) => row.outcome_since || row.days_behind !== 0 || row.missing_days ||
    row.refused_objects || row.incomplete_snapshots || row.unknown_shapes);
  setText("#health .note", ill.length
    ? `Lists that need attention: ${ill.length} of ${rows.length}. They are not read any more, have incomplete or refused snapshots, items of an unknown shape, or lack days of the last 30 dates of the lake.`
    : "Every list is read. None has missing days, incomplete snapshots, items of an unknown shape or refused objects.");
  const columns = ["last_snapshot", "last_outcome", "outcome_since", "days_behind", "snapshots",
    "incomplete_snapshots", "drops", "missing_days", "longest_gap_days", "null_items", "unknown_shapes",
    "refused_objects", "last_refusal", "last_reason"];
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
