package dev.messplus.replay.policy;

import dev.messplus.core.AlgorithmState;
import dev.messplus.core.Decision;
import dev.messplus.core.MessPlus;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.PendingRequest;
import dev.messplus.core.Prompt;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.routing.RoutingConfig.SlaRouting;
import dev.messplus.routing.Shards;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * MESS+ on a modelled stream, deterministic: requests are decided one after the other, and what
 * became of one is told after the next N were decided. With N = 0 it is told before the next.
 *
 * <p>Told are the scores and joules of every model asked, and which one was served: the best by
 * score when several were, of two alike the one ranked first, as the job does it. The labels of
 * some requests never come. Of those the joules are told all the same, the model of best forecast
 * is served, and they are given up after twice the time that a label takes, at least two requests.
 */
final class StreamReplay {

    /** Nothing here depends on the clock. */
    private static final long NOW_MILLIS = 0;

    private static final int NO_MAX_TOKENS = 0;

    private final Traffic traffic;
    private final SlaRouting routing;
    private final int shards;
    private final int inFlight;
    private final double feedbackRate;

    /**
     * A replay.
     *
     * @param routing the promise and its rule; the seed also draws the labels that never come
     * @param inFlight requests that are decided before the outcome of one is told, at least 0
     * @param feedbackRate share of requests whose labels ever come, in [0, 1]
     */
    StreamReplay(Traffic traffic, SlaRouting routing, int inFlight, double feedbackRate) {
        this.traffic = traffic;
        this.routing = routing;
        this.shards = routing.sla().shards();
        // More than there are requests is all of them.
        this.inFlight = Math.min(inFlight, traffic.requests().size());
        this.feedbackRate = feedbackRate;
    }

    /**
     * Replays requests.
     *
     * @param order their indices
     */
    SeedResult run(int[] order) {
        return run(order, new Witness() {});
    }

    /** The same before a witness. */
    SeedResult run(int[] order, Witness witness) {
        return new Run(order, witness).result();
    }

    /** Sees what happens in a replay, in the order in which it happens. */
    interface Witness {

        /**
         * A request was decided.
         *
         * @param decision to be read before the next one
         */
        default void decided(Recorded request, Decision decision) {}

        /** Something became known of one model's answer to a request. */
        default void told(Recorded request, Observation seen) {}
    }

    private MessPlus algorithm() {
        List<String> models = traffic.models();
        return new MessPlus(
                routing.sla(), routing.rule(), models, AlgorithmState.initial(models.size()));
    }

    /** A request that was decided, and what there is to tell of it. */
    private record InFlight(
            Recorded request, int shard, PendingRequest pending, int served, boolean labelled) {}

    private final class Run {

        private final int[] order;
        private final Witness witness;
        private final List<MessPlus> mess =
                Stream.generate(StreamReplay.this::algorithm).limit(shards).toList();
        private final Tally tally;
        private final InFlight[] decided;
        private final SplittableRandom labels = new SplittableRandom(routing.sla().seed());

        Run(int[] order, Witness witness) {
            this.order = order;
            this.witness = witness;
            tally = new Tally(routing.sla().alpha(), traffic.models().size(), order.length, shards);
            decided = new InFlight[order.length];
        }

        SeedResult result() {
            int patience = 2 * Math.max(inFlight, 1);
            for (int i = 0; i < order.length + patience + 1; i++) {
                tell(i - 1 - inFlight);
                giveUp(i - 1 - patience);
                if (i < order.length) {
                    decided[i] = decide(traffic.requests().get(order[i]));
                }
            }
            return tally.result();
        }

        private InFlight decide(Recorded request) {
            int shard = Shards.index(request.id(), shards);
            MessPlus owner = mess.get(shard);
            Prompt prompt = prompt(request);
            Decision decision = owner.decide(request.id(), prompt, NOW_MILLIS);
            witness.decided(request, decision);
            boolean explores = decision.mode == Mode.EXPLORE;
            PendingRequest pending = owner.admit(decision, prompt, NOW_MILLIS);
            boolean labelled = labels.nextDouble() < feedbackRate;
            int[] asked = indices(pending.models());
            int served = best(labelled ? request.scores() : decision.accuracy, asked);
            double joules = 0;
            for (int model : asked) {
                joules += request.joules()[model];
            }
            int model = asked[served];
            tally.serve(
                    shard,
                    request.scores()[model],
                    request.joules()[model],
                    joules - request.joules()[model]);
            tally.answeredBy(model, 1);
            if (explores) {
                tally.explored();
            }
            return new InFlight(request, shard, pending, served, labelled);
        }

        private void tell(int i) {
            if (i < 0 || i >= order.length) {
                return;
            }
            InFlight told = decided[i];
            int[] asked = indices(told.pending.models());
            for (int a = 0; a < asked.length; a++) {
                Observation seen =
                        Observation.answered(
                                traffic.models().get(asked[a]),
                                told.labelled ? told.request.scores()[asked[a]] : Double.NaN,
                                told.request.joules()[asked[a]],
                                a == told.served);
                for (int shard = 0; shard < shards; shard++) {
                    if (shard == told.shard) {
                        mess.get(shard).observe(told.pending, seen);
                    } else {
                        share(told, seen, mess.get(shard));
                    }
                }
                witness.told(told.request, seen);
            }
            if (told.labelled) {
                decided[i] = null;
            }
        }

        private void share(InFlight told, Observation seen, MessPlus other) {
            other.learnFromOtherShard(prompt(told.request), seen);
            if (told.labelled && seen.isServed()) {
                other.countOtherShard(seen.score());
            }
        }

        private void giveUp(int i) {
            if (i >= 0 && i < order.length && decided[i] != null) {
                mess.get(decided[i].shard).expire(decided[i].pending);
                decided[i] = null;
            }
        }

        private int[] indices(List<String> models) {
            var indices = new int[models.size()];
            for (int i = 0; i < indices.length; i++) {
                indices[i] = traffic.models().indexOf(models.get(i));
            }
            return indices;
        }
    }

    private static Prompt prompt(Recorded request) {
        return new Prompt(request.features(), request.promptTokens(), NO_MAX_TOKENS);
    }

    /** Index among {@code asked} of the model to serve, by what is known of each model. */
    private static int best(double[] accuracy, int[] asked) {
        int best = 0;
        for (int a = 1; a < asked.length; a++) {
            best = accuracy[asked[a]] > accuracy[asked[best]] ? a : best;
        }
        return best;
    }
}
