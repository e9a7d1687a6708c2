"""A row of the tables: a peer, and how its settings were chosen."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from peers.mix import Mean
from peers.stream import Episode

RECORDED_ROWS = 500


class Tuning(Enum):
    """How settings were chosen."""

    AUTHORS = "its authors' settings"
    HINDSIGHT = "best in hindsight"
    RECORDED = "set on the recorded rows"


class Setting(Protocol):
    """A peer with one setting; hashable, with a readable `repr`.

    uses_alpha: whether alpha makes a difference
    uses_delay: whether the number of requests in flight makes a difference
    """

    uses_alpha: bool
    uses_delay: bool

    def run(self, episode: Episode, alpha: float, in_flight: int) -> Mean:
        """Mean score and joules per request of a run."""


@dataclass(frozen=True)
class Entry:
    """A row of the tables.

    recorded: rows that are known beforehand, and not replayed
    settings: one; or those of which the best in hindsight counts
    """

    peer: str
    tuning: Tuning
    recorded: int
    settings: tuple[Setting, ...]
