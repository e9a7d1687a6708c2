"""How settings are chosen: in hindsight, or on recorded rows alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from peers.mix import Mean

FOLDS = 5
TOLERANCE = 0.002
MET_SHARE = 0.9
ROUNDING = 1e-12

Option = TypeVar("Option")


def is_met(score: float, alpha: float) -> bool:
    """Whether a mean score counts as alpha, as `mess replay` counts it."""
    return score >= alpha - TOLERANCE - ROUNDING


def best_in_hindsight(runs: Mapping[Option, Sequence[Mean]], alpha: float) -> Option:
    """The option of least joules among those that met alpha in nine of ten seeds; or else the one
    that met it most often, and of two alike the one of higher score. The replay's own rule."""

    def rank(option: Option) -> tuple[float, float]:
        seeds = runs[option]
        met = min(MET_SHARE, sum(is_met(run.score, alpha) for run in seeds) / len(seeds))
        if met >= MET_SHARE:
            return -met, sum(run.joules for run in seeds) / len(seeds)
        return -met, -sum(run.score for run in seeds) / len(seeds)

    return min(runs, key=rank)


def folds(rows: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Rows to learn from and rows that are held out, five times."""
    for fold in range(FOLDS):
        held = list(rows[fold::FOLDS])
        yield [row for i, row in enumerate(rows) if i % FOLDS != fold], held


def by_cross_validation(
    rows: Sequence[int],
    alpha: float,
    held_out: Callable[[list[int], list[int]], Mapping[Option, Mean]],
) -> Option:
    """The option of least joules whose mean score on held-out rows reaches alpha; or else the one
    of highest score.

    held_out: what each option does on held-out rows (second) after learning from others (first)
    """
    results = [(held_out(learned, held), len(held)) for learned, held in folds(rows)]
    pooled = {
        option: Mean(
            sum(result[option].score * n for result, n in results) / len(rows),
            sum(result[option].joules * n for result, n in results) / len(rows),
        )
        for option in results[0][0]
    }
    reaching = [option for option, mean in pooled.items() if mean.score >= alpha]
    if reaching:
        return min(reaching, key=lambda option: pooled[option].joules)
    return max(pooled, key=lambda option: pooled[option].score)
