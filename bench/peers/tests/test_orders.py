import unittest

from peers.orders import shuffled


class OrdersTest(unittest.TestCase):
    def test_are_those_of_the_replay(self) -> None:
        # As of the replay's Order.RANDOM; its TrafficTest has the first two, too.
        self.assertEqual(shuffled(10, 1), [5, 4, 7, 8, 2, 0, 9, 1, 6, 3])
        self.assertEqual(shuffled(10, 2), [0, 3, 4, 5, 7, 8, 2, 9, 1, 6])
        self.assertEqual(shuffled(5608, 2)[:5], [497, 601, 2277, 5040, 2790])


if __name__ == "__main__":
    unittest.main()
