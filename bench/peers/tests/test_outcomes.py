import tempfile
import unittest
from pathlib import Path

from peers import outcomes

HEADER = (
    "doc_id,input_text,benchmark_name,label_small,energy_consumption_small,"
    "label_large,energy_consumption_large\n"
)
TABLE = (
    HEADER
    + """a,"one, two
lines",math,0,1,1,10

b,"says \"\"two\"\" ",math,0.5,2,1,20
"""
)
FEATURES = "a@0,0.25,-1.0E-9\nb@1,0.5,2\n"


class OutcomesTest(unittest.TestCase):
    def test_reads_the_table_and_the_features_of_a_replay(self) -> None:
        read = self.read(TABLE)
        self.assertEqual(read.models, ["small", "large"])
        self.assertEqual(read.scores, [[0, 1], [0.5, 1]])
        self.assertEqual(read.joules, [[1, 10], [2, 20]])
        self.assertEqual(read.features, [[0.25, -1e-9, 1], [0.5, 2, 1]])

    def test_refuses_what_a_replay_refuses(self) -> None:
        for wrong, message in {
            TABLE.replace(
                "energy_consumption_large", "joules"
            ): "no column energy_consumption_large",
            TABLE.replace("0.5,2", "1.5,2"): "line 5: must be from 0 to 1, was 1.5",
            TABLE.replace("0.5,2", "0.5,nan"): "line 5: must be from 0",
            TABLE.replace("0.5,2", "0.5"): "line 5: must have 7 fields, had 6",
            HEADER: "must have a row",
        }.items():
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                self.read(wrong)

    def test_refuses_the_features_of_another_table(self) -> None:
        with self.assertRaisesRegex(ValueError, "must have the rows of the table"):
            self.read(TABLE, FEATURES.replace("b@1", "c@1"))

    def read(self, table: str, features: str = FEATURES) -> outcomes.Outcomes:
        with tempfile.TemporaryDirectory() as folder:
            data, vectors = Path(folder, "tiny.csv"), Path(folder, "features.csv")
            data.write_text(table, encoding="utf-8")
            vectors.write_text(features, encoding="utf-8")
            return outcomes.read(data, vectors)


if __name__ == "__main__":
    unittest.main()
