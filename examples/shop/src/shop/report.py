"""Plots as Plotly and Altair write them (`fig.to_json()`, `chart.to_dict()`), here without either."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from shop.catalogue import PRODUCTS

Sales = Mapping[str, Sequence[int]]


def made_up_sales(until: date, days: int) -> tuple[list[str], Sales]:
    """Days as dates, and how many of each product were sold on each of them."""
    dates = [(until - timedelta(days=days - 1 - number)).isoformat() for number in range(days)]
    sold = {}
    for product in PRODUCTS.values():
        dice = random.Random(product.id)
        level = dice.randrange(8, 30)
        sold[product.name] = [
            max(0, level + dice.randrange(-6, 7) + (9 if date.fromisoformat(day).weekday() >= 5 else 0))
            for day in dates
        ]
    return dates, sold


def plotly_figure(dates: Sequence[str], sold: Sales) -> dict[str, Any]:
    """A line for each product, day by day."""
    return {
        "data": [
            {"type": "scatter", "mode": "lines+markers", "name": name, "x": list(dates), "y": list(counts)}
            for name, counts in sold.items()
        ],
        "layout": {
            "title": {"text": "Sold by day"},
            "xaxis": {"title": {"text": "Day"}},
            "yaxis": {"title": {"text": "Pieces"}, "rangemode": "tozero"},
            "legend": {"title": {"text": "Product"}},
        },
    }


def vega_lite_chart(dates: Sequence[str], sold: Sales) -> dict[str, Any]:
    """A bar for each product, of what was sold on days of the week and at the weekend."""
    rows = [
        {
            "product": name,
            "when": when,
            "sold": sum(n for day, n in zip(dates, counts, strict=True) if _when(day) == when),
        }
        for name, counts in sold.items()
        for when in ("weekday", "weekend")
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "Sold by product",
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "x": {"field": "sold", "type": "quantitative", "title": "Pieces"},
            "y": {"field": "product", "type": "nominal", "title": "Product"},
            "color": {"field": "when", "type": "nominal", "title": "When"},
        },
    }


def _when(day: str) -> str:
    return "weekend" if date.fromisoformat(day).weekday() >= 5 else "weekday"
