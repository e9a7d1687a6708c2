"""The static mix: what can be reached without looking at prompts, known only in hindsight."""

from collections.abc import Sequence
from dataclasses import dataclass

ROUNDING = 1e-12


@dataclass(frozen=True)
class Mean:
    """Mean score, and mean joules per request."""

    score: float
    joules: float


def means(
    scores: Sequence[Sequence[float]], joules: Sequence[Sequence[float]], rows: Sequence[int]
) -> list[Mean]:
    """Means of each model over some rows."""
    return [
        Mean(
            sum(scores[row][model] for row in rows) / len(rows),
            sum(joules[row][model] for row in rows) / len(rows),
        )
        for model in range(len(scores[0]))
    ]


def least_joules(zoo: Sequence[Mean], alpha: float) -> float:
    """Joules per request of the cheapest random choice whose mean score is `alpha`; of the most
    accurate model if none reaches it. Some optimum mixes at most two models, so all pairs are
    tried."""
    mixes = [model.joules for model in zoo if model.score >= alpha - ROUNDING]
    mixes += [
        low.joules + (alpha - low.score) / (high.score - low.score) * (high.joules - low.joules)
        for low in zoo
        for high in zoo
        if low.score < alpha < high.score
    ]
    best = max(zoo, key=lambda model: (model.score, -model.joules))
    return min(mixes, default=best.joules)
