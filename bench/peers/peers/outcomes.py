"""Recorded outcomes: the table that `mess replay --data` reads, and the features that it writes."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCORE = "label_"
JOULES = "energy_consumption_"
MAX_FIELD_CHARS = 4 << 20


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The rows of a table, each with the answer of every model.

    models: ids, in the order of the columns
    features: of each row's prompt, with a constant 1 at the end
    scores: of each row's answers, in [0, 1], by model
    joules: of each row's answers, at least 0, by model
    """

    models: Sequence[str]
    features: Sequence[Sequence[float]]
    scores: Sequence[Sequence[float]]
    joules: Sequence[Sequence[float]]


def read(data: Path, features: Path) -> Outcomes:
    """Reads a table and what `mess replay --write-features` wrote of it."""
    csv.field_size_limit(MAX_FIELD_CHARS)
    with data.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        header = [name.strip() for name in next(lines, [])]
        models = [name.removeprefix(SCORE) for name in header if name.startswith(SCORE)]
        for name in ["doc_id", *(JOULES + model for model in models)]:
            if name not in header:
                raise ValueError(f"{data}: line 1: has no column {name}")
        if not models:
            raise ValueError(f"{data}: line 1: has no column {SCORE}MODEL")
        column = {name: i for i, name in enumerate(header)}
        ids: list[str] = []
        scores: list[list[float]] = []
        joules: list[list[float]] = []
        for fields in filter(None, lines):
            if len(fields) != len(header):
                line, had = lines.line_num, len(fields)
                raise ValueError(f"{data}: line {line}: must have {len(header)} fields, had {had}")
            ids.append(f"{fields[column['doc_id']]}@{len(ids)}")
            try:
                scores.append([_number(fields[column[SCORE + model]], 1) for model in models])
                joules.append([_number(fields[column[JOULES + model]]) for model in models])
            except ValueError as e:
                raise ValueError(f"{data}: line {lines.line_num}: {e}") from None
    if not ids:
        raise ValueError(f"{data}: must have a row below the column names")
    return Outcomes(models, _features(features, ids), scores, joules)


def _number(text: str, most: float = float("inf")) -> float:
    number = float(text)
    if not 0 <= number <= most or number == float("inf"):
        raise ValueError(f"must be from 0 to {most}, was {text}")
    return number


def _features(file: Path, ids: Sequence[str]) -> list[list[float]]:
    with file.open(encoding="utf-8", newline="") as opened:
        lines = list(csv.reader(opened))
    if [line[0] for line in lines] != list(ids):
        raise ValueError(f"{file}: must have the rows of the table; write it again")
    return [[*map(float, line[1:]), 1.0] for line in lines]
