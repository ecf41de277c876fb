"""The report's charts as Vega-Lite, without data: the page puts in the rows of a list and dates.

Each has a data set `rows`. The parameter `days` of a chart over time has the days that its axis
names, as milliseconds since 1970. Colours that depend on light and dark are the page's, and so
are the heights of charts whose rows have a bar each.
"""

from typing import Any

import altair as alt

from playlist_lake.report.contents import MAX_POSITIONS

# The year is told where the named days have several
_DAY = (
    "utcyear(datum.value) == utcyear(days[0]) && utcyear(peek(days)) == utcyear(days[0])"
    " ? utcFormat(datum.value, '%-d %b')"
    " : [utcFormat(datum.value, '%-d %b'), utcFormat(datum.value, '%Y')]"
)
_ROWS = alt.NamedData("rows")
_LABEL_LIMIT = alt.ExprRef("containerSize()[0] * 0.35")


def specifications() -> dict[str, dict[str, Any]]:
    """Every chart's Vega-Lite specification by name."""
    charts = {
        "positions": positions(),
        "movement": movement(),
        "stays": stays(),
        "shares": shares(),
    }
    fitted = alt.AutoSizeParams(type="fit-x", contains="padding")
    return {
        name: chart.properties(width="container", autosize=fitted).to_dict()
        for name, chart in charts.items()
    }


def positions() -> alt.LayerChart:
    """Lines of positions over time; `rows`: date, position, item, line, song, artists.

    An item has a line per time that it was seen without a break; two may have one title. The
    parameter `names` has the songs that end the lines, by position.
    """
    over = alt.selection_point(
        name="over", fields=["item"], on="pointerover", clear="pointerout", nearest=True
    )
    ticks = alt.Axis(values=[1, 2, 3, 5, 10, 20, 30, 50, MAX_POSITIONS], format="d")
    base = alt.Chart(_ROWS).encode(
        x=_date("date"),
        y=_position(ticks).title("position"),
        color=alt.Color("item:N", legend=None, scale=alt.Scale(scheme="tableau10")),
        opacity=alt.when(over).then(alt.value(1)).otherwise(alt.value(0.15)),
        tooltip=["song:N", "artists:N", _told_date("date"), "position:Q"],
    )
    lines = base.mark_line(interpolate="monotone", strokeWidth=2.5).encode(detail="line:N")
    points = base.mark_point(filled=True, size=40).add_params(over)
    ends = _names(
        orient="right",
        grid=False,
        values=list(range(1, 11)),
        labelExpr="names[datum.value] || ''",
        labelOverlap=False,
        labelPadding=8,
    )
    # A chart has one axis a side: nothing is drawn by the one for the names
    unseen = alt.Chart(_ROWS).mark_point(opacity=0).encode(x=_date("date"), y=_position(ends))
    chart = _over_days(_layers(_layers(lines, points), unseen))
    named = chart.add_params(alt.param(name="names", value=[]))
    resolved: alt.LayerChart = named.properties(height=480).resolve_axis(y="independent")
    return resolved


def movement() -> alt.LayerChart:
    """Bars up and down; `rows`: date, event (entered, left), items (negative: left)."""
    # With few items there are ticks between numbers, whatever tickMinStep says
    whole = alt.Axis(labelExpr="datum.value % 1 ? '' : format(abs(datum.value), ',')")
    bars = (
        alt.Chart(_ROWS)
        .mark_bar(cornerRadius=1)
        .encode(
            x=_date("date"),
            y=alt.Y("items:Q", title="◀ left · entered ▶", axis=whole),
            color=alt.Color(
                "event:N",
                legend=None,
                scale=alt.Scale(domain=["entered", "left"], range=["#2a9d5c", "#d1495b"]),
            ),
            tooltip=[_told_date("date"), "event:N", alt.Tooltip("count:Q", title="items")],
        )
    )
    zero = alt.Chart().mark_rule().encode(y=alt.datum(0))
    return _over_days(_layers(bars, zero)).properties(height=220)


def stays() -> alt.LayerChart:
    """Stays on a time line; `rows`: place, song, artists, entered, seen, from, until, told, best.

    A bar is drawn to the end of the day on which the item was seen last.

    The parameter `titles` names the bars by their place; two songs may have one title.
    """
    base = alt.Chart(_ROWS).encode(
        y=_bar(),
        tooltip=[
            "song:N",
            "artists:N",
            "entered:N",
            alt.Tooltip("seen:N", title="last seen"),
            alt.Tooltip("told:N", title="days"),
            alt.Tooltip("best:N", title="best position"),
        ],
    )
    bars = base.mark_bar(height=14, cornerRadius=2).encode(
        x=alt.X(
            "from:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=_days(grid=True),
        ),
        x2="until:T",
    )
    told = base.mark_text(align="right", dx=-4, fontSize=11, color="white").encode(
        x="until:T", text="told:N"
    )
    return _over_days(_titled(_layers(bars, told)))


def shares() -> alt.LayerChart:
    """Bars of shares; `rows`: place, title, share, told, detail; `titles` as of `stays`."""
    base = alt.Chart(_ROWS).encode(
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domainMin=0, padding=44)),
        y=_bar(),
        tooltip=["title:N", alt.Tooltip("told:N", title="share"), "detail:N"],
    )
    bars = base.mark_bar(height=14, cornerRadius=2)
    told = base.mark_text(align="left", dx=4, fontSize=11).encode(text="told:N")
    return _titled(_layers(bars, told))


def _layers(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts))


def _position(axis: alt.Axis) -> alt.Y:
    scale = alt.Scale(type="log", reverse=True, domainMin=1, nice=False, padding=12)
    return alt.Y("position:Q", title=None, scale=scale, axis=axis)


def _date(field: str) -> alt.X:
    return alt.X(f"utcyearmonthdate({field}):T", title=None, axis=_days(grid=False))


def _days(**more: Any) -> alt.Axis:
    return alt.Axis(
        values=alt.ExprRef("days"), labelExpr=_DAY, labelOverlap="greedy", labelFlush=False, **more
    )


def _over_days(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.add_params(alt.param(name="days", value=[]))


def _told_date(field: str) -> alt.Tooltip:
    return alt.Tooltip(f"utcyearmonthdate({field}):T", title="date", format="%Y-%m-%d")


def _bar() -> alt.Y:
    return alt.Y(
        "place:O", title=None, sort=None, axis=_names(labelExpr="titles[datum.value] || ''")
    )


def _titled(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.add_params(alt.param(name="titles", value=[]))


def _names(**more: Any) -> alt.Axis:
    return alt.Axis(labelLimit=_LABEL_LIMIT, ticks=False, domain=False, **more)
