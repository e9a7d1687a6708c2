import unittest

from peers.mix import Mean, least_joules, means

SMALL, MIDDLE, LARGE = Mean(0.5, 1), Mean(0.6, 9), Mean(0.9, 10)


class MixTest(unittest.TestCase):
    def test_mixes_the_two_models_of_least_joules(self) -> None:
        # Half small and half large: without the model in the middle, which reaches .6 for 9 J.
        self.assertAlmostEqual(least_joules([SMALL, MIDDLE, LARGE], 0.7), 5.5)
        self.assertAlmostEqual(least_joules([LARGE, SMALL], 0.6), 3.25)

    def test_needs_one_model_if_it_reaches_alpha(self) -> None:
        self.assertEqual(least_joules([SMALL, LARGE], 0.5), 1)
        self.assertEqual(least_joules([Mean(0.8, 7), LARGE], 0.8), 7)

    def test_is_the_most_accurate_model_if_none_reaches_alpha(self) -> None:
        self.assertEqual(least_joules([SMALL, LARGE, Mean(0.9, 12)], 0.95), 10)

    def test_means_are_those_of_the_rows_given(self) -> None:
        scores, joules = [[0, 1], [1, 1], [0, 0]], [[1, 10], [3, 30], [99, 99]]
        self.assertEqual(means(scores, joules, [1, 0]), [Mean(0.5, 2), Mean(1, 20)])


if __name__ == "__main__":
    unittest.main()
