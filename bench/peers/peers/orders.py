"""The orders in which `mess replay` replays the rows: the same for the same seed."""

from collections.abc import Iterator

MASK_64 = (1 << 64) - 1
GOLDEN_GAMMA = 0x9E3779B97F4A7C15


def shuffled(rows: int, seed: int) -> list[int]:
    """The order of rows 0 to `rows` - 1 in the replay's run number `seed`, from 1."""
    numbers = _split_mix(seed)
    order = [0] * rows
    for i in range(rows):
        at = _below(i + 1, numbers)
        order[i] = order[at]
        order[at] = i
    return order


def _split_mix(seed: int) -> Iterator[int]:
    """32-bit numbers, as of Java's SplittableRandom (Steele, Lea, Flood, OOPSLA 2014)."""
    while True:
        seed = (seed + GOLDEN_GAMMA) & MASK_64
        mixed = (seed ^ (seed >> 33)) * 0x62A9D9ED799705F5 & MASK_64
        yield ((mixed ^ (mixed >> 28)) * 0xCB24D0A5C88C35B3 & MASK_64) >> 32


def _below(bound: int, numbers: Iterator[int]) -> int:
    """A number from 0 to `bound` - 1. A power of two takes the low bits; else 31 bits are drawn,
    again if they lie in the last, incomplete round of `bound`."""
    if bound & (bound - 1) == 0:
        return next(numbers) & (bound - 1)
    while True:
        drawn = next(numbers) >> 1
        if drawn - drawn % bound + bound <= 1 << 31:
            return drawn % bound
