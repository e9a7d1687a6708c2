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
 * Lagrangian of the promises at the prices of quality that there are. It is searched for from the
 * last plan, by adding, leaving out and exchanging a model, and from every model alone.
 *
 * <p>Models of the plan are priced at their load in it, all others as if they had none. The plan is
 * that of all SLAs of a subtask, which have a {@link Fleet} each: their requests are planned
 * together, each by its SLA's own lambda and work models. Other subtasks are taken to do as this
 * one does: the rate is that of all requests of the job, as the load of the models says it by
 * Little's law.
 *
 * <p>It also has the load of each model, its {@link WorkQueue}, and what was decided for it lately.
 * It begins anew with the subtask.
 */
public final class FleetPlan {

    private final int models;
    private final WorkModel[][] zoos = new WorkModel[Priors.PLAN_REQUESTS][];
    private final double[] joulesPerScore = new double[Priors.PLAN_REQUESTS];
    private final float[][] accuracy;
    private final int[] promptTokens = new int[Priors.PLAN_REQUESTS];
    private final int[] maxTokens = new int[Priors.PLAN_REQUESTS];

    /** When a model was found unavailable last, by whichever SLA, in milliseconds. */
    private final long[] unavailableMillis;

    private final ServerLoad[] loads;
    private final WorkQueue[] queues;
    private final double[] callSeconds;

    /** Requests that were decided for each model and are probably not answered yet. */
    private final double[] inFlight;

    private BitSet busy = new BitSet();
    private int version;

    /** What this subtask has of the requests of the job, from 0 to 1. */
    private double share = 1;

    private double ownPerSecond;
    private long plannedMillis;
    private long nowMillis;
    private int decided;
    private int asked;
    private long seen;

    /** What is known best of each model, by whichever SLA, while it is planned. */
    private WorkModel[] known;

    private Requests requests;

    /**
     * Nothing is planned yet.
     *
     * @param models number of models of the zoo, which all SLAs have in the same order
     */
    public FleetPlan(int models) {
        this.models = models;
        accuracy = new float[Priors.PLAN_REQUESTS][models];
        unavailableMillis = new long[models];
        loads = new ServerLoad[models];
        inFlight = new double[models];
        callSeconds = new double[models];
        queues = new WorkQueue[models];
        Arrays.setAll(queues, m -> new WorkQueue());
    }

    /** Lets time pass until a decision. */
    void pass(long millis) {
        double seconds = (millis - nowMillis) / 1e3;
        if (seconds <= 0) {
            return;
        }
        if (nowMillis == 0) {
            plannedMillis = millis - Priors.MIN_PLAN_MILLIS;
        }
        nowMillis = millis;
        for (int m = 0; m < models; m++) {
            queues[m].pass(share * seconds);
            inFlight[m] *= callSeconds[m] > 0 ? Math.exp(-seconds / callSeconds[m]) : 0;
        }
    }

    /** Requests that were decided for a model and are probably not answered yet. */
    double inFlight(int m) {
        return inFlight[m];
    }

    /** {@link WorkQueue#cost}. */
    double waiting(int m, double seconds) {
        return queues[m].cost(seconds);
    }

    /** Number of the last plan; 0 before the first. */
    int version() {
        return version;
    }

    /** Has a model of an SLA share what is known of its servers' load. */
    void share(int m, WorkModel model) {
        if (loads[m] == null) {
            loads[m] = model.load;
        }
        model.load = loads[m];
    }

    /** Whether it is time to plan anew with the next decision. */
    boolean isDue() {
        long age = nowMillis - plannedMillis;
        return models > 1
                && (age >= Priors.MAX_PLAN_MILLIS
                        || decided + 1 >= Priors.PLAN_DECISIONS && age >= Priors.MIN_PLAN_MILLIS);
    }

    /**
     * Takes in a decision that counts, and plans anew now and then.
     *
     * @param zoo the models as its SLA knows them
     * @param lambda of its SLA, in joules per score, above 0
     */
    void decided(Decision d, WorkModel[] zoo, double lambda) {
        for (int place = 0; place < d.asked; place++) {
            int m = d.ranking[place];
            WorkModel model = zoo[m];
            inFlight[m]++;
            if (model.callSeconds() > 0) {
                callSeconds[m] = model.callSeconds();
                queues[m].add(model.safeSeconds(d.prompt.promptTokens(), d.prompt.maxTokens()));
                queues[m].limit(callSeconds[m]);
            }
        }
        int row = (int) (seen++ % Priors.PLAN_REQUESTS);
        zoos[row] = zoo;
        joulesPerScore[row] = lambda;
        for (int m = 0; m < models; m++) {
            accuracy[row][m] = (float) d.accuracy[m];
            if (d.unavailable[m]) {
                unavailableMillis[m] = nowMillis;
            }
        }
        promptTokens[row] = d.prompt.promptTokens();
        maxTokens[row] = d.prompt.maxTokens();
        boolean due = isDue();
        decided++;
        asked += d.asked;
        if (due) {
            plan();
            plannedMillis = nowMillis;
            decided = 0;
            asked = 0;
        }
    }

    private void plan() {
        int count = (int) Math.min(seen, Priors.PLAN_REQUESTS);
        known = knownBest(count);
        double perSecond = 0;
        double askedPerSecond = 0;
        boolean followsLoad = false;
        for (WorkModel model : known) {
            perSecond += model.load.perSecond(model.seconds);
            askedPerSecond += model.load.askedPerSecond(model.seconds);
            followsLoad |= model.joules.followsLoad();
        }
        Loads best = null;
        if (followsLoad && perSecond > 0) {
            share(perSecond);
            requests = new Requests(count, askedPerSecond);
            best = best();
            requests = null;
        }
        busy = best == null ? new BitSet() : best.busy;
        for (int m = 0; m < models; m++) {
            loads[m].plan(best == null ? Double.NaN : best.load[m]);
        }
        known = null;
        version++;
    }

    private WorkModel[] knownBest(int count) {
        WorkModel[] best = new WorkModel[models];
        for (int m = 0; m < models; m++) {
            for (int i = 0; i < count; i++) {
                WorkModel model = zoos[i][m];
                if (best[m] == null || model.measurements > best[m].measurements) {
                    best[m] = model;
                }
            }
        }
        return best;
    }

    /** Learns what this subtask has of the calls of the job. */
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

    private Loads best() {
        // First, so that nothing that is only as good takes its place.
        Loads best = better(null, busy);
        for (int m = 0; m < models; m++) {
            BitSet alone = new BitSet();
            alone.set(m);
            best = better(best, alone);
        }
        for (Loads before = null; before != best; ) {
            before = best;
            for (int m = 0; m < models; m++) {
                BitSet other = (BitSet) before.busy.clone();
                other.flip(m);
                best = better(best, other);
                for (int n = before.busy.nextSetBit(0);
                        n >= 0 && other.get(m);
                        n = before.busy.nextSetBit(n + 1)) {
                    BitSet exchanged = (BitSet) other.clone();
                    exchanged.clear(n);
                    best = better(best, exchanged);
                }
            }
        }
        return best;
    }

    private Loads better(Loads best, BitSet set) {
        Loads loads = set.isEmpty() ? null : loads(set);
        return loads != null && (best == null || loads.isBetterThan(best)) ? loads : best;
    }

    /** Whether some SLA, which alone may know, has lately found a model unavailable. */
    private boolean isUnavailable(int m) {
        return unavailableMillis[m] > 0
                && nowMillis - unavailableMillis[m] < Priors.MAX_PLAN_MILLIS;
    }

    /** What the models of a set would have to do; {@code null} if one of them cannot be called. */
    private Loads loads(BitSet set) {
        for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
            if (isUnavailable(m) || Double.isNaN(known[m].typicalPrice())) {
                return null;
            }
        }
        double[] load = new double[models];
        for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
            load[m] = Double.POSITIVE_INFINITY;
        }
        Loads first = requests.assign(set, load);
        Loads second = requests.assign(set, first.load);
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
            batched = new double[count][models];
            alone = new double[count][models];
            secondsBatched = new double[count][models];
            secondsAlone = new double[count][models];
            for (int i = 0; i < count; i++) {
                for (int m = 0; m < models; m++) {
                    fill(i, m);
                }
            }
        }

        private void fill(int i, int m) {
            WorkModel model = zoos[i][m];
            if (model.measurements == 0) {
                batched[i][m] = model.price(promptTokens[i], 0, maxTokens[i]);
                return;
            }
            double p = model.cache.computed(promptTokens[i], 0);
            double n = model.answerTokens(maxTokens[i]);
            batched[i][m] = model.batched(p, n) + model.failures.perAnswer();
            alone[i][m] = model.alone(n);
            if (!model.seconds.isEmpty()) {
                secondsBatched[i][m] = ServerLoad.seconds(model.seconds, p, n, 0);
                secondsAlone[i][m] = ServerLoad.seconds(model.seconds, p, n, 1);
            }
        }

        /** Accuracy in joules. */
        private double score(int i, int m) {
            return joulesPerScore[i] * accuracy[i][m];
        }

        /** Assigns each request to the best model of a set that has capacity left. */
        Loads assign(BitSet set, double[] expected) {
            double[] joules = new double[models];
            double[] joulesAlone = new double[models];
            double[] busySeconds = new double[models];
            double[] seconds = new double[models];
            double scores = 0;
            int unserved = 0;
            for (int i = 0; i < count; i++) {
                int best = -1;
                double least = Double.POSITIVE_INFINITY;
                for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
                    double objective =
                            batched[i][m]
                                    + alone[i][m] * known[m].load.alone(expected[m])
                                    - score(i, m);
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
                scores += score(i, best);
            }
            double[] load = new double[models];
            double total = 0;
            for (int m = set.nextSetBit(0); m >= 0; m = set.nextSetBit(m + 1)) {
                load[m] = load(m, seconds[m], busySeconds[m]);
                total += joules[m] + joulesAlone[m] * known[m].load.part(load[m]);
            }
            double value = (total - scores) / Math.max(1, count - unserved);
            int tolerated = (int) (Priors.UNSERVED_SHARE * count);
            return new Loads(set, load, Math.max(0, unserved - tolerated), value);
        }

        /**
         * Calls in flight at a model by Little's law, if these requests come in the time of {@code
         * count} ones: rate x seconds alone, longer by what the others in the batch take.
         */
        private double load(int m, double seconds, double busySeconds) {
            double rate = perSecond / count;
            double utilisation = rate * busySeconds / known[m].load.servers;
            return rate * seconds / (1 - Math.min(Priors.MAX_UTILISATION, utilisation));
        }

        private boolean hasCapacity(int m, double seconds, double busySeconds) {
            double utilisation = perSecond / count * busySeconds / known[m].load.servers;
            return utilisation <= Priors.MAX_UTILISATION
                    && load(m, seconds, busySeconds) <= known[m].load.safe(known[m].seconds);
        }
    }
}
