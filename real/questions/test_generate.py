import json
import subprocess
import sys
import unittest
from collections import Counter
from random import Random

from generate import FOLDER, KINDS, Fact, read, requests

KIND = {kind.name: kind for kind in KINDS}
FILES = sorted(FOLDER.glob("*.txt"))


def kind_of(request):
    return KIND[request["metadata"]["kind"]]


def answers(request):
    reference = request["reference"]
    return reference if isinstance(reference, list) else [reference]


def shares(requests):
    return Counter(kind_of(request).name for request in requests)


class RequestsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.requests = requests(1, 1560)

    def test_kinds_have_about_equal_shares(self):
        self.assertEqual(dict.fromkeys(KIND, 195), shares(self.requests))
        uneven = shares(requests(1, 1501))
        self.assertEqual({187, 188}, set(uneven.values()))
        self.assertEqual(1501, uneven.total())

    def test_ids_and_questions_are_unique(self):
        for field in (lambda r: r["id"], lambda r: r["prompt"].splitlines()[-1]):
            self.assertEqual(1, max(Counter(map(field, self.requests)).values()))

    def test_order_is_random(self):
        self.assertEqual(set(KIND), set(shares(self.requests[:200])))

    def test_seed_determines_all(self):
        self.assertEqual(self.requests, requests(1, 1560))
        self.assertNotEqual(self.requests, requests(2, 1560))

    def test_examples_do_not_give_the_answer(self):
        for request in self.requests:
            with self.subTest(request["id"]):
                *examples, asked = request["prompt"].splitlines()
                self.assertIn(len(examples), (3, 4))
                self.assertEqual(len(examples), len(set(examples)))
                for example in examples:
                    self.assertFalse(example.startswith(asked + " "), example)
                    if not kind_of(request).labels:
                        named = Fact(asked, tuple(answers(request))).named()
                        self.assertIsNone(named.search(example), example)

    def test_labels_are_balanced(self):
        for request in self.requests:
            with self.subTest(request["id"]):
                if kind_of(request).labels:
                    labels = Counter(line.split()[-1] for line in request["prompt"].splitlines()[:-1])
                    self.assertEqual({"positive": 2, "negative": 2}, labels)

    def test_prompts_end_where_the_answer_begins(self):
        for request in self.requests:
            with self.subTest(request["id"]):
                self.assertEqual(request["prompt"].strip(), request["prompt"])
                self.assertLess(len(request["prompt"]), 1000)

    def test_requests_are_within_the_limits_of_the_job(self):
        for request in self.requests:
            with self.subTest(request["id"]):
                fields = {"id", "prompt", "params", "reference", "metric", "metadata"}
                self.assertEqual(fields, set(request))
                self.assertEqual("exact", request["metric"])
                self.assertTrue(1 <= len(request["id"]) <= 256)
                self.assertTrue(1 <= len(answers(request)) <= 100)
                for answer in answers(request):
                    self.assertTrue(answer and answer == answer.strip())
                self.assertEqual({"max_tokens", "stop", "temperature"}, set(request["params"]))
                self.assertIn("\n", request["params"]["stop"])

    def test_answers_have_no_stop(self):
        for request in self.requests:
            with self.subTest(request["id"]):
                for answer in answers(request):
                    self.assertFalse(any(stop in answer for stop in request["params"]["stop"]))

    def test_sums_and_sequences_are_right(self):
        for request in self.requests:
            with self.subTest(request["id"]):
                question = request["prompt"].splitlines()[-1]
                if kind_of(request).name == "sum":
                    a, b = question.removeprefix("What is ").removesuffix("? Answer:").split(" + ")
                    self.assertEqual(int(a) + int(b), int(request["reference"]))
                if kind_of(request).name == "sequence":
                    numbers = question.removeprefix("Next number: ").rstrip(",").split(", ")
                    a, b, c, d = map(int, numbers)
                    self.assertIn(int(request["reference"]), (d + b - a, 2 * d))
                    self.assertEqual(b - a == c - b, d - c == b - a)


class FactsTest(unittest.TestCase):
    def test_files_have_many_facts_and_each_question_once(self):
        self.assertEqual(6, len(FILES))
        for file in FILES:
            facts = read(file.name)(Random(1))
            self.assertGreaterEqual(len(facts), 195, file.name)
            counts = Counter(fact.question.lower() for fact in facts)
            self.assertEqual([], [question for question in counts if counts[question] > 1])

    def test_answers_are_distinct_and_clean(self):
        for file in FILES:
            for fact in read(file.name)(Random(1)):
                with self.subTest(file.name, question=fact.question):
                    self.assertEqual(len(fact.answers), len(set(fact.answers)))
                    for text in (fact.question, *fact.answers):
                        self.assertEqual(" ".join(text.split()), text)
                        self.assertTrue(text)

    def test_sentiments_are_balanced(self):
        facts = read("sentiment.txt")(Random(1))
        labels = Counter(fact.answers for fact in facts)
        self.assertEqual({("positive",), ("negative",)}, set(labels))
        self.assertEqual(1, len(set(labels.values())))


class CommandTest(unittest.TestCase):
    def run_script(self, *arguments):
        command = [sys.executable, str(FOLDER / "generate.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_it_writes_a_request_per_line(self):
        result = self.run_script("--seed", "3", "--count", "80")
        self.assertEqual(requests(3, 80), [json.loads(line) for line in result.stdout.splitlines()])

    def test_it_says_which_facts_are_too_few(self):
        result = self.run_script("--count", "100000")
        self.assertEqual(2, result.returncode)
        self.assertIn("--count: capital has 208 facts", result.stderr)


if __name__ == "__main__":
    unittest.main()
