package dev.messplus.core.algorithm;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A world in which the assumptions of the theorem hold for models that are asked one after the
 * other, and no single model reaches alpha.
 */
interface SequenceWorld {

    double alpha();

    /** Per model, of an answer; those of scoring are not in it. */
    double[] joules();

    /** What it takes to score an answer, in joules. */
    double scoringJoules();

    /** The next request. */
    SequenceRequest next(SplittableRandom random);

    /** The theorem's constants, with R and the errors as they are for sequences. */
    GuaranteeBound bound(int requests, double failure);

    /** C, in requests, where at most {@code inFlight} are in flight. */
    double chance(GuaranteeBound bound, int inFlight);

    /** e, by how much the score of a plan in flight may be expected too high on average. */
    double planError();

    /** rho that the rule takes the errors of two answers to have. */
    double correlation();

    /** w that the rule takes scores to have. */
    double spread();

    /**
     * Nothing is left to chance: of every request some model, now this one and now that one, scores
     * alpha + delta or more and is forecast eps too low at worst. Of the others nothing is known.
     * Answers fail, and some have no score.
     */
    record Certain(
            double alpha,
            double[] joules,
            double scoringJoules,
            double surplus,
            double forecastError,
            double correlation,
            double spread)
            implements SequenceWorld {

        private static final double FAILING = 0.02;
        private static final double UNSCORED = 0.01;

        static Certain random(SplittableRandom random) {
            double[] joules = prices(random, random.nextInt(2, 7));
            double surplus = random.nextDouble(0.1, 0.25);
            return new Certain(
                    random.nextDouble(0.4, 0.75),
                    joules,
                    random.nextBoolean() ? 0 : random.nextDouble(joules[joules.length - 1] / 10),
                    surplus,
                    random.nextDouble(surplus / 3),
                    random.nextBoolean() ? 0 : 0.4,
                    random.nextDouble(0.05, 1));
        }

        @Override
        public SequenceRequest next(SplittableRandom random) {
            int models = joules.length;
            var request = SequenceRequest.of(models, random.nextInt(models));
            for (int m = 0; m < models; m++) {
                boolean good = m == request.best();
                double low = random.nextDouble() < 0.7 ? 0 : random.nextDouble();
                request.scores()[m] = good ? random.nextDouble(alpha + surplus, 1) : low;
                double forecast =
                        good ? request.scores()[m] - forecastError : random.nextDouble(alpha);
                request.forecasts()[m] = (float) forecast;
                request.failed()[m] = random.nextDouble() < FAILING;
                request.unscored()[m] = random.nextDouble() < UNSCORED;
            }
            return request;
        }

        /** Every model is the best one of some requests. Nothing is random, so eta may be 0. */
        @Override
        public GuaranteeBound bound(int requests, double failure) {
            double highest = joules[joules.length - 1] + scoringJoules;
            return new GuaranteeBound(surplus, forecastError + 1e-6, 0, highest, requests, failure);
        }

        @Override
        public double chance(GuaranteeBound bound, int inFlight) {
            return 0;
        }

        /** What forecasts in flight are too high by is measured. */
        @Override
        public double planError() {
            return 0;
        }
    }

    /**
     * Scores are 0 or 1 and independent. Only the best of all answers reaches alpha, by delta on
     * average. Which model is how good depends on the prompt, and forecasts are off by eps.
     */
    record Chance(
            double alpha, double[] joules, double[] quality, double surplus, double forecastError)
            implements SequenceWorld {

        static Chance random(SplittableRandom random) {
            int models = random.nextInt(2, 5);
            double[] quality = random.doubles(models, 0.3, 0.7).toArray();
            double bestOfAll = 1 - Arrays.stream(quality).reduce(1, (a, q) -> a * (1 - q));
            double best = Arrays.stream(quality).max().orElseThrow();
            double surplus = random.nextDouble(0.6, 0.9) * (bestOfAll - best);
            return new Chance(
                    bestOfAll - surplus,
                    prices(random, models),
                    quality,
                    surplus,
                    random.nextDouble(surplus / models / 3));
        }

        @Override
        public double scoringJoules() {
            return 0;
        }

        @Override
        public SequenceRequest next(SplittableRandom random) {
            int models = joules.length;
            int turn = random.nextInt(models);
            var request = SequenceRequest.of(models, -1);
            for (int m = 0; m < models; m++) {
                double expected = quality[(m + turn) % models];
                request.scores()[m] = random.nextDouble() < expected ? 1 : 0;
                double error = random.nextBoolean() ? forecastError : -forecastError;
                request.forecasts()[m] = (float) (expected + error);
            }
            return request;
        }

        /** The gains of all models are off by eps each. */
        @Override
        public GuaranteeBound bound(int requests, double failure) {
            double error = joules.length * (forecastError + 1e-6) / 2;
            double ahead = (surplus - 2 * error) / 2;
            double all = Arrays.stream(joules).sum();
            return new GuaranteeBound(surplus, error, ahead, all, requests, failure);
        }

        @Override
        public double chance(GuaranteeBound bound, int inFlight) {
            return bound.chance(inFlight);
        }

        @Override
        public double planError() {
            return joules.length * forecastError;
        }

        @Override
        public double correlation() {
            return 0;
        }

        @Override
        public double spread() {
            return 1;
        }
    }

    /** From 1 J up to 500 J, by even factors. */
    private static double[] prices(SplittableRandom random, int models) {
        double spread = Math.exp(random.nextDouble(Math.log(500)));
        return IntStream.range(0, models)
                .mapToDouble(m -> Math.pow(spread, m / (models - 1.0)))
                .toArray();
    }
}
