package dev.messplus.replay.outcome;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.analysis.function.Sigmoid;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The scores of a random zoo. U(a, b) and N(s) as in {@link RandomZoos}. The probability that model
 * m is right about prompt i is logistic(level + skill_m + kind_(c,m) - difficulty_i), where c is
 * the kind of the prompt:
 *
 * <ul>
 *   <li>Level: U(logit .3, logit .9).
 *   <li>Skill: s (r z_m + √(1 - r²) N(1)). z_m is the logarithm of the model's price, less its mean
 *       over the zoo, over its standard deviation. In half of the zoos, the correlation r is 0:
 *       quality has nothing to do with the price. In the others it is U(0, 1). s is U(.2, 1).
 *   <li>Kinds: 1 to 30, each number as likely; k-means clusters of the prompts' features. kind is
 *       N(k) for each model and kind. k is U(0, 1).
 *   <li>Difficulty, the same for all models: d (√v seen_i + √(1 - v) unseen_i). seen is a linear
 *       function of the features, whose coefficients are N(1), less its mean over the prompts, over
 *       its standard deviation. unseen is N(1), so nothing can forecast it. d is U(.2, 2), and v
 *       U(0, .6).
 *   <li>Score: in half of the zoos 0 or 1. In the others it is the mean of 2 to 10 grades, each
 *       number as likely, which are 0 or 1 with this probability, independently.
 * </ul>
 *
 * @param chances logit of the probability of each kind's prompts and each model, without the
 *     difficulty
 * @param kindOf kind of each prompt, from 0
 * @param difficulty of each prompt
 * @param correlation r
 * @param grades number of grades of which a score is the mean, at least 1
 */
record RandomScores(
        double[][] chances, int[] kindOf, double[] difficulty, double correlation, int grades) {

    private static final double LEAST_LEVEL = .3;
    private static final double MOST_LEVEL = .9;
    private static final double LEAST_SKILLS = .2;
    private static final double MOST_SKILLS = 1;
    private static final int MOST_KINDS = 30;
    private static final double MOST_KIND_DEVIATION = 1;
    private static final double LEAST_DIFFICULTIES = .2;
    private static final double MOST_DIFFICULTIES = 2;
    private static final double MOST_SEEN = .6;
    private static final int LEAST_GRADES = 2;
    private static final int MOST_GRADES = 10;

    private static final Sigmoid LOGISTIC = new Sigmoid();

    /**
     * The scores of a zoo with some prices on some prompts.
     *
     * @param correlation r
     */
    static RandomScores draw(
            List<Recorded> prompts,
            RandomPrices prices,
            double correlation,
            SplittableRandom random) {
        double level = random.nextDouble(logit(LEAST_LEVEL), logit(MOST_LEVEL));
        double[] skills = skills(prices.logs(), correlation, random);
        var chances = new double[random.nextInt(1, MOST_KINDS + 1)][];
        double deviation = random.nextDouble(0, MOST_KIND_DEVIATION);
        Arrays.setAll(
                chances,
                kind ->
                        DoubleStream.of(skills)
                                .map(skill -> level + skill + deviation * random.nextGaussian())
                                .toArray());
        double[] difficulty = difficulty(prompts, random);
        int grades = random.nextBoolean() ? 1 : random.nextInt(LEAST_GRADES, MOST_GRADES + 1);
        int[] kindOf = Clusters.of(prompts, chances.length);
        return new RandomScores(chances, kindOf, difficulty, correlation, grades);
    }

    private static double[] skills(double[] logs, double correlation, SplittableRandom random) {
        double spread = random.nextDouble(LEAST_SKILLS, MOST_SKILLS);
        double chance = Math.sqrt(1 - correlation * correlation);
        return DoubleStream.of(standardized(logs))
                .map(z -> spread * (correlation * z + chance * random.nextGaussian()))
                .toArray();
    }

    private static double[] difficulty(List<Recorded> prompts, SplittableRandom random) {
        double scale = random.nextDouble(LEAST_DIFFICULTIES, MOST_DIFFICULTIES);
        double seen = random.nextDouble(0, MOST_SEEN);
        double[] coefficients = new double[prompts.get(0).features().length];
        Arrays.setAll(coefficients, f -> random.nextGaussian());
        double[] linear =
                standardized(
                        prompts.stream()
                                .mapToDouble(prompt -> product(coefficients, prompt.features()))
                                .toArray());
        return DoubleStream.of(linear)
                .map(
                        z ->
                                scale
                                        * (Math.sqrt(seen) * z
                                                + Math.sqrt(1 - seen) * random.nextGaussian()))
                .toArray();
    }

    /** Number of kinds of prompts. */
    int kinds() {
        return chances.length;
    }

    /** The kind of a prompt, from 0. */
    int kind(int prompt) {
        return kindOf[prompt];
    }

    /** The score of each model's answer to a prompt. */
    double[] scores(int prompt, SplittableRandom random) {
        return DoubleStream.of(chances[kindOf[prompt]])
                .map(chance -> score(LOGISTIC.value(chance - difficulty[prompt]), random))
                .toArray();
    }

    private double score(double probability, SplittableRandom random) {
        return random.doubles(grades).filter(draw -> draw < probability).count() / (double) grades;
    }

    /** Values of mean 0 and standard deviation 1; all 0 if they are alike. */
    private static double[] standardized(double[] values) {
        double mean = StatUtils.mean(values);
        double deviation = Math.sqrt(StatUtils.populationVariance(values, mean));
        return DoubleStream.of(values)
                .map(value -> deviation > 0 ? (value - mean) / deviation : 0)
                .toArray();
    }

    private static double product(double[] coefficients, float[] features) {
        double sum = 0;
        for (int f = 0; f < features.length; f++) {
            sum += coefficients[f] * features[f];
        }
        return sum;
    }

    private static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
