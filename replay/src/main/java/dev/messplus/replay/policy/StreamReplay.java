package dev.messplus.replay.policy;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.AlgorithmState;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.core.shard.ShardExchange;
import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.Shards;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * MESS+ on a modelled stream, deterministic: requests are decided one after the other, and what
 * became of each is known when {@link FeedbackSchedule} says so.
 *
 * <p>The best of several answers is served, by true score if a scorer knows it, or else by
 * forecast; of two alike the one ranked first, as the job does it. Observed are the joules of every
 * model asked with which one was served, and the scores; of the served answer last, as the job does
 * it. Where a plan chose the answer by its score, that it was served is known with its score, and
 * not before: an answer that is served without one ended its plan. Joules are observed of all
 * requests; a request whose label never comes is given up.
 */
final class StreamReplay {

    /** Nothing here depends on the clock. */
    private static final long NOW_MILLIS = 0;

    private static final int NO_MAX_TOKENS = 0;

    private final Arrivals arrivals;
    private final FeedbackSchedule delivery;
    private final Optional<JudgeScores> judge;
    private final int shards;
    private final int exchangeEvery;
    private final List<MessPlus> mess;
    private final ShardExchange exchange;
    private final Tally tally;
    private final SlaWindow window;
    private final InFlight[] decided;
    private Witness witness = new Witness() {};

    /**
     * A replay.
     *
     * @param routing the promise and its rule
     */
    StreamReplay(Episode episode, SlaRouting routing) {
        arrivals = episode.arrivals();
        delivery = episode.delivery();
        judge =
                Optional.ofNullable(episode.conditions().judge())
                        .map(scores -> new JudgeScores(scores, arrivals, episode.seed()));
        shards = routing.sla().shards();
        exchangeEvery = episode.conditions().exchangeEvery();
        mess = Stream.generate(() -> algorithm(episode, routing)).limit(shards).toList();
        exchange = new ShardExchange(routing.sla(), routing.rule());
        tally = new Tally(episode.alpha(), episode.models().size(), arrivals.size(), shards);
        window = episode.window();
        decided = new InFlight[arrivals.size()];
    }

    /** The same before a witness. */
    SeedResult run(Witness seeing) {
        witness = seeing;
        return run();
    }

    /** Replays all requests. To be called once. */
    SeedResult run() {
        for (int step = 0; step < delivery.steps(); step++) {
            int[] due = delivery.due(step);
            for (int i : due) {
                report(i, delivery.joulesAt(i) == step, delivery.labelAt(i) == step);
            }
            for (int i : due) {
                forget(i, step);
            }
            if (step % exchangeEvery == 0) {
                exchange();
            }
            if (step < decided.length) {
                decided[step] = decide(step);
            }
        }
        return tally.result(window);
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
        default void observed(Recorded request, Observation seen) {}
    }

    /** MESS+ at the beginning of an episode. */
    static MessPlus algorithm(Episode episode, SlaRouting routing) {
        AlgorithmState state = AlgorithmState.initial(episode.models().size());
        double[] priorJoules = episode.priorJoules();
        for (int m = 0; m < priorJoules.length; m++) {
            state.models()[m].energy.prior.perAnswer = priorJoules[m];
        }
        MessPlus algorithm = new MessPlus(routing.sla(), routing.rule(), episode.models(), state);
        algorithm.begin(routing.warmStart());
        return algorithm;
    }

    /**
     * A request that was decided, and what there is to observe of it.
     *
     * @param asked indices of the models asked
     * @param served which of {@code asked} was served
     * @param rated whether its label comes
     */
    private record InFlight(
            Recorded request,
            int shard,
            PendingRequest pending,
            int[] asked,
            int served,
            boolean rated) {

        /** The model whose answer was served. */
        int model() {
            return asked[served];
        }
    }

    private InFlight decide(int i) {
        Recorded request = arrivals.get(i);
        int shard = Shards.index(request.id(), shards);
        MessPlus owner = mess.get(shard);
        Prompt prompt = prompt(request);
        Decision decision = owner.decide(request.id(), prompt, NOW_MILLIS);
        witness.decided(request, decision);
        boolean explores = decision.mode == Mode.EXPLORE;
        PendingRequest pending = owner.admit(decision, prompt, NOW_MILLIS);
        int[] ranks = delivery.isScored(i) ? ranks(i, decision) : first(decision);
        int served = best(ranks, rank -> worth(i, rank, decision));
        int[] asked = Arrays.stream(ranks).map(rank -> decision.ranking[rank]).toArray();
        boolean rated = delivery.isRated(i, request.scores()[asked[served]]);
        var answered = new InFlight(request, shard, pending, asked, served, rated);
        count(answered, explores);
        return answered;
    }

    /** What the answer of the model of a rank is taken to be worth. */
    private double worth(int i, int rank, Decision decision) {
        int model = decision.ranking[rank];
        if (!delivery.isScored(i)) {
            return decision.accuracy[model];
        }
        double label = label(i, model);
        return decision.reading == null ? label : decision.reading.expectedScore(rank, label);
    }

    /** Ranks of the models that a decision asks at once. */
    private static int[] first(Decision decision) {
        return IntStream.range(0, decision.asked).toArray();
    }

    /** Ranks of the models that are asked in the end, where scores say whether to ask another. */
    private int[] ranks(int i, Decision decision) {
        AnswerPlan plan = decision.plan;
        if (plan == null) {
            return first(decision);
        }
        double[] scores = new double[decision.available];
        Arrays.fill(scores, Double.NaN);
        int[] asked = new int[decision.available];
        int answers = 0;
        int next = 0;
        while (next >= 0) {
            asked[answers++] = next;
            scores[next] = worth(i, next, decision);
            next = answers < decision.asked ? answers : plan.next(scores);
        }
        return Arrays.copyOf(asked, answers);
    }

    private void count(InFlight answered, boolean explored) {
        double[] joules = answered.request.joules();
        double all = 0;
        for (int asked : answered.asked) {
            all += joules[asked];
        }
        int model = answered.model();
        tally.serve(
                answered.shard,
                answered.request.scores()[model],
                joules[model],
                all - joules[model]);
        tally.answeredBy(model, 1);
        if (explored) {
            tally.explored();
        }
    }

    private void report(int i, boolean joules, boolean label) {
        InFlight answered = decided[i];
        boolean rated = label && answered != null && answered.rated;
        if (!joules && !rated) {
            return;
        }
        boolean others = rated && delivery.labelsEveryAnswer();
        for (int a = 0; a < answered.asked.length; a++) {
            if (a != answered.served && (joules || others)) {
                report(answered, observation(i, a, joules, others, false), false);
            }
        }
        // An answer that a plan chose by its score is served with its score.
        boolean planned = delivery.isScored(i) && answered.pending.isPlanned();
        boolean serves = planned ? rated : joules;
        report(answered, observation(i, answered.served, joules, rated, serves), rated);
    }

    private Observation observation(int i, int a, boolean joules, boolean scored, boolean served) {
        InFlight answered = decided[i];
        int model = answered.asked[a];
        return Observation.answered(
                arrivals.models().get(model),
                scored ? label(i, model) : Double.NaN,
                joules ? answered.request.joules()[model] : Double.NaN,
                served);
    }

    /** The judge's score of an answer, or the true one. */
    private double label(int i, int model) {
        return judge.isPresent() ? judge.get().score(i, model) : arrivals.get(i).scores()[model];
    }

    /** Reports to the shard of the request at once, and to the others with the next exchange. */
    private void report(InFlight answered, Observation seen, boolean scoresTheAnswer) {
        mess.get(answered.shard).observe(answered.pending, seen);
        if (shards > 1) {
            exchange.add(answered.shard, prompt(answered.request), seen);
            if (scoresTheAnswer) {
                exchange.addServed(answered.shard, seen.score());
            }
        }
        witness.observed(answered.request, seen);
    }

    private void exchange() {
        if (exchange.isEmpty()) {
            return;
        }
        OutcomeSums[] ofOthers = exchange.drain();
        for (int shard = 0; shard < shards; shard++) {
            if (ofOthers[shard] != null) {
                mess.get(shard).learnFromOtherShards(ofOthers[shard]);
            }
        }
    }

    /** Drops a request of which nothing more will be known. */
    private void forget(int i, int step) {
        InFlight answered = decided[i];
        if (answered == null) {
            return;
        }
        if (delivery.givenUpAt(i) == step) {
            if (isAudited(answered)) {
                report(answered, audit(answered), false);
            }
            mess.get(answered.shard).expire(answered.pending);
            decided[i] = null;
        } else if (answered.rated && delivery.labelAt(i) == step && !isAudited(answered)) {
            decided[i] = null;
        }
    }

    private static boolean isAudited(InFlight answered) {
        return answered.pending.judged != null && answered.pending.judged.drawn;
    }

    /** People say what the answer is worth: later than the judge, and just in time. */
    private Observation audit(InFlight answered) {
        int model = answered.model();
        return Observation.rated(arrivals.models().get(model), answered.request.scores()[model]);
    }

    private static Prompt prompt(Recorded request) {
        return new Prompt(request.features(), request.promptTokens(), NO_MAX_TOKENS);
    }

    /** Index among {@code ranks} of the answer to serve, by what it is worth. */
    private static int best(int[] ranks, IntToDoubleFunction worth) {
        int best = 0;
        for (int a = 1; a < ranks.length; a++) {
            boolean better = worth.applyAsDouble(ranks[a]) > worth.applyAsDouble(ranks[best]);
            best = better ? a : best;
        }
        return best;
    }
}
