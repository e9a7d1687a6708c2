package dev.messplus.core.algorithm;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.account.PendingRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A stream under test: prompts of some kinds, and models that score 1 or 0 by chance. Everything
 * about a request is known after as many others as are in flight.
 */
final class StreamWorld {

    /** A request and the luck that its scores come of: a model scores 1 where it is lucky. */
    private record Flying(PendingRequest request, int kind, double luck, boolean rated) {}

    /** Models asked so far, in order. */
    final List<String> asked = new ArrayList<>();

    TestSla sla;

    private final double[] joules;
    private final ArrayDeque<Flying> flying = new ArrayDeque<>();
    private final ArrayDeque<Flying> unmetered = new ArrayDeque<>();
    private double[][] rates;
    private double ratedShare = 1;
    private int joulesAfter = Integer.MAX_VALUE;
    private boolean scored;
    private SplittableRandom random = new SplittableRandom(1);
    private long labelled;
    private double scoreSum;

    /** A world of models a, b, c and so on; {@code rates[m][k]} is how often m does kind k well. */
    StreamWorld(double alpha, double[] joules, double[][] rates) {
        this(alpha, IntStream.range(0, joules.length).toArray(), joules, rates);
    }

    /** The same with models listed in another order: {@code order[0]} is the first of the zoo. */
    StreamWorld(double alpha, int[] order, double[] joules, double[][] rates) {
        String[] ids = new String[order.length];
        this.joules = new double[order.length];
        this.rates = new double[order.length][];
        for (int m = 0; m < order.length; m++) {
            ids[m] = String.valueOf((char) ('a' + order[m]));
            this.joules[m] = joules[order[m]];
            this.rates[m] = rates[order[m]];
        }
        sla = new TestSla(Settings.stream(alpha), ids);
    }

    /** Rates of models of which each does all prompts alike. */
    static double[][] rates(double... perModel) {
        double[][] rates = new double[perModel.length][];
        for (int m = 0; m < perModel.length; m++) {
            rates[m] = new double[] {perModel[m]};
        }
        return rates;
    }

    StreamWorld seed(long seed) {
        random = new SplittableRandom(seed);
        return this;
    }

    /**
     * Scores are known later, and the chosen model's answer is served. To be said before anything
     * else of the models.
     */
    StreamWorld audited() {
        Settings settings = Settings.stream(sla.algorithm.sla().alpha());
        sla = new TestSla(settings.labels(LabelSource.audit(1)), sla.zoo.toArray(String[]::new));
        return this;
    }

    /** Joules are configured beforehand. */
    StreamWorld priced() {
        for (int m = 0; m < joules.length; m++) {
            sla.model(sla.zoo.get(m)).energy.prior.perAnswer = joules[m];
        }
        return this;
    }

    /** The owner expects these scores of the models, in the order of the zoo. */
    StreamWorld expecting(double... scores) {
        for (int m = 0; m < scores.length; m++) {
            sla.model(sla.zoo.get(m)).expectedScore = scores[m];
        }
        sla = sla.withZoo(sla.zoo.toArray(String[]::new));
        return this;
    }

    /** Joules are known after this many other requests, before the labels. */
    StreamWorld joulesAfter(int requests) {
        joulesAfter = requests;
        return this;
    }

    /** The better of two answers is served, as where a scorer scores them at once. */
    StreamWorld scored() {
        scored = true;
        return this;
    }

    /** This share of requests is rated from now on; the others are given up. */
    StreamWorld rated(double share) {
        ratedShare = share;
        return this;
    }

    /** Models do as well as this from now on. */
    void become(double[][] newRates) {
        rates = newRates;
    }

    double[][] rates() {
        return rates;
    }

    /** Mean score of the answers served, rated or not. */
    double averageScore() {
        return scoreSum / labelled;
    }

    /** Plays requests, and says how many joules were reported in the meantime for each. */
    double joulesPerRequest(int requests, int inFlight) {
        double before = sla.state.joules;
        play(requests, inFlight);
        return (sla.state.joules - before) / requests;
    }

    void play(int requests, int inFlight) {
        int kinds = rates[0].length;
        for (int t = 0; t < requests; t++) {
            int kind = kinds == 1 ? 0 : random.nextInt(kinds);
            PendingRequest request = sla.request("r" + t, features(kind, kinds));
            asked.addAll(request.models());
            boolean rated = random.nextDouble() < ratedShare;
            Flying one = new Flying(request, kind, random.nextDouble(), rated);
            flying.add(one);
            if (joulesAfter < inFlight) {
                meterAfter(one);
            }
            while (flying.size() > inFlight) {
                report(flying.remove());
            }
        }
    }

    private static float[] features(int kind, int kinds) {
        float[] features = new float[kinds == 1 ? 0 : kinds];
        if (kinds > 1) {
            features[kind] = 1;
        }
        return features;
    }

    private void meterAfter(Flying one) {
        unmetered.add(one);
        if (unmetered.size() > joulesAfter) {
            PendingRequest metered = unmetered.remove().request;
            for (String model : List.copyOf(metered.models())) {
                sla.measured(metered, model, joules[sla.zoo.indexOf(model)]);
            }
        }
    }

    private void report(Flying one) {
        List<String> models = List.copyOf(one.request.models());
        String served = models.get(0);
        for (String model : models) {
            boolean better = score(one, model) > score(one, served);
            served = scored && one.rated && better ? model : served;
        }
        labelled++;
        scoreSum += score(one, served);
        for (String model : models) {
            double label = one.rated ? score(one, model) : Double.NaN;
            double spent = joules[sla.zoo.indexOf(model)];
            sla.algorithm.observe(
                    one.request, Observation.answered(model, label, spent, model.equals(served)));
        }
        if (!one.rated) {
            sla.algorithm.expire(one.request);
        }
    }

    private double score(Flying one, String model) {
        return one.luck < rates[sla.zoo.indexOf(model)][one.kind] ? 1 : 0;
    }
}
