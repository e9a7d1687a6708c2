"""A router on a stream of requests, with feedback as late as in `mess replay`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from peers import mix
from peers.mix import Mean
from peers.outcomes import Outcomes


@dataclass(frozen=True, eq=False)
class Episode:
    """The requests of a run, and what a router is told of them before the first.

    rows: of the outcomes, in order of arrival
    recorded: rows whose outcomes are known beforehand, of every model; none of them arrives
    seed: of everything that a router draws
    """

    outcomes: Outcomes
    rows: Sequence[int]
    recorded: Sequence[int]
    seed: int

    @cached_property
    def means(self) -> list[Mean]:
        """Of each model over the run. A router is told the joules, and not the scores."""
        return mix.means(self.outcomes.scores, self.outcomes.joules, self.rows)

    @cached_property
    def costs(self) -> list[float]:
        """Mean joules of each model on a logarithmic scale, from 0 (cheapest) to 1 (dearest)."""
        logs = [math.log(mean.joules) for mean in self.means]
        spread = max(logs) - min(logs)
        return [(log - min(logs)) / spread if spread else 0.5 for log in logs]

    def by_price(self) -> list[int]:
        """The models, from the cheapest on."""
        return sorted(range(len(self.means)), key=lambda model: self.means[model].joules)

    def static_joules(self, alpha: float) -> float:
        """Joules per request of the best static mix in hindsight."""
        return mix.least_joules(self.means, alpha)


@dataclass(frozen=True)
class Feedback:
    """What became of a request: the score and the joules of the answer that was served."""

    request: int
    features: Sequence[float]
    model: int
    score: float
    joules: float


class Router(Protocol):
    """A router of one run. It learns from the answers that it served, and from no others."""

    def choose(self, request: int, features: Sequence[float]) -> int:
        """The model for the next request; `request` is its number in the run, from 0."""

    def learn(self, feedback: Feedback) -> None:
        """Learns from an earlier choice."""


def replay(episode: Episode, router: Router, in_flight: int) -> Mean:
    """Runs a router.

    The feedback of request i comes when `in_flight` further requests were decided: before request
    i + 1 + `in_flight` is. This is the replay's `FeedbackSchedule` with `--delay fixed`,
    `--feedback-rate 1` and `--raters all`, and as in its `RouterReplay`, joules are known with the
    score. Feedback that comes after the last decision changes nothing, and is left out.
    """
    outcomes = episode.outcomes
    chosen: list[int] = []
    for step, row in enumerate(episode.rows):
        due = step - 1 - in_flight
        if due >= 0:
            known, model = episode.rows[due], chosen[due]
            router.learn(
                Feedback(
                    due,
                    outcomes.features[known],
                    model,
                    outcomes.scores[known][model],
                    outcomes.joules[known][model],
                )
            )
        chosen.append(router.choose(step, outcomes.features[row]))
    return served(outcomes, episode.rows, chosen)


def served(outcomes: Outcomes, rows: Sequence[int], chosen: Sequence[int]) -> Mean:
    """Mean score and joules of the answers that were chosen for some rows."""
    return Mean(
        sum(outcomes.scores[row][model] for row, model in zip(rows, chosen, strict=True))
        / len(rows),
        sum(outcomes.joules[row][model] for row, model in zip(rows, chosen, strict=True))
        / len(rows),
    )
