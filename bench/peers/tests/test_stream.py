import unittest
from collections.abc import Sequence

from peers.mix import Mean
from peers.outcomes import Outcomes
from peers.stream import Episode, Feedback, replay

OUTCOMES = Outcomes(
    models=["small", "large"],
    features=[[row, 1.0] for row in range(4)],
    scores=[[0, 1], [0, 1], [1, 1], [0, 0]],
    joules=[[1, 10], [2, 20], [3, 30], [4, 40]],
)


class Recorder:
    """Chooses the small model first and then in turn, and writes down what happens."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int]] = []
        self.learned: list[Feedback] = []

    def choose(self, request: int, features: Sequence[float]) -> int:
        self.events.append(("choose", request))
        return request % 2

    def learn(self, feedback: Feedback) -> None:
        self.events.append(("learn", feedback.request))
        self.learned.append(feedback)


class StreamTest(unittest.TestCase):
    def test_feedback_comes_before_the_next_request_if_nothing_is_in_flight(self) -> None:
        choices = [("choose", 0), ("learn", 0), ("choose", 1), ("learn", 1), ("choose", 2)]
        self.assertEqual(self.events(in_flight=0, rows=[0, 1, 2]), choices)

    def test_feedback_comes_after_the_requests_in_flight_are_decided(self) -> None:
        choices = [("choose", 0), ("choose", 1), ("choose", 2), ("learn", 0), ("choose", 3)]
        self.assertEqual(self.events(in_flight=2, rows=[0, 1, 2, 3]), choices)

    def test_no_feedback_comes_in_time_if_all_are_in_flight(self) -> None:
        self.assertNotIn(("learn", 0), self.events(in_flight=3, rows=[0, 1, 2, 3]))

    def test_feedback_is_of_the_answer_served(self) -> None:
        recorder = Recorder()
        replay(Episode(OUTCOMES, [2, 1, 0], [], seed=1), recorder, in_flight=0)
        self.assertEqual(
            recorder.learned, [Feedback(0, [2, 1], 0, 1, 3), Feedback(1, [1, 1], 1, 1, 20)]
        )

    def test_counts_the_answers_served(self) -> None:
        run = replay(Episode(OUTCOMES, [0, 1, 2, 3], [], seed=1), Recorder(), in_flight=9)
        self.assertEqual(run, Mean((0 + 1 + 1 + 0) / 4, (1 + 20 + 3 + 40) / 4))

    def test_costs_are_logarithmic_in_mean_joules(self) -> None:
        zoo = Outcomes(["a", "b", "c"], [[1.0]], [[0, 0, 0]], [[100, 1, 10]])
        episode = Episode(zoo, [0], [], seed=1)
        self.assertEqual(episode.by_price(), [1, 2, 0])
        for cost, expected in zip(episode.costs, [1, 0, 0.5], strict=True):
            self.assertAlmostEqual(cost, expected)

    def events(self, in_flight: int, rows: list[int]) -> list[tuple[str, int]]:
        recorder = Recorder()
        replay(Episode(OUTCOMES, rows, [], seed=1), recorder, in_flight)
        return recorder.events


if __name__ == "__main__":
    unittest.main()
