"""The report as one HTML page without anything from elsewhere: plots are SVG in it."""

import html
import json
import math

from peers import report

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 66rem; padding: 0 1rem;
       color: #1d2733; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
p { max-width: 46rem }
table { border-collapse: collapse; font-size: .82rem; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top;
         border-bottom: 1px solid #e4e8ee; white-space: nowrap }
th { color: #5b6877; font-weight: 600 }
th.number, td.number { text-align: right } td.loses { color: #b3261e; font-weight: 600 }
svg text { font: 12px system-ui, sans-serif; fill: #1d2733 } svg .faint { fill: #5b6877 }
.scroll { overflow-x: auto }
"""
WIDTH, LEFT, RIGHT, LINE, TOP = 960, 250, 70, 26, 24
LABEL = 140
BETTER, WORSE, LIMIT_COLOUR = "#0b6e4f", "#b3261e", "#6b7785"
NUMBERS = range(1, 5)


def _ticks(low, high):
    """1, 2 and 5 times powers of ten from low to high; powers of ten alone where these are many."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [m * 10.0**p for p in powers for m in ((1, 2, 5) if len(powers) < 5 else (1,))]
    return [tick for tick in ticks if low <= tick <= high]


def _text(x, y, words, anchor="start", css=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{css}">{html.escape(words)}</text>'


def plot(rows):
    """A line a row: each round's ratio a dot (hollow if void), the quartiles a bar, the median a stroke."""
    values = [ratio for row in rows for ratio, _ in row.ratios] + [1.0]
    low, high = min(values) / 1.25, max(values) * 1.25
    scale = (WIDTH - LEFT - RIGHT) / math.log(high / low)

    def at(value):
        return LEFT + math.log(value / low) * scale

    bottom = TOP + LINE * len(rows)
    parts = [f'<svg viewBox="0 0 {WIDTH} {bottom + 24}" width="{WIDTH}" role="img" '
             'aria-label="Ratio of Chipline to each, by round">']
    for tick in _ticks(low, high):
        one = tick == 1
        parts.append(f'<line x1="{at(tick):.1f}" x2="{at(tick):.1f}" y1="{TOP - 6}" y2="{bottom}" '
                     f'stroke="{"#1d2733" if one else "#e4e8ee"}" stroke-width="{1.5 if one else 1}"/>')
        parts.append(_text(at(tick), bottom + 16, f"{tick:g}×", "middle", "faint"))
    # Beyond the plots' edge there is room for one of them only, and then one is enough.
    if at(1) + LABEL < WIDTH:
        parts.append(_text(at(1) + 6, TOP - 10, "Chipline is better →", css="faint"))
    if at(1) - LABEL > 0:
        parts.append(_text(at(1) - 6, TOP - 10, "← the other is better", "end", "faint"))
    for number, row in enumerate(rows):
        y = TOP + LINE * (number + 0.5)
        colour = LIMIT_COLOUR if row.is_limit else BETTER if row.median >= 1 else WORSE
        parts.append(_text(LEFT - 12, y + 4, row.other, "end"))
        parts.append(f'<rect x="{at(row.low):.1f}" y="{y - 7}" width="{at(row.high) - at(row.low):.1f}" '
                     f'height="14" rx="2" fill="{colour}" opacity=".22"/>')
        parts += [f'<circle cx="{at(ratio):.1f}" cy="{y}" r="3" stroke="{colour}" '
                  f'fill="{"#fff" if void else colour}"/>' for ratio, void in row.ratios]
        parts.append(f'<line x1="{at(row.median):.1f}" x2="{at(row.median):.1f}" y1="{y - 9}" y2="{y + 9}" '
                     f'stroke="{colour}" stroke-width="2.5"/>')
        parts.append(_text(WIDTH - RIGHT + 10, y + 4, f"{row.median:.2f}×"))
    return "\n".join(parts) + "</svg>"


def _table(rows, durability):
    lines = ["<tr>" + "".join(
        f'<th class="{"number" if number in NUMBERS else ""}">{name}</th>'
        for number, name in enumerate(report.COLUMNS)) + "</tr>"]
    for row, cells in zip(rows, report.body(rows, durability)):
        loses = row.median < 1 and not row.is_limit
        parts = []
        for number, cell in enumerate(cells):
            css = " ".join((["number"] if number in NUMBERS else [])
                           + (["loses"] if loses and number == 3 else []))
            parts.append(f'<td class="{css}">{html.escape(cell)}</td>')
        lines.append("<tr>" + "".join(parts) + "</tr>")
    return '<div class="scroll"><table>' + "\n".join(lines) + "</table></div>"


def _list(items):
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def page(result):
    made = report.rows(result["records"])
    escape = html.escape
    parts = ["<!doctype html><html lang=en><meta charset=utf-8>",
             "<meta name=viewport content='width=device-width'>",
             f"<title>Chipline beside its peers</title><style>{STYLE}</style>",
             f"<h1>{escape(result.get('title', report.TITLE))}</h1>",
             f"<p><b>{escape(report.summary(made, result))}</b></p>"]
    parts += [f"<p>{escape(text)}</p>" for text in report.READING]
    parts.append("<p>In the plots a dot is a round, hollow if void; the bar goes from quartile to quartile, the "
                 "stroke is the median. Grey: limits. Green: Chipline is better. Red: the other is.</p>")
    for test in dict.fromkeys(row.test for row in made):
        chosen = [row for row in made if row.test == test]
        words = report.title(test)
        parts.append(f"<h2>{escape(words[0].upper() + words[1:])}</h2>")
        parts.append(f'<div class="scroll">{plot(chosen)}</div>')
        parts.append(_table(chosen, result["durability"]))
        if found := report.details(result["records"], test):
            parts.append(_list(map(escape, found)))
    parts.append("<h2>What is not compared</h2>")
    parts.append(_list(f"<b>{escape(name)}</b>: {escape(about['caveat'])}."
                       for name, about in result["systems"].items()))
    parts.append("<h2>Machine, versions, settings</h2>")
    parts.append(_list(f"{escape(name)}: {escape(str(value))}" for name, value in report.facts(result)))
    parts.append(_list(
        f"<b>{escape(name)}</b>: {escape(about['version'])}; "
        + escape(", ".join(f"{k} {v}" for k, v in about["settings"].items()))
        for name, about in result["systems"].items()))
    for name, texts in report.asides(result):
        if texts:
            parts.append(f"<h2>{name}</h2>" + _list(escape(text) for text in texts))
    return "\n".join(parts) + "\n"


def write(result, out):
    """Into a folder: results.json, report.md and report.html. The second is printed, too."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "report.md").write_text(report.markdown(result))
    (out / "report.html").write_text(page(result))
    print(report.markdown(result))
    print(f"In {out}: report.html, report.md, results.json")
