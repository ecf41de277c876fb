"""The report's charts as Vega-Lite specifications without data; drawing.js adds the data.

Each chart has a data set `rows`; every row has a `text`, which is its mark's tooltip. Charts over
time have a parameter `days`: the days that the axis names, as milliseconds since 1970. Charts with
one bar per row have a parameter `titles`: the names of the bars, which `bar` numbers, because two
songs may have one title. drawing.js also sets the heights of these charts, and the colours, which
differ between light and dark mode.
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
# drawing.js shows the text of the row. Vega-Lite's own tooltips of named fields say `undefined`
# where `nearest` is used
_TOOLTIP = alt.TooltipContent(content="data")
_UTC = alt.Scale(type="utc")
# Pixels
MIN_BAR_WIDTH, MAX_BAR_WIDTH = 3, 24
LABEL_WIDTH = 60
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
    """Lines of positions over time; `rows`: date, position, item, line.

    An item has one line for each period without a gap. The parameter `names` has the songs at the
    ends of the lines, by position; `dates` is the number of dates, by which points become smaller.
    """
    over = alt.selection_point(
        name="over", fields=["item"], on="pointerover", clear="pointerout", nearest=True
    )
    ticks = alt.Axis(values=[1, 2, 3, 5, 10, 20, 30, 50, MAX_POSITIONS], format="d")
    base = alt.Chart(_ROWS).encode(
        x=_date(),
        y=_position(ticks).title("position"),
        color=alt.Color("item:N", legend=None, scale=alt.Scale(scheme="tableau10")),
        opacity=alt.when(over).then(alt.value(1)).otherwise(alt.value(0.15)),
    )
    lines = base.mark_line(strokeWidth=2.5, aria=False).encode(detail="line:N")
    size = alt.ExprRef("clamp(pow(0.8 * width / dates, 2), 12, 40)")
    points = base.mark_point(filled=True, size=size, tooltip=_TOOLTIP)
    points = points.encode(description="text:N").add_params(over)
    name_axis = _name_axis(
        orient="right",
        grid=False,
        values=list(range(1, 11)),
        labelExpr="names[datum.value] || ''",
        labelOverlap=False,
        labelPadding=8,
    )
    # The names are a second axis, which needs a layer of its own. The layer draws nothing and is
    # below the points, so that it does not hide them from the pointer
    invisible = alt.Chart(_ROWS).mark_point(opacity=0, aria=False)
    invisible = invisible.encode(x=_date(), y=_position(name_axis))
    chart = _with_parameters(_layers(invisible, _layers(lines, points)), names=[], days=[], dates=1)
    chart = chart.properties(height=480)
    resolved: alt.LayerChart = chart.resolve_axis(y="independent")
    return resolved


def movement() -> alt.LayerChart:
    """Bars up and down; `rows`: date, event, items (the number of items, negative if left).

    The parameter `nearest` is the distance between the two nearest dates, as a share of the axis.
    Bars are as wide as it allows, within limits: on a long history they overlap.
    """
    # With few items Vega-Lite places ticks between whole numbers, in spite of tickMinStep
    whole_numbers = alt.Axis(labelExpr="datum.value % 1 ? '' : format(abs(datum.value), ',')")
    width = alt.ExprRef(f"clamp(0.8 * width * nearest, {MIN_BAR_WIDTH}, {MAX_BAR_WIDTH})")
    bars = (
        alt.Chart(_ROWS)
        .mark_bar(width=width, tooltip=_TOOLTIP)
        .encode(
            x=_date(padding=MAX_BAR_WIDTH / 2),
            y=alt.Y("items:Q", title="◀ left · entered ▶", axis=whole_numbers),
            color=alt.Color(
                "event:N",
                legend=None,
                scale=alt.Scale(domain=["entered", "left"], range=["#2a9d5c", "#d1495b"]),
            ),
            description="text:N",
        )
    )
    zero = alt.Chart().mark_rule(aria=False).encode(y=alt.datum(0))
    chart = _with_parameters(_layers(bars, zero), days=[], nearest=1)
    return chart.properties(height=220)


def stays() -> alt.LayerChart:
    """Stays on a time line; `rows`: bar, from, until, label.

    A bar ends at the end of the day on which the item was last seen. A label that does not fit into
    its bar is beside it.
    """
    base = alt.Chart(_ROWS).encode(y=_bar_y())
    bars = base.mark_bar(height=14, cornerRadius=2, tooltip=_TOOLTIP).encode(
        x=alt.X("from:T", title=None, scale=_UTC, axis=_day_axis(grid=True)),
        x2="until:T",
        description="text:N",
    )
    bar_width = "(scale('x', datum.until) - scale('x', datum.from))"
    is_inside = f"{bar_width} > {LABEL_WIDTH}"
    is_right = f"scale('x', datum.until) + {LABEL_WIDTH} > width"
    labels = base.mark_text(
        align=alt.ExprRef(f"{is_inside} || {is_right} ? 'right' : 'left'"),
        dx=alt.ExprRef(f"{is_inside} ? -4 : {is_right} ? -4 - {bar_width} : 4"),
        fontSize=11,
        color=alt.ExprRef(f"{is_inside} ? 'white' : 'currentColor'"),
        aria=False,
        tooltip=_TOOLTIP,
    ).encode(x="until:T", text="label:N")
    return _with_parameters(_layers(bars, labels), days=[], titles=[])


def shares() -> alt.LayerChart:
    """Bars of shares; `rows`: bar, share, label."""
    base = alt.Chart(_ROWS).encode(
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domainMin=0, padding=44)),
        y=_bar_y(),
    )
    bars = base.mark_bar(height=14, cornerRadius=2, tooltip=_TOOLTIP).encode(description="text:N")
    labels = base.mark_text(align="left", dx=4, fontSize=11, aria=False, tooltip=_TOOLTIP)
    labels = labels.encode(text="label:N")
    return _with_parameters(_layers(bars, labels), titles=[])


def _layers(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts))


def _position(axis: alt.Axis) -> alt.Y:
    scale = alt.Scale(type="log", reverse=True, domainMin=1, nice=False, padding=12)
    return alt.Y("position:Q", title=None, scale=scale, axis=axis)


def _date(**scale: Any) -> alt.X:
    return alt.X(
        "date:T", title=None, scale=alt.Scale(type="utc", **scale), axis=_day_axis(grid=False)
    )


def _day_axis(**more: Any) -> alt.Axis:
    return alt.Axis(
        values=alt.ExprRef("days"), labelExpr=_DAY, labelOverlap="greedy", labelFlush=False, **more
    )


def _bar_y() -> alt.Y:
    return alt.Y(
        "bar:O", title=None, sort=None, axis=_name_axis(labelExpr="titles[datum.value] || ''")
    )


def _with_parameters(chart: alt.LayerChart, **values: Any) -> alt.LayerChart:
    """The chart with parameters, whose values drawing.js replaces."""
    return chart.add_params(*(alt.param(name=name, value=values[name]) for name in values))


def _name_axis(**more: Any) -> alt.Axis:
    return alt.Axis(labelLimit=_LABEL_LIMIT, ticks=False, domain=False, **more)
