package dev.messplus.core.algorithm;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The requests of a {@link GuaranteeWorld}: what is easy, what is known, and when. */
interface GuaranteeTraffic {

    /**
     * Changes what a request's answers are expected to score.
     *
     * @param expected per model, the best one last; changed in place
     */
    default void change(double[] expected, int request, SplittableRandom random) {}

    /** An answer scores 1 where this, in [0, 1), is below its expected score, and 0 elsewhere. */
    default double luck(int request, SplittableRandom random) {
        return random.nextDouble();
    }

    /** Requests that are decided before a label comes, in [0, maxDelay]. */
    default int delay(int request, int maxDelay, SplittableRandom random) {
        return random.nextInt(maxDelay + 1);
    }

    /** By how much more than eps a forecast is off, at most. */
    default double width(int request) {
        return 0;
    }

    /** B: by how much the best model misses alpha + delta in any stretch, in requests. */
    default double missed(GuaranteeWorld world) {
        return 0;
    }

    /** C: what chance adds, in requests, where at most {@code inFlight} are in flight. */
    default double chance(GuaranteeBound bound, int inFlight) {
        return bound.chance(inFlight);
    }

    /** Every request is as easy as every other, and has its own luck. */
    record Steady() implements GuaranteeTraffic {}

    /**
     * All answers to a block of requests have the same luck, and labels come when the block is
     * over. By what is revealed when a request is decided, its expected score is what the world
     * says; but it depends on the scores of its block that are not revealed.
     */
    final class HiddenShocks implements GuaranteeTraffic {

        private final int block;
        private double shock;

        HiddenShocks(int block) {
            this.block = block;
        }

        @Override
        public double luck(int request, SplittableRandom random) {
            if (request % block == 0) {
                shock = random.nextDouble();
            }
            return shock;
        }

        @Override
        public int delay(int request, int maxDelay, SplittableRandom random) {
            return block - 1 - request % block;
        }

        @Override
        public double chance(GuaranteeBound bound, int inFlight) {
            return bound.chanceOfWhatIsHidden(block);
        }
    }

    /** For some requests every answer is bad, and no forecast knows. */
    record BadDeployment(int first, int requests) implements GuaranteeTraffic {

        private boolean hits(int request) {
            return request >= first && request < first + requests;
        }

        @Override
        public double luck(int request, SplittableRandom random) {
            double luck = random.nextDouble();
            return hits(request) ? 1 : luck;
        }

        @Override
        public double width(int request) {
            return hits(request) ? 1 : 0;
        }
    }

    /**
     * On hard prompts no model reaches alpha, on the others the best one is sure to be right. Its
     * mean is that of the world.
     */
    record MixedPrompts(double hardScore, double hardShare) implements GuaranteeTraffic {

        static MixedPrompts of(GuaranteeWorld world, double hardScore) {
            double mean = world.alpha() + world.surplus();
            return new MixedPrompts(hardScore, (1 - mean) / (1 - hardScore));
        }

        @Override
        public void change(double[] expected, int request, SplittableRandom random) {
            if (random.nextDouble() < hardShare) {
                Arrays.setAll(expected, m -> Math.min(expected[m], hardScore));
            } else {
                expected[expected.length - 1] = 1;
            }
        }
    }

    /** For some requests in a row no model reaches alpha. */
    record HardStretch(double hardScore, int first, int requests) implements GuaranteeTraffic {

        @Override
        public double missed(GuaranteeWorld world) {
            return requests * (world.alpha() + world.surplus() - hardScore);
        }

        @Override
        public void change(double[] expected, int request, SplittableRandom random) {
            if (request >= first && request < first + requests) {
                Arrays.setAll(expected, m -> Math.min(expected[m], hardScore));
            }
        }
    }

    /** Forecasts are off by anything at first, and less with every request. */
    record ColdStart(int requests) implements GuaranteeTraffic {

        @Override
        public double width(int request) {
            return Math.min(1, Math.sqrt(requests / (1.0 + request)) - 0.5);
        }
    }
}
