# SPDX-License-Identifier: Apache-2.0
"""A plot of lines on two logarithmic axes, as SVG that needs nothing else and
follows the reader's choice of light or dark."""

import math

WIDTH, HEIGHT = 680, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 130, 40, 50
COLOURS = [("#0b5cad", "#6cb6ff"), ("#b3261e", "#ff8a80"),
           ("#1e7a46", "#6fd08c"), ("#7b2fa6", "#d2a8ff"),
           ("#8a6100", "#e3b341"), ("#555555", "#b0b8c1")]


def style():
    def rules(at, back, text, line):
        yield ".back{fill:%s} text{fill:%s} .grid{stroke:%s}" % (back, text,
                                                                 line)
        for ix, colours in enumerate(COLOURS):
            yield (".l%d{fill:none;stroke:%s} .f%d,.f%d text{fill:%s}"
                   % (ix, colours[at], ix, ix, colours[at]))
    return "<style>%s @media (prefers-color-scheme: dark){%s}</style>" % (
        " ".join(rules(0, "#ffffff", "#1f2328", "#d8dee4")),
        " ".join(rules(1, "#0d1117", "#e6edf3", "#30363d")))


def ticks(least, greatest):
    first = math.floor(math.log10(least))
    last = math.ceil(math.log10(greatest))
    return [10.0 ** power for power in range(first, last + 1)]


class Axes:
    def __init__(self, series):
        points = [p for _, line in series for p in line]
        self.x = ticks(*(f(x for x, _ in points) for f in (min, max)))
        self.y = ticks(*(f(y for _, y in points) for f in (min, max)))

    def place(self, x, y):
        def share(value, marks):
            return (math.log10(value) - math.log10(marks[0])) / max(
                math.log10(marks[-1]) - math.log10(marks[0]), 1)
        return (LEFT + share(x, self.x) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - share(y, self.y) * (HEIGHT - TOP - BOTTOM))


def text(x, y, anchor, what):
    return '<text x="%.0f" y="%.0f" text-anchor="%s">%s</text>' % (
        x, y, anchor, what)


def grid(axes):
    for x in axes.x:
        at, _ = axes.place(x, axes.y[0])
        yield ('<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>'
               % (at, TOP, at, HEIGHT - BOTTOM))
        yield text(at, HEIGHT - BOTTOM + 18, "middle", f"{x:,.0f}")
    for y in axes.y:
        _, at = axes.place(axes.x[0], y)
        yield ('<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>'
               % (LEFT, at, WIDTH - RIGHT, at))
        yield text(LEFT - 8, at + 4, "end", f"{y:,.10g}")


def lines(axes, series):
    ends = []
    for ix, (name, line) in enumerate(series):
        if not line:
            continue
        colour = ix % len(COLOURS)
        places = [axes.place(x, y) for x, y in line]
        yield ('<polyline class="l%d" stroke-width="2" '
               'points="%s"/>' % (colour, " ".join(
                   "%.1f,%.1f" % place for place in places)))
        for x, y in places:
            yield '<circle class="f%d" cx="%.1f" cy="%.1f" r="3"/>' % (
                colour, x, y)
        ends.append((places[-1][1], places[-1][0], name, colour))
    at = 0
    for y, x, name, colour in sorted(ends):
        at = max(y, at + 15)
        yield '<g class="f%d">%s</g>' % (colour, text(x + 8, at + 4, "start",
                                                      name))


def plot(path, title, x_name, y_name, series):
    """series: a list of (name, list of (x, y)). One without points takes a
    colour, so that names have the same in several plots."""
    axes = Axes(series)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" '
        'font-family="sans-serif" font-size="12" role="img" '
        'aria-label="%s">' % (WIDTH, HEIGHT, title),
        style(), '<rect class="back" width="100%" height="100%"/>',
        text(LEFT, 22, "start", title),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "middle", x_name),
        '<g transform="rotate(-90 16 %d)">%s</g>' % (
            HEIGHT / 2, text(16, HEIGHT / 2, "middle", y_name)),
        *grid(axes), *lines(axes, series), "</svg>"]
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(parts) + "\n")
