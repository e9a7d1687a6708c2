"""LLMRouter 0.4.0: routers that learn from recorded rows, and from nothing later.

Its routers read files, embed prompts with a Longformer from a hub, and load their model again for
each prompt. Here, they read files that are written for them, get the replay's features, and keep
their model. Everything else is theirs.
"""

import contextlib
import functools
import importlib
import itertools
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import yaml

from peers import stream
from peers.entry import RECORDED_ROWS, Entry, Tuning
from peers.mix import Mean
from peers.outcomes import Outcomes
from peers.stream import Episode
from peers.tuning import by_cross_validation

torch.set_num_threads(1)


@dataclass(frozen=True)
class Kind:
    """A router of the package, and the settings of its authors.

    module: where it lies in the package
    router, trainer: names of its classes
    settings: of its configuration file, as JSON
    """

    module: str
    router: str = field(repr=False)
    trainer: str = field(repr=False)
    settings: str = field(repr=False)


KNN = Kind("knnrouter", "KNNRouter", "KNNRouterTrainer", '{"hparam": {"n_neighbors": 5}}')
SVM = Kind("svmrouter", "SVMRouter", "SVMRouterTrainer", '{"hparam": {"kernel": "rbf", "C": 1.0}}')
MLP = Kind(
    "mlprouter",
    "MLPRouter",
    "MLPTrainer",
    '{"hparam": {"hidden_layer_sizes": [128, 64], "activation": "relu", "lr": 0.001,'
    ' "epochs": 100, "batch_size": 32, "alpha": 0.0001}}',
)
HYBRID = Kind(
    "hybrid_llm",
    "HybridLLMRouter",
    "HybridLLMTrainer",
    '{"router_mode": "probabilistic", "router_tau": 0.1, "hparam": {"hidden_layer_sizes":'
    ' [128, 64], "activation": "relu", "solver": "adam", "max_iter": 300}}',
)
PUBLISHED_THRESHOLD = 0.5
THRESHOLDS = tuple(step / 20 for step in range(22))
"""Of the win rate of the weaker model, from which on it serves; at the last one it never does."""


@functools.lru_cache(maxsize=256)
def _routed(
    kind: Kind,
    outcomes: Outcomes,
    learned: tuple[int, ...],
    rows: tuple[int, ...],
    models: tuple[int, ...],
    seed: int,
) -> list[dict[str, Any]]:
    """What a router that learned some rows says of others.

    models: those it may choose, from the cheapest on
    """
    package = importlib.import_module(f"llmrouter.models.{kind.module}")
    with tempfile.TemporaryDirectory() as folder, _quiet(), _replaced(package.router, outcomes):
        torch.manual_seed(seed)
        config = _write_files(Path(folder), kind, outcomes, learned, models, seed)
        router = getattr(package, kind.router)(str(config))
        getattr(package, kind.trainer)(router).train()
        return [router.route_single({"query": str(row)}) for row in rows]


@contextlib.contextmanager
def _replaced(module: Any, outcomes: Outcomes) -> Iterator[None]:
    """Gives a router the replay's features of a row, and its model without reading it again."""
    originals = module.get_longformer_embedding, module.load_model
    module.get_longformer_embedding = lambda row: torch.tensor(outcomes.features[int(row)])
    module.load_model = functools.cache(module.load_model)
    try:
        yield
    finally:
        module.get_longformer_embedding, module.load_model = originals


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def _write_files(
    folder: Path,
    kind: Kind,
    outcomes: Outcomes,
    learned: Sequence[int],
    models: Sequence[int],
    seed: int,
) -> Path:
    """Writes what a router reads. Of models with equal scores, it learns that the first is best, so
    the cheapest is listed first. Its notion of size is the rank by price."""
    answers = (
        {
            "query": str(row),
            "embedding_id": row,
            "model_name": str(model),
            "performance": outcomes.scores[row][model],
        }
        for row in learned
        for model in models
    )
    (folder / "routing.jsonl").write_text("\n".join(map(json.dumps, answers)))
    sizes = {str(model): {"size": f"{rank}B"} for rank, model in enumerate(models, start=1)}
    (folder / "models.json").write_text(json.dumps(sizes))
    torch.save(torch.tensor(outcomes.features), folder / "features.pt")
    settings: dict[str, Any] = json.loads(kind.settings)
    if kind is HYBRID:
        settings["hparam"]["random_state"] = seed
    settings["data_path"] = {
        "routing_data_train": str(folder / "routing.jsonl"),
        "llm_data": str(folder / "models.json"),
        "query_embedding_data": str(folder / "features.pt"),
    }
    trained = str(folder / "trained.pkl")
    settings["model_path"] = {
        "ini_model_path": "",
        "save_model_path": trained,
        "load_model_path": trained,
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(settings))
    return config


@dataclass(frozen=True)
class BestModel:
    """A router that forecasts which model is the best; of several, the cheapest."""

    uses_alpha = False
    uses_delay = False
    kind: Kind

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        rows, recorded = tuple(episode.rows), tuple(episode.recorded)
        models = tuple(episode.by_price())
        routed = _routed(self.kind, episode.outcomes, recorded, rows, models, episode.seed)
        return stream.served(episode.outcomes, rows, [int(r["model_name"]) for r in routed])


@dataclass(frozen=True)
class Hybrid:
    """HybridLLM between two models, named by their rank in price, from 0."""

    uses_alpha = False
    uses_delay = False
    weak: int
    strong: int
    threshold: float = PUBLISHED_THRESHOLD

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        return self.on(episode, episode.recorded, episode.rows)

    def on(self, episode: Episode, learned: Sequence[int], rows: Sequence[int]) -> Mean:
        """What it does on some rows after learning from others. Its score of a row is the same at
        every threshold."""
        by_price = episode.by_price()
        pair = by_price[self.weak], by_price[self.strong]
        routed = _routed(HYBRID, episode.outcomes, tuple(learned), tuple(rows), pair, episode.seed)
        weak, strong = pair
        chosen = [weak if row["router_score"] >= self.threshold else strong for row in routed]
        return stream.served(episode.outcomes, rows, chosen)


def _hybrids(models: int) -> tuple[Hybrid, ...]:
    return tuple(
        Hybrid(weak, strong, threshold)
        for weak, strong in itertools.combinations(range(models), 2)
        for threshold in THRESHOLDS
    )


@dataclass(frozen=True)
class CrossValidated:
    """HybridLLM with the pair and the threshold that reached alpha on the recorded rows."""

    uses_alpha = True
    uses_delay = False

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        hybrids = _hybrids(len(episode.outcomes.models))

        def held_out(learned: list[int], held: list[int]) -> Mapping[Hybrid, Mean]:
            return {hybrid: hybrid.on(episode, learned, held) for hybrid in hybrids}

        hybrid = by_cross_validation(episode.recorded, alpha, held_out)
        return hybrid.run(episode, alpha, in_flight)


def entries(outcomes: Outcomes) -> list[Entry]:
    models = len(outcomes.models)
    return [
        *(
            Entry(f"LLMRouter {name}", Tuning.AUTHORS, RECORDED_ROWS, (BestModel(kind),))
            for name, kind in {"KNN": KNN, "SVM": SVM, "MLP": MLP}.items()
        ),
        Entry("LLMRouter HybridLLM", Tuning.AUTHORS, RECORDED_ROWS, (Hybrid(0, models - 1),)),
        Entry("LLMRouter HybridLLM", Tuning.HINDSIGHT, RECORDED_ROWS, _hybrids(models)),
        Entry("LLMRouter HybridLLM", Tuning.RECORDED, RECORDED_ROWS, (CrossValidated(),)),
    ]
