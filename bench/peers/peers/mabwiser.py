"""MABWiser 2.7.4: contextual bandits that maximize a reward, which here is score minus price."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

from peers import stream
from peers.entry import RECORDED_ROWS, Entry, Tuning
from peers.mix import Mean
from peers.outcomes import Outcomes
from peers.stream import Episode, Feedback
from peers.tuning import by_cross_validation

POLICIES = {"LinUCB": LearningPolicy.LinUCB, "LinTS": LearningPolicy.LinTS}
DEFAULT_WIDTH = 1.0
WIDTHS = {"LinUCB": (0.1, 0.5), "LinTS": (0.1,)}
PRICES = (0.0, 0.05, 0.1, 0.2, 0.3)
RECORDED_WIDTH = 0.05


class MabWiser:
    """The package's bandit. All arms are alike to it at first, and ties go to the arm that is
    listed first, so the arms are listed in an order of the seed's own."""

    def __init__(self, episode: Episode, setting: "Bandit") -> None:
        self._rewards = _Rewards(episode, setting.price)
        arms = np.random.default_rng(episode.seed).permutation(len(episode.outcomes.models))
        self._bandit = MAB(
            arms.tolist(), POLICIES[setting.policy](alpha=setting.width), seed=episode.seed
        )
        self._bandit.fit(*self._rewards.of(episode.recorded))

    def choose(self, request: int, features: Sequence[float]) -> int:
        return int(self._bandit.predict(np.asarray([features])))

    def choose_all(self, rows: Sequence[Sequence[float]]) -> list[int]:
        """What it would do on some rows, without learning from them."""
        return list(map(int, self._bandit.predict(np.asarray(rows))))

    def learn(self, feedback: Feedback) -> None:
        reward = self._rewards.reward(feedback.model, feedback.score)
        self._bandit.partial_fit([feedback.model], [reward], np.asarray([feedback.features]))


class _Rewards:
    """Score minus a price of the model's cost, which is known beforehand."""

    def __init__(self, episode: Episode, price: float) -> None:
        self._episode = episode
        self._price = price

    def reward(self, model: int, score: float) -> float:
        return score - self._price * self._episode.costs[model]

    def of(self, rows: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Decisions, rewards and contexts of every model on some rows."""
        outcomes = self._episode.outcomes
        models = range(len(outcomes.models))
        answers = [(row, model) for row in rows for model in models]
        return (
            np.array([model for _, model in answers], dtype=int),
            np.array([self.reward(model, outcomes.scores[row][model]) for row, model in answers]),
            np.array([outcomes.features[row] for row, _ in answers]).reshape(
                -1, len(outcomes.features[0])
            ),
        )


@dataclass(frozen=True)
class Bandit:
    """A linear bandit under a fixed price."""

    uses_alpha = False
    uses_delay = True
    policy: str
    width: float = DEFAULT_WIDTH
    price: float = 0.0

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        return stream.replay(episode, MabWiser(episode, self), in_flight)


@dataclass(frozen=True)
class CrossValidated:
    """LinUCB with the price that reached alpha on the recorded rows."""

    uses_alpha = True
    uses_delay = True
    width: float

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        bandit = Bandit("LinUCB", self.width, _price(episode, alpha))
        return bandit.run(episode, alpha, in_flight)


@functools.lru_cache
def _price(episode: Episode, alpha: float) -> float:
    def held_out(learned: list[int], held: list[int]) -> dict[float, Mean]:
        known = Episode(episode.outcomes, episode.rows, learned, episode.seed)
        contexts = [episode.outcomes.features[row] for row in held]
        # Without a bonus for exploring, as nothing is learned of held-out rows.
        chosen = {
            price: MabWiser(known, Bandit("LinUCB", 0.0, price)).choose_all(contexts)
            for price in PRICES
        }
        return {
            price: stream.served(episode.outcomes, held, models) for price, models in chosen.items()
        }

    return by_cross_validation(episode.recorded, alpha, held_out)


def entries(outcomes: Outcomes) -> list[Entry]:
    cold = [
        Entry(f"MABWiser {policy}", tuning, 0, settings)
        for policy in POLICIES
        for tuning, settings in (
            (Tuning.AUTHORS, (Bandit(policy),)),
            (
                Tuning.HINDSIGHT,
                tuple(Bandit(policy, width, price) for width in WIDTHS[policy] for price in PRICES),
            ),
        )
    ]
    return [
        *cold,
        Entry(
            "MABWiser LinUCB",
            Tuning.HINDSIGHT,
            RECORDED_ROWS,
            tuple(Bandit("LinUCB", RECORDED_WIDTH, price) for price in PRICES),
        ),
        Entry("MABWiser LinUCB", Tuning.RECORDED, RECORDED_ROWS, (CrossValidated(RECORDED_WIDTH),)),
    ]
