#!/usr/bin/env python3
"""Writes requests of MESS+ for small models that complete text: questions of eight kinds."""

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Callable

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Fact:
    """What is asked, and the right answers. The first is the one that examples give."""

    question: str
    answers: tuple[str, ...]

    def named(self) -> re.Pattern[str]:
        """Finds any of the right answers, as whole words."""
        answers = "|".join(map(re.escape, self.answers))
        return re.compile(rf"(?<!\w)({answers})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A template that the answer follows, the facts that fill it, and how the answer ends."""

    name: str
    template: str
    facts: Callable[[Random], list[Fact]]
    max_tokens: int
    stop: tuple[str, ...] = ("\n",)
    labels: bool = False

    def worked(self, fact: Fact) -> str:
        return f"{self.template.format(fact.question)} {fact.answers[0]}"

    def examples(self, asked: Fact, facts: list[Fact], random: Random) -> list[Fact]:
        """Other facts that do not name the answer; or two of each label, if answers are labels."""
        others = [fact for fact in facts if fact.question != asked.question]
        if not self.labels:
            answer = asked.named()
            silent = [fact for fact in others if not answer.search(self.worked(fact))]
            return random.sample(silent, random.randint(3, 4))
        chosen = []
        for label in sorted({fact.answers for fact in facts}):
            chosen += random.sample([fact for fact in others if fact.answers == label], 2)
        return random.sample(chosen, len(chosen))

    def request(
        self, number: int, asked: Fact, facts: list[Fact], random: Random
    ) -> dict[str, Any]:
        lines = [self.worked(fact) for fact in self.examples(asked, facts, random)]
        return {
            "id": f"{self.name}-{number}",
            "prompt": "\n".join([*lines, self.template.format(asked.question)]),
            "params": {"max_tokens": self.max_tokens, "stop": list(self.stop), "temperature": 0},
            "reference": asked.answers[0] if len(asked.answers) == 1 else list(asked.answers),
            "metric": "exact",
            "metadata": {"kind": self.name},
        }


def read(file: str) -> Callable[[Random], list[Fact]]:
    """The facts of a file, with lines such as: Bolivia = Sucre|La Paz"""

    def facts(_: Random) -> list[Fact]:
        lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
        pairs = (line.split(" = ") for line in lines)
        return [Fact(question, tuple(answers.split("|"))) for question, answers in pairs]

    return facts


def drawn(
    draw: Callable[[Random], tuple[str, int]], count: int = 400
) -> Callable[[Random], list[Fact]]:
    """Facts that are drawn at random, each question once."""

    def facts(random: Random) -> list[Fact]:
        found: dict[str, int] = {}
        while len(found) < count:
            question, answer = draw(random)
            found[question] = answer
        return [Fact(question, (str(answer),)) for question, answer in found.items()]

    return facts


def sum_of_two(random: Random) -> tuple[str, int]:
    """From 3 + 4 to 47 + 36."""
    most = random.choice((9, 9, 20, 50))
    a, b = random.randint(1, most), random.randint(1, most)
    return f"{a} + {b}", a + b


def sequence(random: Random) -> tuple[str, int]:
    """Four numbers and the next one: up or down by a step, or doubled."""
    step = random.choice((1, 2, 5, 10, 100, random.randint(3, 12)))
    start = step * random.randint(1, 12) if random.random() < 0.5 else random.randint(1, 50)
    numbers = [start + step * i for i in range(5)]
    if random.random() < 0.2:
        numbers.reverse()
    elif random.random() < 0.1:
        numbers = [start * 2**i for i in range(5)]
    return ", ".join(map(str, numbers[:4])) + ",", numbers[4]


KINDS = (
    Kind("capital", "The capital of {} is", read("capitals.txt"), 10),
    Kind("french", "English: {}, French:", read("french.txt"), 10),
    Kind("opposite", "Antonyms: {} and", read("opposites.txt"), 8),
    Kind("past", "Present: {}, past:", read("past-tense.txt"), 8),
    Kind("plural", "Singular: {}, plural:", read("plurals.txt"), 10),
    Kind("sentiment", "Review: {} Sentiment:", read("sentiment.txt"), 4, labels=True),
    Kind("sum", "What is {}? Answer:", drawn(sum_of_two), 6),
    Kind("sequence", "Next number: {}", drawn(sequence), 6, stop=("\n", ",")),
)


def requests(seed: int, count: int) -> list[dict[str, Any]]:
    """Distinct questions in random order, about as many of each kind; the same for a seed."""
    random = Random(seed)
    found: list[dict[str, Any]] = []
    for place, kind in enumerate(KINDS):
        facts = kind.facts(random)
        share = (count + place) // len(KINDS)
        if not 0 <= share <= len(facts):
            raise ValueError(f"{kind.name} has {len(facts)} facts, but {share} are needed")
        for number, asked in enumerate(random.sample(facts, share), 1):
            found.append(kind.request(number, asked, facts, random))
    random.shuffle(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of what is random (default: 1)")
    parser.add_argument("--count", type=int, default=1560, help="of questions (default: 1560)")
    options = parser.parse_args()
    try:
        found = requests(options.seed, options.count)
    except ValueError as error:
        parser.error(f"--count: {error}")
    for request in found:
        print(json.dumps(request))


if __name__ == "__main__":
    main()
