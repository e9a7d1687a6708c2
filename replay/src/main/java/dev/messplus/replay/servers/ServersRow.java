package dev.messplus.replay.servers;

import dev.messplus.replay.Estimate;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.serving.ServingResult.Window;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The figures of a policy on simulated servers at one alpha, over seeds.
 *
 * @param kind {@link PolicyKind#STREAM} or {@link PolicyKind#STATIC}
 * @param alpha average score to reach, in [0, 1]
 * @param windows the run of each seed, at least one
 * @param staticJoules energy of the best static mix for each seed, in joules per request
 * @param tolerance how far below alpha a mean score still meets it, in [0, 1]
 */
public record ServersRow(
        PolicyKind kind,
        double alpha,
        List<Window> windows,
        double[] staticJoules,
        double tolerance) {

    /** Energy of all devices, idle or not, in joules per request. */
    public Estimate energy() {
        return estimate(Window::joulesPerRequest);
    }

    /** {@link #energy} divided by that of the best static mix of the same seed. */
    public Estimate vsStaticMix() {
        return Estimate.of(
                IntStream.range(0, windows.size())
                        .mapToDouble(s -> windows.get(s).joulesPerRequest() / staticJoules[s])
                        .toArray());
    }

    /** Mean score of the answers. */
    public Estimate score() {
        return estimate(Window::score);
    }

    /** Share of seeds whose mean score reached alpha. */
    public double metShare() {
        // Allows for the rounding of a sum of scores.
        return mean(window -> window.score() >= alpha - tolerance - 1e-12 ? 1 : 0);
    }

    /** Median of the times until a server began to work on an answer, in seconds. */
    public double waitP50Seconds() {
        return mean(Window::waitP50Seconds);
    }

    /** 99th percentile of these times, in seconds. */
    public double waitP99Seconds() {
        return mean(Window::waitP99Seconds);
    }

    /**
     * Mean absolute error of the estimates of answers, as a share of the mean charge; {@code NaN}
     * if the policy estimates nothing.
     */
    public double estimateError() {
        return mean(Window::estimateError);
    }

    /** Share of the requests that got no answer. */
    public double unansweredShare() {
        return mean(window -> window.unanswered() / (double) window.requests());
    }

    /** Share of the answers that each model gave, in the order of the zoo. */
    public List<Double> modelShare() {
        return IntStream.range(0, windows.get(0).models().size())
                .mapToObj(m -> mean(window -> window.models().get(m).share()))
                .toList();
    }

    private Estimate estimate(ToDoubleFunction<Window> value) {
        return Estimate.of(windows.stream().mapToDouble(value).toArray());
    }

    private double mean(ToDoubleFunction<Window> value) {
        return windows.stream().mapToDouble(value).average().orElseThrow();
    }
}
