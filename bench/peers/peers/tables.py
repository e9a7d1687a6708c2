"""Tables of the results: Markdown to read, CSV to compute with."""

import csv
import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from statistics import mean, stdev

from scipy.stats import t

from peers.entry import Entry
from peers.experiment import Result
from peers.tuning import is_met

COLUMNS = (
    "peer",
    "tuning",
    "recorded_rows",
    "alpha",
    "in_flight",
    "seeds",
    "settings_tried",
    "setting",
    "joules",
    "energy_vs_static_mix",
    "energy_ci95",
    "score",
    "score_ci95",
    "met_share",
)
"""Of the CSV. Each `ci95` is half of the 95% interval of the mean over seeds."""


def write_csv(file: Path, results: Sequence[Result]) -> None:
    """A line for each entry, target and number in flight."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(COLUMNS)
        lines.writerows(map(_fields, results))


def _fields(result: Result) -> list[object]:
    cell, ratios, scores = result.cell, _ratios(result), [run.score for run in result.runs]
    return [
        cell.entry.peer,
        cell.entry.tuning.value,
        cell.entry.recorded,
        cell.alpha,
        cell.in_flight,
        len(result.runs),
        len(cell.entry.settings),
        result.setting,
        f"{mean(run.joules for run in result.runs):.3f}",
        f"{mean(ratios):.4f}",
        f"{_half_interval(ratios):.4f}",
        f"{mean(scores):.4f}",
        f"{_half_interval(scores):.4f}",
        f"{_met_share(result):.3f}",
    ]


def markdown(results: Sequence[Result]) -> str:
    """A row for each entry, and a column for each number in flight: energy over that of the best
    static mix, as a geometric mean over the targets, with half of its 95% interval. In parentheses,
    at the worst target, the share of seeds that met alpha, and how far below alpha the mean score
    was."""
    delays = list(dict.fromkeys(result.cell.in_flight for result in results))
    head = ["peer", "settings", "recorded rows", *(f"{delay:,} in flight" for delay in delays)]
    rows = [
        [entry.peer, _tuning(entry), str(entry.recorded), *_cells(list(of_entry))]
        for entry, of_entry in groupby(results, key=lambda result: result.cell.entry)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _tuning(entry: Entry) -> str:
    tried = len(entry.settings)
    return entry.tuning.value + (f", of {tried}" if tried > 1 else "")


def _cells(results: Sequence[Result]) -> list[str]:
    return [_cell(list(of_delay)) for _, of_delay in groupby(results, lambda r: r.cell.in_flight)]


def _cell(targets: Sequence[Result]) -> str:
    means = [mean(_ratios(result)) for result in targets]
    energy = math.exp(mean(map(math.log, means)))
    # A seed has the same requests at every target, so its deviations are averaged first.
    deviations = [
        mean(ratio / centre for ratio, centre in zip(of_seed, means, strict=True))
        for of_seed in zip(*map(_ratios, targets), strict=True)
    ]
    interval = energy * _half_interval(deviations)
    met = min(map(_met_share, targets))
    short = min(mean(run.score for run in result.runs) - result.cell.alpha for result in targets)
    missed = f", {_short(short, 3)}" if round(short, 3) < 0 else ""
    return f"{_short(energy, 2)} ±{_short(interval, 2)} ({met:.0%}{missed})"


def _ratios(result: Result) -> list[float]:
    return [
        run.joules / static for run, static in zip(result.runs, result.static_joules, strict=True)
    ]


def _met_share(result: Result) -> float:
    return mean(is_met(run.score, result.cell.alpha) for run in result.runs)


def _half_interval(values: Sequence[float]) -> float:
    """Half of the 95% interval of the mean, by Student's t distribution."""
    if len(values) < 2:
        return math.nan
    return float(t.ppf(0.975, len(values) - 1)) * stdev(values) / math.sqrt(len(values))


def _short(number: float, digits: int) -> str:
    """A number without the zero before the point, as the documentation writes it."""
    text = f"{number:.{digits}f}".replace("-", "−")
    return text.replace("0.", ".", 1) if abs(number) < 1 else text
