"""ParetoBandit 0.1.1: LinUCB that forgets, with a price of cost that is fixed or paces a budget."""

import functools
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pareto_bandit.budget_pacer import BudgetPacer
from pareto_bandit.config import BEST_K3_TABULA_RASA_HPARAMS
from pareto_bandit.feature_service import FeatureService
from pareto_bandit.router import BanditRouter
from pareto_bandit.types import RouterConfig, RoutingLog

from peers import stream
from peers.entry import RECORDED_ROWS, Entry, Tuning
from peers.mix import Mean
from peers.outcomes import Outcomes
from peers.stream import Episode, Feedback
from peers.tuning import by_cross_validation

PUBLISHED_WIDTH = BEST_K3_TABULA_RASA_HPARAMS["alpha"]
PUBLISHED_KEEP = BEST_K3_TABULA_RASA_HPARAMS["forgetting_factor"]
WIDTHS = (0.1, 0.5)
PRICES = (0.0, 0.02, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4)
PRICES_WITHOUT_DEAREST = (0.0, 0.1)
BUDGETS = (1.0, 1.5, 2.0)
"""Over the joules of the best static mix."""

PER_1000_TOKENS = 1000

# It warns at each request for which its budget admits no model.
logging.getLogger("pareto_bandit").setLevel(logging.ERROR)


class ParetoBandit:
    """The package's router, of which joules are the dollars."""

    def __init__(
        self,
        episode: Episode,
        *,
        width: float,
        keep: float,
        price: float = 0.0,
        budget_joules: float | None = None,
        dearest: int | None = None,
    ) -> None:
        joules = [mean.joules for mean in episode.means]
        self._router = BanditRouter.create(
            model_registry={
                str(model): {
                    "input_cost_per_m": PER_1000_TOKENS * mean,
                    "output_cost_per_m": PER_1000_TOKENS * mean,
                }
                for model, mean in enumerate(joules)
            },
            priors="none",
            feature_service=FeatureService.for_precomputed(len(episode.outcomes.features[0])),
            alpha=width,
            forgetting_factor=keep,
            cost_penalty=price,
            budget_pacer=None if budget_joules is None else BudgetPacer(budget_joules),
            bandit_seed=episode.seed,
            config=RouterConfig(market_cost_floor=min(joules), market_cost_ceiling=max(joules)),
        )
        self._logs: dict[int, RoutingLog] = {}
        self._max_cost: float | None = None
        if dearest is not None:
            model = self._router.registry[str(episode.by_price()[dearest])]
            self._max_cost = model["blended_cost_per_m"] / PER_1000_TOKENS

    def choose(self, request: int, features: Sequence[float]) -> int:
        x = np.asarray(features)
        model, self._logs[request] = self._router.route(x, max_cost=self._max_cost)
        return int(model)

    def learn(self, feedback: Feedback) -> None:
        log = self._logs.pop(feedback.request)
        # As the authors' experiments do: the cost of the call, instead of an estimate by tokens.
        log.cost_usd = feedback.joules
        self._router.process_feedback(log.request_id, feedback.score)

    def record(self, episode: Episode, rows: Sequence[int]) -> None:
        """Learns every model's outcome of some rows, each row a step in time."""
        for row in rows:
            x = np.asarray(episode.outcomes.features[row])
            for model, score in enumerate(episode.outcomes.scores[row]):
                last = model == len(episode.outcomes.models) - 1
                self._router.bandit.update(str(model), x, score, advance_time=last)

    def without_exploring(self, episode: Episode, rows: Sequence[int], price: float) -> Mean:
        """What it would do on some rows at a price, without learning from them."""
        self._router.cost_penalty = price
        with self._router.exploit():
            chosen = [
                int(self._router.route(np.asarray(episode.outcomes.features[row]))[0])
                for row in rows
            ]
        return stream.served(episode.outcomes, rows, chosen)


@dataclass(frozen=True)
class Budgeted:
    """Paces a budget: the joules of the best static mix, which only hindsight knows, or more."""

    uses_alpha = True
    uses_delay = True
    width: float = PUBLISHED_WIDTH
    keep: float = PUBLISHED_KEEP
    budget: float = 1.0

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        budget = self.budget * episode.static_joules(alpha)
        router = ParetoBandit(episode, width=self.width, keep=self.keep, budget_joules=budget)
        router.record(episode, episode.recorded)
        return stream.replay(episode, router, in_flight)


@dataclass(frozen=True)
class Priced:
    """Serves the best score minus a fixed price of cost.

    dearest: rank by price, from 0, of the most expensive model that may serve; None for any
    """

    uses_alpha = False
    uses_delay = True
    width: float
    price: float
    dearest: int | None = None

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        router = ParetoBandit(
            episode, width=self.width, keep=1.0, price=self.price, dearest=self.dearest
        )
        router.record(episode, episode.recorded)
        return stream.replay(episode, router, in_flight)


@dataclass(frozen=True)
class CrossValidated:
    """The same, with the price that reached alpha on the recorded rows."""

    uses_alpha = True
    uses_delay = True
    width: float = PUBLISHED_WIDTH

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        return Priced(self.width, _price(episode, alpha)).run(episode, alpha, in_flight)


@functools.lru_cache
def _price(episode: Episode, alpha: float) -> float:
    def held_out(learned: list[int], held: list[int]) -> dict[float, Mean]:
        router = ParetoBandit(episode, width=0.0, keep=1.0)
        router.record(episode, learned)
        return {price: router.without_exploring(episode, held, price) for price in PRICES}

    return by_cross_validation(episode.recorded, alpha, held_out)


def entries(outcomes: Outcomes) -> list[Entry]:
    return [
        Entry("ParetoBandit", Tuning.AUTHORS, 0, (Budgeted(),)),
        Entry(
            "ParetoBandit",
            Tuning.HINDSIGHT,
            0,
            (
                *(Priced(width, price) for width in WIDTHS for price in PRICES),
                *(
                    Priced(width, price, dearest)
                    for width in WIDTHS
                    for price in PRICES_WITHOUT_DEAREST
                    for dearest in range(1, len(outcomes.models) - 1)
                ),
                *(Budgeted(min(WIDTHS), 1.0, budget) for budget in BUDGETS),
            ),
        ),
        Entry("ParetoBandit", Tuning.AUTHORS, RECORDED_ROWS, (Budgeted(),)),
        Entry(
            "ParetoBandit",
            Tuning.HINDSIGHT,
            RECORDED_ROWS,
            tuple(Priced(PUBLISHED_WIDTH, price) for price in PRICES),
        ),
        Entry("ParetoBandit", Tuning.RECORDED, RECORDED_ROWS, (CrossValidated(),)),
    ]
