"""The report's charts as Vega-Lite specifications without data; drawing.js adds the data.

Each chart has a data set `rows`. Charts over time have a parameter `days`: the days that the axis
names, as milliseconds since 1970. Charts with one bar per row have a parameter `titles`: the names
of the bars, which `bar` numbers, because two songs may have one title. drawing.js also sets the
heights of these charts, and the colours, which differ between light and dark mode.
"""

from typing import Any

import altair as alt

from playlist_lake.report.contents import MAX_POSITIONS

# The labels show the year if the named days are from several years
_DAY = (
    "utcyear(datum.value) == utcyear(days[0]) && utcyear(peek(days)) == utcyear(days[0])"
    " ? utcFormat(datum.value, '%-d %b')"
    " : [utcFormat(datum.value, '%-d %b'), utcFormat(datum.value, '%Y')]"
)
_ROWS = alt.NamedData("rows")
_LABEL_LIMIT = alt.ExprRef("containerSize()[0] * 0.35")


def specifications() -> dict[str, dict[str, Any]]:
    """The Vega-Lite specification of every chart, by name."""
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

    An item has one line for each period without a break. The parameter `names` has the songs at
    the ends of the lines, by position.
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
        tooltip=["song:N", "artists:N", _date_tooltip("date"), "position:Q"],
    )
    lines = base.mark_line(interpolate="monotone", strokeWidth=2.5).encode(detail="line:N")
    points = base.mark_point(filled=True, size=40).add_params(over)
    name_axis = _name_axis(
        orient="right",
        grid=False,
        values=list(range(1, 11)),
        labelExpr="names[datum.value] || ''",
        labelOverlap=False,
        labelPadding=8,
    )
    # The names are a second axis, which needs a layer of its own; the layer draws nothing
    invisible = alt.Chart(_ROWS).mark_point(opacity=0)
    invisible = invisible.encode(x=_date("date"), y=_position(name_axis))
    chart = _with_days(_layers(_layers(lines, points), invisible))
    chart = chart.add_params(alt.param(name="names", value=[])).properties(height=480)
    resolved: alt.LayerChart = chart.resolve_axis(y="independent")
    return resolved


def movement() -> alt.LayerChart:
    """Bars up and down; `rows`: date, event, count, items (the count, negative if left)."""
    # With few items Vega-Lite places ticks between whole numbers, in spite of tickMinStep
    whole_numbers = alt.Axis(labelExpr="datum.value % 1 ? '' : format(abs(datum.value), ',')")
    bars = (
        alt.Chart(_ROWS)
        .mark_bar(cornerRadius=1)
        .encode(
            x=_date("date"),
            y=alt.Y("items:Q", title="◀ left · entered ▶", axis=whole_numbers),
            color=alt.Color(
                "event:N",
                legend=None,
                scale=alt.Scale(domain=["entered", "left"], range=["#2a9d5c", "#d1495b"]),
            ),
            tooltip=[_date_tooltip("date"), "event:N", alt.Tooltip("count:Q", title="items")],
        )
    )
    zero = alt.Chart().mark_rule().encode(y=alt.datum(0))
    return _with_days(_layers(bars, zero)).properties(height=220)


def stays() -> alt.LayerChart:
    """Stays on a time line; `rows`: bar, song, artists, entered, seen, from, until, label, best.

    A bar ends at the end of the day on which the item was last seen.
    """
    base = alt.Chart(_ROWS).encode(
        y=_bar_y(),
        tooltip=[
            "song:N",
            "artists:N",
            "entered:N",
            alt.Tooltip("seen:N", title="last seen"),
            alt.Tooltip("label:N", title="days"),
            alt.Tooltip("best:N", title="best position"),
        ],
    )
    bars = base.mark_bar(height=14, cornerRadius=2).encode(
        x=alt.X(
            "from:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=_day_axis(grid=True),
        ),
        x2="until:T",
    )
    labels = base.mark_text(align="right", dx=-4, fontSize=11, color="white").encode(
        x="until:T", text="label:N"
    )
    return _with_days(_with_titles(_layers(bars, labels)))


def shares() -> alt.LayerChart:
    """Bars of shares; `rows`: bar, title, share, label, detail."""
    base = alt.Chart(_ROWS).encode(
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domainMin=0, padding=44)),
        y=_bar_y(),
        tooltip=["title:N", alt.Tooltip("label:N", title="share"), "detail:N"],
    )
    bars = base.mark_bar(height=14, cornerRadius=2)
    labels = base.mark_text(align="left", dx=4, fontSize=11).encode(text="label:N")
    return _with_titles(_layers(bars, labels))


def _layers(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts))


def _position(axis: alt.Axis) -> alt.Y:
    scale = alt.Scale(type="log", reverse=True, domainMin=1, nice=False, padding=12)
    return alt.Y("position:Q", title=None, scale=scale, axis=axis)


def _date(field: str) -> alt.X:
    return alt.X(f"utcyearmonthdate({field}):T", title=None, axis=_day_axis(grid=False))


def _day_axis(**more: Any) -> alt.Axis:
    return alt.Axis(
        values=alt.ExprRef("days"), labelExpr=_DAY, labelOverlap="greedy", labelFlush=False, **more
    )


def _with_days(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.add_params(alt.param(name="days", value=[]))


def _date_tooltip(field: str) -> alt.Tooltip:
    return alt.Tooltip(f"utcyearmonthdate({field}):T", title="date", format="%Y-%m-%d")


def _bar_y() -> alt.Y:
    return alt.Y(
        "bar:O", title=None, sort=None, axis=_name_axis(labelExpr="titles[datum.value] || ''")
    )


def _with_titles(chart: alt.LayerChart) -> alt.LayerChart:
    return chart.add_params(alt.param(name="titles", value=[]))


def _name_axis(**more: Any) -> alt.Axis:
    return alt.Axis(labelLimit=_LABEL_LIMIT, ticks=False, domain=False, **more)
