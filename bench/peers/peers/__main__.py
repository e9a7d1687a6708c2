"""The command line: `bench/peers/run --help`."""

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from peers import outcomes
from peers.entry import RECORDED_ROWS, Entry
from peers.experiment import Experiment
from peers.outcomes import Outcomes

MESS = Path(__file__).resolve().parents[3] / "mess"
PEERS = ("paretobandit", "mabwiser", "llmrouter")


def main() -> None:
    args = _arguments()
    # Needs SciPy, which --help does not.
    from peers.tables import markdown, write_csv

    args.out.mkdir(parents=True, exist_ok=True)
    features = args.features or _write_features(args)
    try:
        table = outcomes.read(args.data, features)
        _check(table, args.data)
    except (OSError, ValueError) as e:
        sys.exit(f"bench/peers: {e}")
    experiment = Experiment(
        table, args.alpha, args.in_flight, args.seeds, args.grid_seeds, args.workers
    )
    results = experiment.results([entry for peer in args.peers for entry in _entries(peer, table)])
    write_csv(args.out / "results.csv", results)
    tables = markdown(results)
    (args.out / "results.md").write_text(tables + "\n", encoding="utf-8")
    print(tables)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/peers/run",
        description="Runs routers of others by their own code, on the outcomes and the conditions "
        "of `mess replay`: the same rows, orders, features and delays. Writes results.md and "
        "results.csv.",
    )
    parser.add_argument("--data", type=Path, required=True, help="CSV of `mess replay --data`")
    parser.add_argument(
        "--alpha",
        type=_numbers(float),
        required=True,
        metavar="A,…",
        help="average scores to reach",
    )
    parser.add_argument(
        "--in-flight",
        type=_numbers(int),
        default=[0, 256, 1024],
        metavar="N,…",
        help="requests that are decided before the score of one is known (default: 0,256,1024)",
    )
    parser.add_argument(
        "--peers", type=_peers, default=list(PEERS), metavar="P,…", help=f"of {', '.join(PEERS)}"
    )
    parser.add_argument("--seeds", type=int, default=40, help="runs (default: 40)")
    parser.add_argument(
        "--grid-seeds",
        type=int,
        default=10,
        help="the first runs, on which the best of several settings is found (default: 10)",
    )
    parser.add_argument(
        "--embedding",
        default="static",
        help="embedder of prompts, as of mess replay (default: static)",
    )
    parser.add_argument(
        "--features",
        type=Path,
        help="what `mess replay --write-features` wrote of the same table; otherwise it is called",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("target/peers"), help="folder (default: target/peers)"
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count(), help="processes (default: all cores)"
    )
    return parser.parse_args()


def _numbers(number: Callable[[str], float]) -> Callable[[str], list[float]]:
    return lambda text: [number(part) for part in text.split(",")]


def _peers(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"must be among {', '.join(PEERS)}, was {name}")
    return names


def _check(table: Outcomes, data: Path) -> None:
    if len(table.scores) <= RECORDED_ROWS:
        raise ValueError(f"{data}: must have more than the {RECORDED_ROWS} rows that are recorded")
    if any(not any(joules) for joules in zip(*table.joules, strict=True)):
        raise ValueError(f"{data}: must have no model without joules; peers take their logarithm")


def _write_features(args: argparse.Namespace) -> Path:
    features: Path = args.out / "features.csv"
    replay = ["replay", "--data", args.data, "--embedding", args.embedding]
    subprocess.run([MESS, *replay, "--write-features", features], check=True)
    return features


def _entries(peer: str, table: Outcomes) -> list[Entry]:
    # Only the peers that are asked for need their packages.
    entries: list[Entry] = importlib.import_module(f"peers.{peer}").entries(table)
    return entries


if __name__ == "__main__":
    main()
