package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Observations;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.belief.PromptNoise;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.stream.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The rule at work in a {@link SequenceWorld}: its largest shortfall, and what is promised. */
final class SequenceRun {

    private static final double ROUNDING = 1e-6;

    /** So that U is not reached. */
    private static final double TOLERANCE = 0.1;

    private final SequenceWorld world;
    private final GuaranteeBound bound;
    private final SplittableRandom random;
    private final Sla sla;
    private final List<String> models;
    private final AlgorithmState state;
    private final MessPlus rule;
    private final List<List<Flight>> due;
    private final double[] shortfall;
    private final double[] unknown;

    private int decided;
    private int mostInFlight;
    private double maxPressure;
    private double mostMargin;
    private double forgiven;

    /** Sum over the requests in flight of their score, and of what the theorem adds for them. */
    private double scoresInFlight;

    private double unknownInFlight;
    private double mostUnknownInFlight;

    /** By how much the forecasts in flight exceeded those two, at most. */
    private double mostAhead;

    /** Sum over all requests of a - A. */
    private double planErrors;

    private record Flight(
            PendingRequest pending,
            SequenceRequest request,
            SequenceRequest.Path path,
            int number) {}

    SequenceRun(SequenceWorld world, int maxDelay, double failure, int requests) {
        this.world = world;
        bound = world.bound(requests, failure);
        random = new SplittableRandom(maxDelay);
        sla = Sla.custom(world.alpha()).labels(LabelSource.scorer()).tolerance(TOLERANCE).build();
        models = IntStream.range(0, world.joules().length).mapToObj(m -> "m" + m).toList();
        state = AlgorithmState.initial(models.size());
        for (int m = 0; m < models.size(); m++) {
            WorkModels.observe(state.models()[m].energy, 10, 0, world.joules()[m]);
        }
        know(state.shared().promptNoise);
        state.sla().scoring.answered();
        state.sla().scoring.add(world.scoringJoules());
        rule =
                new MessPlus(
                        sla,
                        StreamRule.Config.ofDefaults().withSequential(true),
                        models,
                        state,
                        GuaranteeWorld.told(state));
        due =
                IntStream.rangeClosed(0, maxDelay)
                        .<List<Flight>>mapToObj(i -> new ArrayList<>())
                        .toList();
        shortfall = new double[requests];
        unknown = new double[requests];
    }

    /** Nothing is learned of w and rho: they stay. */
    private void know(PromptNoise noise) {
        double many = 1e9;
        noise.squares = many;
        noise.products = world.correlation() * many;
        noise.binarySquares = many;
        noise.labelSquares = world.spread() * many;
    }

    SequenceRun play(GuaranteeRun.Price price) {
        for (decided = 0; decided < shortfall.length; decided++) {
            List<Flight> now = due.get(decided % due.size());
            now.forEach(this::resolve);
            now.clear();
            if (price == GuaranteeRun.Price.FROZEN) {
                freeze();
            }
            decide(price);
        }
        due.forEach(left -> left.forEach(this::resolve));
        assertThat(state.sla().queue.inFlight).isZero();
        return this;
    }

    /** lambda stays where the joules of the cheapest model are what a unit of score is worth. */
    private void freeze() {
        state.sla().price.labels = Priors.LABELS_BEFORE_BASE;
        state.sla().price.base = world.joules()[0];
        state.sla().price.base *= world.joules()[0] / rule.joulesPerScore();
    }

    private void decide(GuaranteeRun.Price price) {
        SequenceRequest request = world.next(random);
        var prompt = new Prompt(request.forecasts(), 10, 0);
        Decision decision = rule.decide("r" + decided, prompt, 0);
        note(decision, price);
        SequenceRequest.Path path = request.follow(decision);
        assertNoOtherAnswerIsWorthItsJoules(request, path);
        double before = state.sla().queue.forecast;
        var flight = new Flight(rule.admit(decision, prompt, 0), request, path, decided);
        double score = request.score(path, sla.alpha());
        shortfall[decided] = sla.alpha() - score;
        unknown[decided] = request.unknown(path, world.correlation());
        scoresInFlight += score;
        unknownInFlight += unknown[decided];
        mostUnknownInFlight = Math.max(mostUnknownInFlight, unknownInFlight);
        mostInFlight = Math.max(mostInFlight, (int) state.sla().queue.inFlight);
        int delay = random.nextInt(due.size());
        due.get((decided + 1 + delay) % due.size()).add(flight);
        double expected = flight.pending.forecast;
        double entered = state.sla().queue.forecast - before;
        check(Math.abs(entered - expected) < ROUNDING, "entered D", entered);
        planErrors += expected - score;
    }

    /**
     * Step 1: a model that was not asked costs at least what its forecast is above the best score,
     * whatever its spread. lambda is that of the decision, which is not admitted yet.
     */
    private void assertNoOtherAnswerIsWorthItsJoules(
            SequenceRequest request, SequenceRequest.Path path) {
        if (request.isSilent(path)) {
            return;
        }
        double best =
                path.served() < 0 ? Double.NEGATIVE_INFINITY : request.scores()[path.served()];
        double shift = request.shift(path, world.correlation());
        for (int m = 0; m < models.size(); m++) {
            if (!path.asked().contains(m)) {
                double cost = (world.joules()[m] + world.scoringJoules()) / rule.joulesPerScore();
                double forecast = Math.min(1, request.forecasts()[m] + shift);
                check(best + cost > forecast - ROUNDING, "best score and cost", best + cost);
            }
        }
    }

    /** Notes what the theorem takes from the state: G, the margin, and the forecasts in flight. */
    private void note(Decision decision, GuaranteeRun.Price price) {
        VirtualQueue queue = state.sla().queue;
        double noise =
                Priors.PRICE_STEADINESS
                        + Priors.PRICE_STEADINESS_IN_FLIGHT * Math.sqrt(queue.inFlight);
        double step = state.sla().price.deviation() * noise;
        if (price == GuaranteeRun.Price.CONTROLLED) {
            double least = world.joules()[0] * Math.exp(decision.pressure / step);
            check(rule.joulesPerScore() > least * (1 - ROUNDING), "lambda", rule.joulesPerScore());
        }
        maxPressure = Math.max(maxPressure, bound.pressure(world.joules()[0], step));
        mostMargin = Math.max(mostMargin, decision.pressure - queue.q - queue.drift(sla.alpha()));
        mostAhead = Math.max(mostAhead, queue.forecast - scoresInFlight - unknownInFlight);
    }

    private void resolve(Flight flight) {
        SequenceRequest request = flight.request;
        SequenceRequest.Path path = flight.path;
        scoresInFlight -= request.score(path, sla.alpha());
        unknownInFlight -= unknown[flight.number];
        double before = state.sla().queue.q;
        for (int m : path.asked()) {
            if (m != path.served() && (path.served() >= 0 || m != last(path))) {
                observe(
                        flight,
                        request.failed()[m]
                                ? Observations.failed(models.get(m))
                                : answered(request, m, false));
            }
        }
        if (path.served() < 0) {
            observe(flight, Observations.unanswered(models.get(last(path))));
            return;
        }
        observe(flight, answered(request, path.served(), true));
        double counts = request.scores()[path.served()];
        if (request.unscored()[path.served()]) {
            counts = flight.pending.predicted;
            rule.expire(flight.pending);
        }
        check(flight.pending.resolved, "resolved", 0);
        forgiven = Math.max(forgiven, before + sla.alpha() - counts - state.sla().queue.q);
    }

    private static int last(SequenceRequest.Path path) {
        return path.asked().get(path.asked().size() - 1);
    }

    private Observation answered(SequenceRequest request, int m, boolean served) {
        double score = request.unscored()[m] ? Double.NaN : request.scores()[m];
        if (!Double.isNaN(score)) {
            rule.bookScoring(world.scoringJoules(), true);
        }
        return Observation.answered(models.get(m), score, world.joules()[m], served);
    }

    private void observe(Flight flight, Observation seen) {
        JoinResult result = rule.observe(flight.pending, seen);
        check(result == JoinResult.APPLIED, result.name(), 0);
    }

    /** What holds on every path. Faster than an assertion library, which matters here. */
    private void check(boolean holds, String what, double value) {
        if (!holds) {
            throw new AssertionError("request %d: %s %s, %s".formatted(decided, what, value, this));
        }
    }

    /** Whether the theorem holds: for every stretch, and for all that begin with the run. */
    boolean keepsThePromise() {
        return largest(true) <= promised() + ROUNDING
                && largest(false) <= promisedOfAStart() + ROUNDING;
    }

    /**
     * Whether plans are expected to score what they do: within e, and what chance adds.
     *
     * @param failure probability that it is not so
     */
    boolean expectsWhatPlansScore(double failure) {
        int n = shortfall.length;
        double chance = Math.sqrt(n * Math.log(2 / failure) / 2);
        return Math.abs(planErrors) <= n * (world.planError() + ROUNDING) + chance;
    }

    /** Whether the upper bound of Q ever cut something off. */
    boolean forgave() {
        return forgiven > ROUNDING;
    }

    /** The largest shortfall of the stretches, or of those that begin with the run. */
    private double largest(boolean ofAnyStretch) {
        double largest = 0;
        double now = 0;
        for (int i = 0; i < shortfall.length; i++) {
            now += shortfall[i] - unknown[i];
            now = ofAnyStretch ? Math.max(0, now) : now;
            largest = Math.max(largest, now);
        }
        return largest;
    }

    private double promised() {
        return promisedOfAStart()
                + Priors.CREDIT_REQUESTS
                + mostMargin
                + (1 - sla.alpha()) * mostInFlight
                + mostUnknownInFlight;
    }

    private double promisedOfAStart() {
        double chance = world.chance(bound, mostInFlight);
        // Where chance has a part, it covers what forecasts in flight were too high by beyond e.
        double ahead = chance > 0 ? world.planError() * mostInFlight : mostAhead;
        return Math.max(0, maxPressure) + sla.alpha() + ahead + chance;
    }

    @Override
    public String toString() {
        return "shortfall %.1f of %.1f, %.1f from the start of %.1f; forgiven %.1f; P* %.1f, in flight %d, ahead %.1f: %s"
                .formatted(
                        largest(true),
                        promised(),
                        largest(false),
                        promisedOfAStart(),
                        forgiven,
                        maxPressure,
                        mostInFlight,
                        mostAhead,
                        world);
    }
}
