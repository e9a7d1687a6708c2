package dev.messplus.replay.policy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What becomes known of each request of an episode, and when. It is the same for every policy with
 * the same conditions and seed, except that raters may look at the answer that the policy served.
 *
 * <p>Time is counted in steps. Step s is the moment before request s (from 0) is decided; what
 * becomes known at step s is known to that decision. After the last request the steps go on until
 * everything is known. A policy goes through them like this:
 *
 * <pre>{@code
 * for (int step = 0; step < delivery.steps(); step++) {
 *     for (int i : delivery.due(step)) {
 *         // delivery.joulesAt(i) == step: report joules, and which answer was served
 *         // delivery.labelAt(i) == step, and the request is rated: report the score
 *         // delivery.givenUpAt(i) == step: no label will come any more
 *     }
 *     if (step < requests) {
 *         // decide request number step
 *     }
 * }
 * }</pre>
 *
 * <p>Which answer is served, and whether it is rated, is known when the request is decided: if
 * {@link #isScored}, the best by true score of those asked is served, or else the best by forecast;
 * then {@link #isRated} says whether the label comes.
 *
 * <p>A request that is slow is slow in all things: its joules are never known after its label, nor
 * after it is given up. A label that takes longer than that never comes.
 */
public final class FeedbackSchedule {

    /** The step of a label that comes too late. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** Keeps delays apart from the draws of labels. */
    private static final long DELAYS = 0xDE1A7;

    private final Conditions conditions;
    private final int patience;
    private final double[] ratings;
    private final int[] joulesAt;
    private final int[] labelAt;

    /** Requests by the step at which something is due, from {@code starts[step]} on. */
    private final int[] due;

    private final int[] starts;

    /**
     * Draws what becomes of each request.
     *
     * @param requests number of requests, at least 0
     * @param seed of all draws
     */
    public FeedbackSchedule(Conditions conditions, int requests, long seed) {
        this.conditions = conditions;
        // To have more requests in flight than there are is to learn nothing before the end.
        int inFlight = Math.min(conditions.inFlight(), requests);
        int joulesAfter = Math.min(conditions.joulesAfter(), requests);
        patience = 2 * Math.max(inFlight, 1);
        ratings = new SplittableRandom(seed).doubles(requests).toArray();
        double[] delays =
                new SplittableRandom(seed ^ DELAYS)
                        .doubles(requests)
                        .map(conditions.delay()::quantile)
                        .toArray();
        joulesAt = new int[requests];
        labelAt = new int[requests];
        for (int i = 0; i < requests; i++) {
            long after = Math.round(delays[i] * inFlight);
            labelAt[i] = after <= patience ? i + 1 + (int) after : NEVER;
            long joules = Math.round(delays[i] * joulesAfter);
            joulesAt[i] = (int) Math.min(i + 1 + joules, givenUpAt(i));
        }
        starts = new int[steps() + 1];
        due = new int[(int) events().count()];
        sortByStep();
    }

    /** Number of steps until all is known: one for each request, and some more. */
    public int steps() {
        return ratings.length + patience + 1;
    }

    /**
     * The requests of which something is due at a step, in order of arrival.
     *
     * @param step from 0
     */
    public int[] due(int step) {
        return Arrays.copyOfRange(due, starts[step], starts[step + 1]);
    }

    /** The step at which the joules of a request are known, and which answer was served. */
    public int joulesAt(int request) {
        return joulesAt[request];
    }

    /** The step at which the label of a request is known if it is rated; or {@link #NEVER}. */
    public int labelAt(int request) {
        return labelAt[request];
    }

    /** The step at which a request is given up if it has no label: after twice the time of one. */
    public int givenUpAt(int request) {
        return request + 1 + patience;
    }

    /** Whether the true scores of the answers to a request are known when one is served. */
    public boolean isScored(int request) {
        return conditions.labels() == Labels.SCORER && isRated(request, 1);
    }

    /**
     * Whether the label of a request comes.
     *
     * @param score true score of the answer served, in [0, 1]
     */
    public boolean isRated(int request, double score) {
        return labelAt[request] != NEVER
                && ratings[request] < conditions.feedbackRate() * conditions.raters().rate(score);
    }

    /**
     * Whether the label of a request that is rated says the score of each answer, also of those
     * that were not served.
     */
    public boolean labelsEveryAnswer() {
        return !conditions.raters().seeOnlyTheServedAnswer();
    }

    /** A step at which something of a request is due. */
    private record Event(int step, int request) {}

    private Stream<Event> events() {
        return IntStream.range(0, ratings.length)
                .boxed()
                .flatMap(
                        i ->
                                IntStream.of(joulesAt[i], labelAt[i], givenUpAt(i))
                                        .distinct()
                                        .filter(step -> step != NEVER)
                                        .mapToObj(step -> new Event(step, i)));
    }

    private void sortByStep() {
        events().forEach(event -> starts[event.step() + 1]++);
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        events().forEach(event -> due[next[event.step()]++] = event.request());
    }
}
