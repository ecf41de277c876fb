// The sections on entries, exits and stays. A stay is that of a song: the same song may have been
// issued again under another URI. Needs drawing.js and the constants of sections.js.

function showMovement(chosen, [first, last]) {
  const { stays, dates } = chosen, firstComplete = chosen.complete.indexOf(true);
  const before = chosen.previous[last], missingSince = [];
  const entered = new Map(), left = new Map(), lastEntered = [], lastLeft = [], missing = [];
  // Events between the snapshots that are compared; without an earlier one, of the last date
  const isLast = (at) => before === null ? at === last : at > before && at <= last;
  stays.song.forEach((song, index) => {
    const enteredAt = stays.entered[index], exitedAt = stays.exited[index], missingAt = stays.missing[index];
    const row = (event, position) => [event, songCell(chosen.songs[song]), position];
    if (!stays.before_history[index] && enteredAt <= last) {
      if (enteredAt >= first) increment(entered, enteredAt);
      if (isLast(enteredAt)) lastEntered.push(row(stays.number[index] > 1 ? "↩ back" : "★ new", null));
    }
    if (exitedAt !== null && exitedAt <= last) {
      if (exitedAt >= first) increment(left, exitedAt);
      if (isLast(exitedAt)) lastLeft.push(row("✕ left", stays.last[index]));
    }
    if (missingAt !== null && missingAt <= last) {
      missingSince.push(missingAt);
      missing.push(row("? missing", stays.last[index]));
    }
  });
  const lastRows = [lastEntered, ...[lastLeft, missing].map((rows) => rows.sort((one, other) => one[2] - other[2]))].flat();
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
    first <= firstComplete && "Items that were there by the first complete snapshot are not counted as " +
      "entries, because it is not known when they entered.",
    survivalNote(chosen),
    missingSince.length > 0 && `Missing since ${dates[Math.min(...missingSince)]}, when the list shrank: ` +
      `${counted(missingSince.length, "item")}. The next snapshot shows what left.`,
    lastRows.length > 0 && (before === null ? `The table shows ${dates[last]}.`
      : `The table shows what changed from ${dates[before]} to ${dates[last]}.`),
  ]);
  showTable("#movement .table", ["Event", "Item", "Last position"], lastRows);
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
    const enteredAt = stays.entered[index], until = lastSeen(stays, index, last);
    if (enteredAt > last || until < first) return [];
    const days = daysBetween(dates[enteredAt], dates[until]) + 1;
    const times = until - enteredAt + 1 - stays.absent[index].filter((at) => at < until).length;
    // A stay that ended after the chosen dates is shown as if it had not ended
    const isOpen = stays.exited[index] === null || stays.exited[index] > last;
    const missing = stays.missing[index] !== null && stays.missing[index] <= last && stays.missing[index];
    const best = stays.seen[index] <= last ? stays.best[index] : bestPosition(chosen, index, last);
    return [{ song, index, days, times, until, isOpen, missing, best }];
  }).sort((one, other) => other.days - one.days || one.best - other.best);
  const shown = found.slice(0, LONGEST);
  const rows = shown.map(({ song, index, days, times, until, isOpen, missing, best }, bar) => {
    const from = dates[stays.entered[index]], isOld = stays.before_history[index];
    const end = missing === false ? isOpen ? " ▸" : "" : " ?";
    return {
      bar, from, until: nextDay(dates[until]), label: `${isOld ? "≥ " : ""}${days}${end}`,
      text: textLines(...songLines(chosen, song),
        `${from} to ${dates[until]}: ${isOld ? "at least " : ""}${counted(days, "day")}, seen ${counted(times, "time")}`,
        missing !== false && `missing since ${dates[missing]}`,
        best < Infinity ? `best position ${best}` : `best position below ${contents.max_positions}`),
    };
  });
  setText("#stays .note", [
    `The longest stays up to ${dates[last]}, in days.`,
    "≥: on the list since before the first complete snapshot. ▸: still on the list.",
    shown.some(({ missing }) => missing !== false) && "?: missing since the list shrank.",
    found.length > LONGEST && `${LONGEST} of ${counted(found.length, "stay")} are shown.`,
  ]);
  const days = dates.slice(Math.min(...shown.map(({ index }) => stays.entered[index])),
    Math.max(...shown.map(({ until }) => until)) + 1);
  return draw("#stays .plot", "stays", rows, { days, titles: shown.map(({ song }) => songName(chosen, song)) },
    "No usable item was on the list on these dates.");
}

/** The last date, up to a chosen one, on which the song of a stay was seen. */
function lastSeen(stays, index, last) {
  let at = Math.min(stays.seen[index], last);
  while (stays.absent[index].includes(at)) at--;
  return at;
}

/** The best position of a stay up to a date; Infinity if it is not in the charts. */
function bestPosition({ stays, charts }, index, last) {
  const first = stays.entered[index], issues = stays.issues[index] ?? [[stays.song[index], first]];
  const found = charts.slice(first, last + 1)
    .map((chart, at) => (chart.songs ?? []).indexOf(songAt(issues, first + at))).filter((position) => position >= 0);
  return Math.min(...found) + 1;
}

/** The issues of a song that is on the list on a date; a song that was never issued again has one. */
function issuesOn({ stays }, song, at) {
  const index = stays.issues.findIndex((issues, index) => issues !== null &&
    stays.entered[index] <= at && at <= stays.seen[index] && songAt(issues, at) === song);
  return index < 0 ? [[song, 0]] : stays.issues[index];
}

/** The song that an issue was on a date; before its stay, it is the first one. */
function songAt(issues, at) {
  return (issues.findLast(([, entered]) => entered <= at) ?? issues[0])[0];
}
