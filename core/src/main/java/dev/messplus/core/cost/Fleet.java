package dev.messplus.core.cost;

import dev.messplus.core.Decision;
import dev.messplus.core.Priors;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Plans which models of a zoo are kept busy, so that each can be priced at the load that it is to
 * have, not at the load that it happens to have.
 *
 * <p>A server that is kept busy takes little more for one more request, and one that is not takes
 * much for its only one. So what is cheapest depends on what is used: there are several optima, and
 * a rule that compares prices of the moment stays at the one where it is. The plan looks at sets of
 * models instead. If every request of the last ones went to the best model of a set, by
 *
 * <pre>
 *   min_m  E_m(B_m) - lambda Ahat_m
 * </pre>
 *
 * <p>then each model would have a rate of requests, and by Little's law a load B_m, which says what
 * it takes in all. The set with the least joules less lambda times accuracy is the plan: the
 * Lagrangian of the promise at the price of quality that there is. It is searched for from the last
 * plan, by adding, leaving out and exchanging a model, and from every model alone.
 *
 * <p>Models of the plan are priced at their load in it, all others as if they had none. Other SLAs
 * and shards are taken to do as this one does: the rate is that of all requests of the job, as the
 * load of the models says it by Little's law.
 */
public final class Fleet {

    private final WorkModel[] models;
    private final float[][] accuracy;
    private final int[] promptTokens = new int[Priors.PLAN_REQUESTS];
    private final int[] maxTokens = new int[Priors.PLAN_REQUESTS];
    private final boolean[] unavailable;
    private final WorkQueue[] queues;

    /** Requests that were decided for each model and are probably not answered yet. */
    private final double[] inFlight;

    private BitSet busy = new BitSet();

    /** What this SLA, or shard of one, has of the requests of the job, from 0 to 1. */
    private double share = 1;

    private double ownPerSecond;
    private long plannedMillis;
    private long nowMillis;
    private int decided;
    private int asked;
    private long seen;
    private Requests requests;

    /** A fleet without a plan. */
    public Fleet(WorkModel[] models) {
        this.models = models;
        accuracy = new float[Priors.PLAN_REQUESTS][models.length];
        unavailable = new boolean[models.length];
        inFlight = new double[models.length];
        queues = new WorkQueue[models.length];
        Arrays.setAll(queues, m -> new WorkQueue());
    }

    /** Lets time pass until a decision. */
    public void pass(long millis) {
        double seconds = (millis - nowMillis) / 1e3;
        if (seconds <= 0) {
            return;
        }
        nowMillis = millis;
        for (int m = 0; m < models.length; m++) {
            queues[m].pass(share * seconds);
            models[m].failures.pass(seconds);
            double callSeconds = models[m].callSeconds();
            inFlight[m] *= callSeconds > 0 ? Math.exp(-seconds / callSeconds) : 0;
        }
    }

    /**
     * Calls of a model that are in flight now: those that the job has reported, which is some time
     * ago, or those of this SLA that were decided since, if they are more.
     */
    public double load(int m) {
        return Math.max(models[m].load.concurrency, inFlight[m]);
    }

    /** What waiting for a model costs, in its answers, from 0 to 1. */
    public double waiting(int m) {
        double callSeconds = models[m].callSeconds();
        return callSeconds > 0 ? queues[m].cost(callSeconds) : 0;
    }

    /**
     * Takes in a decision that counts, and plans anew now and then.
     *
     * @param joulesPerScore lambda, above 0
     */
    public void decided(Decision d, double joulesPerScore) {
        for (int place = 0; place < d.asked; place++) {
            int m = d.ranking[place];
            inFlight[m]++;
            queues[m].add(models[m].safeSeconds(d.prompt.promptTokens(), d.prompt.maxTokens()));
            queues[m].limit(models[m].callSeconds());
        }
        if (models.length < 2) {
            return;
        }
        int row = (int) (seen++ % Priors.PLAN_REQUESTS);
        for (int m = 0; m < models.length; m++) {
            accuracy[row][m] = (float) d.accuracy[m];
            unavailable[m] = d.unavailable[m];
        }
        promptTokens[row] = d.prompt.promptTokens();
        maxTokens[row] = d.prompt.maxTokens();
        decided++;
        asked += d.asked;
        long age = nowMillis - plannedMillis;
        if (age >= Priors.MAX_PLAN_MILLIS
                || decided >= Priors.PLAN_DECISIONS && age >= Priors.MIN_PLAN_MILLIS) {
            plan(joulesPerScore);
            plannedMillis = nowMillis;
            decided = 0;
            asked = 0;
        }
    }

    private void plan(double joulesPerScore) {
        double perSecond = 0;
        boolean followsLoad = false;
        for (WorkModel model : models) {
            perSecond += model.perSecond();
            followsLoad |= model.joules.followsLoad();
        }
        Loads best = null;
        if (followsLoad && perSecond > 0) {
            share(perSecond);
            shareRatios();
            requests = new Requests((int) Math.min(seen, Priors.PLAN_REQUESTS), perSecond);
            best = best(joulesPerScore);
            requests = null;
        }
        busy = best == null ? new BitSet() : best.busy;
        for (int m = 0; m < models.length; m++) {
            models[m].load.plan(best == null ? Double.NaN : best.load[m]);
        }
    }

    /** Learns what this SLA has of the calls of the job. */
    private void share(double perSecond) {
        double elapsed = (nowMillis - plannedMillis) / 1e3;
        if (plannedMillis > 0 && elapsed > 0) {
            double now = asked / elapsed;
            ownPerSecond =
                    ownPerSecond == 0
                            ? now
                            : ownPerSecond + Priors.RATE_GAIN * (now - ownPerSecond);
            share = Math.min(1, ownPerSecond / perSecond);
        }
    }

    /** Has each model take b / a for what it is for the others, as far as they know it. */
    private void shareRatios() {
        double[] logs = new double[models.length];
        double[] known = new double[models.length];
        double log = Math.log(Priors.BATCHED_SHARE);
        double weight = 1;
        for (int m = 0; m < models.length; m++) {
            double ratio = models[m].ratio();
            known[m] = Double.isNaN(ratio) ? 0 : models[m].joules.loadKnown();
            logs[m] = known[m] > 0 ? Math.log(ratio) : 0;
            log += known[m] * logs[m];
            weight += known[m];
        }
        for (int m = 0; m < models.length; m++) {
            models[m].ratio(Math.exp((log - known[m] * logs[m]) / (weight - known[m])));
        }
    }

    private Loads best(double lambda) {
        // First, so that nothing that is only as good takes its place.
        Loads best = better(null, busy, lambda);
        for (int m = 0; m < models.length; m++) {
            BitSet alone = new BitSet();
            alone.set(m);
            best = better(best, alone, lambda);
        }
        for (Loads before = null; before != best; ) {
            before = best;
            for (int m = 0; m < models.length; m++) {
                BitSet other = (BitSet) before.busy.clone();
                other.flip(m);
                best = better(best, other, lambda);
                for (int n = before.busy.nextSetBit(0);
                        n >= 0 && other.get(m);
                        n = before.busy.nextSetBit(n + 1)) {
                    BitSet exchanged = (BitSet) other.clone();
                    exchanged.clear(n);
                    best = better(best, exchanged, lambda);
                }
            }
        }
        return best;
    }

    private Loads better(Loads best, BitSet set, double lambda) {
        Loads loads = set.isEmpty() ? null : loads(set, lambda);
        return loads != null && (best == null || loads.isBetterThan(best)) ? loads : best;
    }

    /** What the models of a set would have to do; {@code null} if one of them cannot be called. */
    private Loads loads(BitSet set, double lambda) {
        for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
            if (unavailable[m] || Double.isNaN(models[m].typicalPrice())) {
                return null;
            }
        }
        double[] load = new double[models.length];
        for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
            load[m] = Double.POSITIVE_INFINITY;
        }
        Loads first = requests.assign(set, load, lambda);
        Loads second = requests.assign(set, first.load, lambda);
        return second.isBetterThan(first) ? second : first;
    }

    /**
     * What a set of models would have to do.
     *
     * @param load calls in flight by model; 0 for models that are not in the set
     * @param unserved requests that no model of the set has the capacity for, beyond {@link
     *     Priors#UNSERVED_SHARE}
     * @param value joules of a request that is served less lambda times its accuracy, on average
     */
    private record Loads(BitSet busy, double[] load, int unserved, double value) {

        boolean isBetterThan(Loads other) {
            return unserved == other.unserved ? value < other.value : unserved < other.unserved;
        }
    }

    /** The last requests, and what each model would take for them. */
    private final class Requests {

        private final int count;
        private final double perSecond;
        private final double[][] batched;
        private final double[][] alone;
        private final double[][] secondsBatched;
        private final double[][] secondsAlone;

        Requests(int count, double perSecond) {
            this.count = count;
            this.perSecond = perSecond;
            batched = new double[count][models.length];
            alone = new double[count][models.length];
            secondsBatched = new double[count][models.length];
            secondsAlone = new double[count][models.length];
            for (int i = 0; i < count; i++) {
                for (int m = 0; m < models.length; m++) {
                    fill(i, m);
                }
            }
        }

        private void fill(int i, int m) {
            WorkModel model = models[m];
            if (model.measurements == 0) {
                batched[i][m] = model.price(promptTokens[i], 0, maxTokens[i]);
                return;
            }
            double p = model.cache.computed(promptTokens[i], 0);
            double n = model.answerTokens(maxTokens[i]);
            batched[i][m] = model.batched(p, n) + model.failures.perAnswer();
            alone[i][m] = model.alone(n);
            if (!model.seconds.isEmpty()) {
                secondsBatched[i][m] = model.serverSeconds(p, n, 0);
                secondsAlone[i][m] = model.serverSeconds(p, n, 1);
            }
        }

        /** Assigns each request to the best model of a set that has capacity left. */
        Loads assign(BitSet set, double[] expected, double lambda) {
            double[] joules = new double[models.length];
            double[] joulesAlone = new double[models.length];
            double[] busySeconds = new double[models.length];
            double[] seconds = new double[models.length];
            double scores = 0;
            int unserved = 0;
            for (int i = 0; i < count; i++) {
                int best = -1;
                double least = Double.POSITIVE_INFINITY;
                for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
                    double objective =
                            batched[i][m]
                                    + alone[i][m] * models[m].load.alone(expected[m])
                                    - lambda * accuracy[i][m];
                    if (objective < least
                            && hasCapacity(
                                    m,
                                    seconds[m] + secondsAlone[i][m],
                                    busySeconds[m] + secondsBatched[i][m])) {
                        best = m;
                        least = objective;
                    }
                }
                if (best < 0) {
                    unserved++;
                    continue;
                }
                joules[best] += batched[i][best];
                joulesAlone[best] += alone[i][best];
                busySeconds[best] += secondsBatched[i][best];
                seconds[best] += secondsAlone[i][best];
                scores += accuracy[i][best];
            }
            double[] load = new double[models.length];
            double total = 0;
            for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
                load[m] = load(m, seconds[m], busySeconds[m]);
                total += joules[m] + joulesAlone[m] * models[m].load.part(load[m]);
            }
            double value = (total - lambda * scores) / Math.max(1, count - unserved);
            int tolerated = (int) (Priors.UNSERVED_SHARE * count);
            return new Loads(set, load, Math.max(0, unserved - tolerated), value);
        }

        /**
         * Calls in flight at a model by Little's law, if these requests come in the time of {@code
         * count} ones: rate x seconds alone, longer by what the others in the batch take.
         */
        private double load(int m, double seconds, double busySeconds) {
            double rate = perSecond / count;
            double utilisation = rate * busySeconds / models[m].load.servers;
            return rate * seconds / (1 - Math.min(Priors.MAX_UTILISATION, utilisation));
        }

        private boolean hasCapacity(int m, double seconds, double busySeconds) {
            double utilisation = perSecond / count * busySeconds / models[m].load.servers;
            return utilisation <= Priors.MAX_UTILISATION
                    && load(m, seconds, busySeconds) <= models[m].safeConcurrency();
        }
    }
}
