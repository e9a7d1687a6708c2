package dev.messplus.core.algorithm;

import dev.messplus.core.Decision;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.stream.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The rule at work in a {@link GuaranteeWorld}: its largest shortfall, and what is promised. */
final class GuaranteeRun {

    /** How the price of quality moves. */
    enum Price {
        /** As the rule has it. */
        CONTROLLED,
        /** Not at all: the queue says nothing. */
        FROZEN
    }

    private static final double ROUNDING = 1e-9;

    private final GuaranteeWorld world;
    private final GuaranteeTraffic traffic;
    private final GuaranteeBound bound;
    private final SplittableRandom random;
    private final List<String> models;
    private final Sla sla;
    private final AlgorithmState state;
    private final MessPlus rule;
    private final List<List<Flight>> due;

    /** Per request, in the order of decisions: alpha - A. */
    private final double[] shortfall;

    /** Per request: what the theorem adds for what was not known of it. */
    private final double[] unknown;

    private int decided;
    private int mostInFlight;
    private double unknownInFlight;
    private double mostUnknownInFlight;
    private double maxPressure;
    private double mostMargin;

    /** The most that the upper bound of Q cut off at once, in requests. */
    private double forgiven;

    /** A request in flight, with the scores that its models would get. */
    private record Flight(PendingRequest request, double[] scores, int number) {}

    GuaranteeRun(
            GuaranteeWorld world,
            GuaranteeTraffic traffic,
            int requests,
            double failure,
            long seed) {
        this.world = world;
        this.traffic = traffic;
        random = new SplittableRandom(seed);
        // Forecasts are floats.
        double error = world.forecastError() + 1e-6;
        bound =
                new GuaranteeBound(
                        world.surplus(),
                        error,
                        (world.surplus() - 2 * error) / 2,
                        world.joulesSpread(),
                        requests,
                        failure);
        models = world.ids();
        sla = Sla.custom(world.alpha()).labels(world.labels()).seed(seed).build();
        state = AlgorithmState.initial(world.models());
        for (int m = 0; m < world.models(); m++) {
            WorkModels.observe(state.models()[m].energy, 10, 0, world.joules()[m]);
        }
        rule =
                new MessPlus(
                        sla,
                        StreamRule.Config.ofDefaults(),
                        models,
                        state,
                        GuaranteeWorld.told(state));
        due =
                IntStream.rangeClosed(0, world.maxDelay())
                        .<List<Flight>>mapToObj(i -> new ArrayList<>())
                        .toList();
        shortfall = new double[requests];
        unknown = new double[requests];
    }

    GuaranteeRun play(Price price) {
        for (decided = 0; decided < shortfall.length; decided++) {
            List<Flight> now = due.get(decided % due.size());
            now.forEach(this::resolve);
            now.clear();
            if (price == Price.FROZEN) {
                freeze();
            }
            decide();
        }
        due.forEach(left -> left.forEach(flight -> count(flight, served(flight))));
        return this;
    }

    /**
     * lambda stays where the joules of the cheapest model are all that a unit of score is worth.
     */
    private void freeze() {
        state.sla().price.labels = Priors.LABELS_BEFORE_BASE;
        state.sla().price.base = world.joules()[0];
        state.sla().price.base *= world.joules()[0] / rule.joulesPerScore();
    }

    private void decide() {
        double[] expected = world.nextPrompt(random);
        traffic.change(expected, decided, random);
        var prompt = new Prompt(world.forecasts(expected, traffic.width(decided)), 10, 0);
        Decision decision = rule.decide("r" + decided, prompt, 0);
        note(decision.pressure);
        PendingRequest request = rule.admit(decision, prompt, 0);
        double[] scores = new double[expected.length];
        for (int m = 0; m < scores.length; m++) {
            scores[m] = traffic.luck(decided, random) < expected[m] ? 1 : 0;
        }
        mostInFlight = Math.max(mostInFlight, (int) state.sla().queue.inFlight);
        // The forecasts of two models are compared.
        unknown[decided] = Math.min(1, 2 * traffic.width(decided));
        unknownInFlight += unknown[decided];
        mostUnknownInFlight = Math.max(mostUnknownInFlight, unknownInFlight);
        var flight = new Flight(request, scores, decided);
        if (sla.labels().kind() != LabelSource.Kind.SCORER) {
            serve(flight, 0);
        }
        int delay = traffic.delay(decided, world.maxDelay(), random);
        due.get((decided + 1 + delay) % due.size()).add(flight);
    }

    /** Notes what the theorem takes from the state: G and the margin. */
    private void note(double pressure) {
        VirtualQueue queue = state.sla().queue;
        double noise =
                Priors.PRICE_STEADINESS
                        + Priors.PRICE_STEADINESS_IN_FLIGHT * Math.sqrt(queue.inFlight);
        double step = state.sla().price.deviation() * noise;
        maxPressure = Math.max(maxPressure, bound.pressure(world.firstPrice(), step));
        // What the decision put in flight is forecast already.
        mostMargin = Math.max(mostMargin, pressure - queue.q - queue.drift(sla.alpha()));
    }

    private void resolve(Flight flight) {
        unknownInFlight -= unknown[flight.number];
        int best = served(flight);
        double score = count(flight, best);
        boolean rated = random.nextDouble() < sla.labels().ratedShare(score);
        double before = state.sla().queue.q;
        double counts = counted(flight.request, score, rated);
        if (sla.labels().kind() == LabelSource.Kind.SCORER) {
            serve(flight, best);
        }
        if (rated) {
            label(flight);
        } else {
            rule.expire(flight.request);
        }
        forgiven = Math.max(forgiven, before + sla.alpha() - counts - state.sla().queue.q);
    }

    private double counted(PendingRequest request, double score, boolean rated) {
        if (sla.labels().isSelective()) {
            return rated
                    ? sla.labels().rated(score, request.forecast)
                    : sla.labels().unrated(request.forecast);
        }
        double share = sla.labels().ratedShare(score);
        return request.predicted + (rated ? (score - request.predicted) / share : 0);
    }

    /** Where the job scores, the better answer is served; otherwise the first. */
    private int served(Flight flight) {
        int served = 0;
        if (sla.labels().kind() == LabelSource.Kind.SCORER) {
            for (int place = 1; place < flight.request.models().size(); place++) {
                served = score(flight, place) > score(flight, served) ? place : served;
            }
        }
        return served;
    }

    private double score(Flight flight, int place) {
        return flight.scores[models.indexOf(flight.request.models().get(place))];
    }

    private double count(Flight flight, int place) {
        double score = score(flight, place);
        shortfall[flight.number] = sla.alpha() - score;
        return score;
    }

    private void serve(Flight flight, int served) {
        List<String> asked = flight.request.models();
        for (int place = 0; place < asked.size(); place++) {
            double joules = world.joules()[models.indexOf(asked.get(place))];
            rule.observe(
                    flight.request,
                    Observation.answered(asked.get(place), Double.NaN, joules, place == served));
        }
    }

    private void label(Flight flight) {
        for (int place = 0; place < flight.request.models().size(); place++) {
            String model = flight.request.models().get(place);
            rule.observe(flight.request, Observation.scored(model, score(flight, place)));
        }
    }

    /** Whether the theorem holds: for every stretch, and for all that begin with the run. */
    boolean keepsThePromise() {
        return largestShortfall(unknown) <= promised()
                && largestShortfallOfAStart(unknown) <= promisedOfAStart();
    }

    /**
     * Whether it would hold without what it adds where traffic is not steady: for hard stretches,
     * for what is not known, and for what is hidden.
     */
    boolean keepsThePromiseOfSteadyTraffic() {
        double[] known = new double[unknown.length];
        double start = promisedOfSteadyTraffic() + bound.chance(mostInFlight);
        return largestShortfall(known) <= start + ahead()
                && largestShortfallOfAStart(known) <= start;
    }

    /** Whether the upper bound of Q ever cut something off. */
    boolean forgave() {
        return forgiven > ROUNDING;
    }

    /** The largest shortfall of any stretch, less what the theorem adds for its requests. */
    private double largestShortfall(double[] added) {
        double largest = 0;
        double now = 0;
        for (int i = 0; i < shortfall.length; i++) {
            now = Math.max(0, now + shortfall[i] - added[i]);
            largest = Math.max(largest, now);
        }
        return largest;
    }

    /** The same, of the stretches that begin with the run. */
    private double largestShortfallOfAStart(double[] added) {
        double largest = 0;
        double now = 0;
        for (int i = 0; i < shortfall.length; i++) {
            now += shortfall[i] - added[i];
            largest = Math.max(largest, now);
        }
        return largest;
    }

    /** What the theorem says that it is at most, in requests. */
    private double promised() {
        return promisedOfAStart() + ahead() + mostUnknownInFlight;
    }

    /** What answers may be ahead by when a stretch begins, in requests. */
    private double ahead() {
        return Priors.CREDIT_REQUESTS + mostMargin + (1 - sla.alpha()) * mostInFlight;
    }

    /** What the theorem says of the stretches that begin with the run, where nothing is ahead. */
    private double promisedOfAStart() {
        return promisedOfSteadyTraffic()
                + traffic.chance(bound, mostInFlight)
                + traffic.missed(world);
    }

    private double promisedOfSteadyTraffic() {
        return Math.max(0, maxPressure)
                + sla.alpha()
                + world.forecastError() * mostInFlight
                + bound.labelChance(sla.labels());
    }

    @Override
    public String toString() {
        return "shortfall %.1f of %.1f, %.1f of %.1f from the start; forgiven %.1f; P* %.1f, in flight %d: %s"
                .formatted(
                        largestShortfall(unknown),
                        promised(),
                        largestShortfallOfAStart(unknown),
                        promisedOfAStart(),
                        forgiven,
                        maxPressure,
                        mostInFlight,
                        world);
    }
}
