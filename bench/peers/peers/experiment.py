"""Runs the peers over seeds, targets and numbers of requests in flight, on several cores."""

import functools
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from peers.entry import Entry, Setting
from peers.mix import Mean
from peers.orders import shuffled
from peers.outcomes import Outcomes
from peers.stream import Episode
from peers.tuning import best_in_hindsight

PROGRESS_SECONDS = 10


@dataclass(frozen=True)
class Cell:
    """A cell of the tables: an entry at one target and number in flight."""

    entry: Entry
    alpha: float
    in_flight: int


@dataclass(frozen=True)
class Result:
    """What a cell shows.

    setting: the one of the entry that counts
    runs: of that setting, by seed
    static_joules: joules per request of the best static mix of the same requests, by seed
    """

    cell: Cell
    setting: Setting
    runs: Sequence[Mean]
    static_joules: Sequence[float]


@dataclass(frozen=True)
class Job:
    """A run: everything that it depends on."""

    seed: int
    recorded: int
    setting: Setting
    alpha: float
    in_flight: int


@dataclass(frozen=True)
class Experiment:
    """What is run.

    seeds: number of runs, each in an order of its own
    grid_seeds: number of seeds, from the first on, on which the best of several settings is found
    workers: processes
    """

    outcomes: Outcomes
    alphas: Sequence[float]
    in_flight: Sequence[int]
    seeds: int
    grid_seeds: int
    workers: int

    def results(self, entries: Sequence[Entry]) -> list[Result]:
        """Results of each entry, by number in flight and then by target."""
        cells = [
            Cell(entry, alpha, in_flight)
            for entry in entries
            for in_flight in self.in_flight
            for alpha in self.alphas
        ]
        with ProcessPoolExecutor(
            self.workers, initializer=_share, initargs=(self.outcomes,)
        ) as pool:
            best = self._best(pool, [cell for cell in cells if len(cell.entry.settings) > 1])
            jobs = {
                cell: self._jobs(cell, best.get(cell, cell.entry.settings[0])) for cell in cells
            }
            runs = _run(pool, "running", (job for of_cell in jobs.values() for job in of_cell))
        return [
            Result(
                cell,
                of_cell[0].setting,
                [runs[job] for job in of_cell],
                [
                    _episode(self.outcomes, job.recorded, job.seed).static_joules(cell.alpha)
                    for job in of_cell
                ],
            )
            for cell, of_cell in jobs.items()
        ]

    def _best(self, pool: ProcessPoolExecutor, cells: Sequence[Cell]) -> dict[Cell, Setting]:
        """The best of the settings of each cell in hindsight, on the first seeds."""
        grids = {
            cell: {
                setting: self._jobs(cell, setting)[: self.grid_seeds]
                for setting in cell.entry.settings
            }
            for cell in cells
        }
        runs = _run(
            pool,
            "searching",
            (job for grid in grids.values() for jobs in grid.values() for job in jobs),
        )
        return {
            cell: best_in_hindsight(
                {setting: [runs[job] for job in jobs] for setting, jobs in grid.items()}, cell.alpha
            )
            for cell, grid in grids.items()
        }

    def _jobs(self, cell: Cell, setting: Setting) -> list[Job]:
        """The runs of a setting by seed. Cells that make no difference to it share them."""
        alpha = cell.alpha if setting.uses_alpha else self.alphas[0]
        in_flight = cell.in_flight if setting.uses_delay else self.in_flight[0]
        return [
            Job(seed, cell.entry.recorded, setting, alpha, in_flight)
            for seed in range(1, self.seeds + 1)
        ]


def _run(pool: ProcessPoolExecutor, what: str, jobs: Iterable[Job]) -> dict[Job, Mean]:
    """Runs each job once. Jobs of one seed and target follow each other: they may share what they
    learn of the recorded rows."""
    todo = sorted(dict.fromkeys(jobs), key=lambda job: (job.seed, job.recorded, job.alpha))
    begin = shown = time.monotonic()
    runs: dict[Job, Mean] = {}
    for job, run in zip(todo, pool.map(_run_job, todo, chunksize=4), strict=True):
        runs[job] = run
        now = time.monotonic()
        if now - shown >= PROGRESS_SECONDS or len(runs) == len(todo):
            left = (now - begin) / len(runs) * (len(todo) - len(runs))
            print(f"{what}  {len(runs):,}/{len(todo):,}  {left:,.0f} s left", file=sys.stderr)
            shown = now
    return runs


_outcomes: Outcomes


def _share(outcomes: Outcomes) -> None:
    """Gives a process the outcomes once, instead of with each job."""
    global _outcomes
    _outcomes = outcomes


def _run_job(job: Job) -> Mean:
    episode = _episode(_outcomes, job.recorded, job.seed)
    return job.setting.run(episode, job.alpha, job.in_flight)


@functools.lru_cache
def _episode(outcomes: Outcomes, recorded: int, seed: int) -> Episode:
    order = shuffled(len(outcomes.scores), seed)
    return Episode(outcomes, order[recorded:], order[:recorded], seed)
