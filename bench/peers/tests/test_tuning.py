import unittest

from peers.mix import Mean
from peers.tuning import best_in_hindsight, by_cross_validation, folds, is_met


class TuningTest(unittest.TestCase):
    def test_alpha_is_met_up_to_the_tolerance_of_the_replay(self) -> None:
        self.assertTrue(is_met(0.598, 0.6))
        self.assertFalse(is_met(0.5979, 0.6))

    def test_the_best_in_hindsight_has_the_least_joules_of_those_that_met_alpha(self) -> None:
        runs = {
            "dear": [Mean(0.6, 9)] * 10,
            "nine of ten": [Mean(0.6, 5)] * 9 + [Mean(0.5, 5)],
            "eight of ten": [Mean(0.6, 1)] * 8 + [Mean(0.5, 1)] * 2,
        }
        self.assertEqual(best_in_hindsight(runs, 0.6), "nine of ten")
        del runs["dear"], runs["nine of ten"]
        self.assertEqual(
            best_in_hindsight(runs | {"never": [Mean(0.5, 1)] * 10}, 0.6), "eight of ten"
        )

    def test_folds_hold_out_each_row_once(self) -> None:
        held = [row for learned, held in folds(range(12)) for row in held if row not in learned]
        self.assertEqual(sorted(held), list(range(12)))

    def test_cross_validation_pools_the_rows_held_out(self) -> None:
        # The cheap option reaches .5 on the first fold's row, and nothing on the other four.
        def held_out(learned: list[int], held: list[int]) -> dict[str, Mean]:
            return {"cheap": Mean(1.0 if held == [0] else 0.0, 1), "dear": Mean(0.4, 2)}

        self.assertEqual(by_cross_validation(range(5), 0.2, held_out), "cheap")
        self.assertEqual(by_cross_validation(range(5), 0.3, held_out), "dear")
        self.assertEqual(by_cross_validation(range(5), 0.9, held_out), "dear")


if __name__ == "__main__":
    unittest.main()
