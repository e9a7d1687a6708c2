package dev.messplus.replay.serving;

import dev.messplus.energy.EnergyAccount;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run was like.
 *
 * @param models ids of the zoo, in its order
 * @param served the requests that were answered, or got no answer, in this order
 * @param usedJoules what each device had used since the start, after each full second from 0
 * @param devices the devices at the end
 * @param arrived number of requests that have arrived
 */
public record ServingResult(
        List<String> models,
        List<Served> served,
        List<double[]> usedJoules,
        List<DeviceFigures> devices,
        long arrived) {

    /**
     * A request that was answered, or got no answer.
     *
     * @param arrivedSeconds when it arrived, since the start
     * @param endedSeconds when it was answered, since the start
     * @param score of its answer, in [0, 1]; {@code NaN} without one
     * @param response what was called for it
     */
    public record Served(
            double arrivedSeconds, double endedSeconds, double score, ServedResponse response) {

        /** Whether it was answered. */
        boolean ok() {
            return response.model() != null;
        }

        /** The call that was served; without an answer the last one; {@code null} without calls. */
        EndedCall call() {
            EndedCall last = null;
            for (EndedCall call : response.calls()) {
                last = call;
                if (call.ok() && call.model().equals(response.model())) {
                    return call;
                }
            }
            return last;
        }

        /** Time from its arrival until a server began to work on its answer, in seconds. */
        double waitSeconds() {
            EndedCall call = call();
            return call == null || Double.isNaN(call.beganSeconds())
                    ? endedSeconds - arrivedSeconds
                    : call.beganSeconds() - arrivedSeconds;
        }

        /** By how much the estimate of its answer was off what was charged, in joules. */
        double errorJoules() {
            return ok()
                    ? response.estimatedJoules() - call().charge().figure().joules()
                    : Double.NaN;
        }
    }

    /**
     * A device at the end.
     *
     * @param usedJoules what it has used
     * @param idleJoules what it has used while no server made a step
     * @param readJoules what its counter showed at the last reading
     * @param account what the ledger made of that
     */
    public record DeviceFigures(
            double usedJoules, double idleJoules, double readJoules, EnergyAccount account) {

        /** What the ledger has booked, in sum. */
        double bookedJoules() {
            return account.attributedJoules()
                    + account.inFlightJoules()
                    + account.idleJoules()
                    + account.otherClientsJoules()
                    + account.unmeteredJoules();
        }
    }

    /**
     * One model in a window.
     *
     * @param share of the answered requests that were answered by it
     * @param calls number of its calls
     * @param failed how many of them brought no answer
     * @param trueJoules mean of the true joules of its calls that were answered
     * @param chargedJoules mean of what these were charged; both {@code NaN} without any
     */
    public record ModelFigures(
            String model,
            double share,
            long calls,
            long failed,
            double trueJoules,
            double chargedJoules) {}

    /**
     * A window of time.
     *
     * @param requests number that ended in it
     * @param unanswered how many of them got no answer
     * @param joulesPerRequest what all devices used in it, by request that ended in it
     * @param score mean score of the answers
     * @param waitP50Seconds median of the waits for a server's work
     * @param waitP99Seconds 99th percentile of these
     * @param estimateError mean absolute error of the estimates of answers, as a share of the mean
     *     charge; {@code NaN} if nothing was estimated
     * @param models in the order of the zoo
     */
    @RecordBuilder
    public record Window(
            int requests,
            int unanswered,
            double joulesPerRequest,
            double score,
            double waitP50Seconds,
            double waitP99Seconds,
            double estimateError,
            List<ModelFigures> models) {

        /** One model. */
        public ModelFigures of(String model) {
            return models.stream()
                    .filter(figures -> figures.model().equals(model))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * The figures of a window.
     *
     * @param fromSecond full seconds since the start
     * @param toSecond at most the length of the run
     */
    public Window window(int fromSecond, int toSecond) {
        List<Served> ended =
                served.stream()
                        .filter(
                                request ->
                                        request.endedSeconds() >= fromSecond
                                                && request.endedSeconds() < toSecond)
                        .toList();
        List<Served> answered = ended.stream().filter(Served::ok).toList();
        double joules =
                Arrays.stream(usedJoules.get(toSecond)).sum()
                        - Arrays.stream(usedJoules.get(fromSecond)).sum();
        double[] waits = ended.stream().mapToDouble(Served::waitSeconds).sorted().toArray();
        return ServingResultWindowBuilder.builder()
                .requests(ended.size())
                .unanswered(ended.size() - answered.size())
                .joulesPerRequest(joules / ended.size())
                .score(mean(answered, Served::score))
                .waitP50Seconds(quantile(waits, 0.5))
                .waitP99Seconds(quantile(waits, 0.99))
                .estimateError(
                        mean(answered, request -> Math.abs(request.errorJoules()))
                                / mean(
                                        answered,
                                        request -> request.call().charge().figure().joules()))
                .models(
                        models.stream()
                                .map(model -> figures(model, ended, answered.size()))
                                .toList())
                .build();
    }

    private static ModelFigures figures(String model, List<Served> ended, int answered) {
        List<EndedCall> calls = new ArrayList<>();
        for (Served request : ended) {
            for (EndedCall call : request.response().calls()) {
                if (call.model().equals(model)) {
                    calls.add(call);
                }
            }
        }
        List<EndedCall> ok = calls.stream().filter(EndedCall::ok).toList();
        long servedByIt =
                ended.stream().filter(request -> model.equals(request.response().model())).count();
        return new ModelFigures(
                model,
                servedByIt / (double) answered,
                calls.size(),
                calls.size() - (long) ok.size(),
                mean(ok, EndedCall::trueJoules),
                mean(ok, call -> call.charge().figure().joules()));
    }

    /** Mean of the values that are known; {@code NaN} if there are none. */
    private static <T> double mean(List<T> of, ToDoubleFunction<T> value) {
        return of.stream()
                .mapToDouble(value)
                .filter(known -> !Double.isNaN(known))
                .average()
                .orElse(Double.NaN);
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }
}
