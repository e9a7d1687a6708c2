package dev.messplus.replay.serving;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.ledger.LedgerCharge;
import dev.messplus.infer.admission.HeldRequest;
import dev.messplus.infer.charge.CallCharge;
import dev.messplus.infer.charge.CallEnergy;
import dev.messplus.infer.charge.LateEnergy;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.ServerWork;
import dev.messplus.record.TokenCounts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * The calls of one decided request, and what the product would record of them. A failure of a call
 * is final for its model, as that of an attempt that is not worth another.
 */
final class RoutedCalls {

    /** Standard deviations on either side of a figure, as a meter of devices states it. */
    private static final double DEVIATIONS = 2;

    private static final String SOURCE = "simulated";

    private final SimulatedRequest request;
    private final PendingRequest pending;
    private final HeldRequest held;
    private final ServedWorld world;
    private final Map<String, EndedCall> ended = new LinkedHashMap<>();
    private final Map<String, CallCharge> charges = new LinkedHashMap<>();
    private final Set<String> refused = new HashSet<>();
    private int open;

    RoutedCalls(
            SimulatedRequest request, PendingRequest pending, HeldRequest held, ServedWorld world) {
        this.request = request;
        this.pending = pending;
        this.held = held;
        this.world = world;
    }

    SimulatedRequest request() {
        return request;
    }

    PendingRequest pending() {
        return pending;
    }

    HeldRequest held() {
        return held;
    }

    private RoutedRequest routed() {
        return held.routed();
    }

    /** Whether no call has ended. */
    boolean isUncalled() {
        return ended.isEmpty();
    }

    /** A call begins, or will as soon as it has a place. */
    void begins() {
        open++;
    }

    /** A call has ended; returns whether no other one is open. */
    boolean ends(EndedCall call) {
        refused.remove(call.model());
        ended.put(call.model(), call);
        charges.put(call.model(), charge(call));
        return --open == 0;
    }

    /** A call got no place; returns whether no other one is open. */
    boolean refused(String model) {
        refused.add(model);
        return --open == 0;
    }

    private CallCharge charge(EndedCall call) {
        LedgerCharge charge = call.charge();
        EnergyCharge energy =
                new EnergyCharge(
                        () -> reading(charge),
                        charge.settled().thenApply(last -> reading(charge)),
                        waitMillis(call));
        return call.ok()
                ? new CallCharge(energy, List.of())
                : new CallCharge(null, List.of(energy));
    }

    /** As a meter of devices decides it. */
    private long waitMillis(EndedCall call) {
        if (call.charge().isSettled()) {
            return 0;
        }
        long millis = world.metering(call.model()).settleMillis();
        long settleNanos = world.ledger(call.model()).settleNanos();
        return settleNanos <= TimeUnit.MILLISECONDS.toNanos(millis) ? millis : 0;
    }

    private static EnergyReading reading(LedgerCharge charge) {
        LedgerCharge.Figure figure = charge.figure();
        return Double.isNaN(figure.joules())
                ? new EnergyReading(Double.NaN, SOURCE)
                : new EnergyReading(
                        figure.joules(),
                        figure.idleJoules(),
                        DEVIATIONS * Math.sqrt(figure.variance()),
                        SOURCE);
    }

    /** Ranks of the models that may still be called. */
    List<Integer> left() {
        return IntStream.range(0, routed().ranking().size())
                .filter(rank -> !ended.containsKey(routed().ranking().get(rank)))
                .boxed()
                .toList();
    }

    boolean hasAnswer() {
        return ended.values().stream().anyMatch(EndedCall::ok);
    }

    boolean hasFailed() {
        return ended.values().stream().anyMatch(call -> !call.ok());
    }

    /**
     * Rank of the model that the plan asks next, now that one has answered and is scored; -1 if the
     * best answer so far is to be served.
     */
    int planned() {
        AnswerPlan plan = routed().plan();
        if (plan == null || !hasAnswer()) {
            return -1;
        }
        double[] scores = new double[plan.costs().length];
        for (int rank = 0; rank < scores.length; rank++) {
            scores[rank] = score(routed().ranking().get(rank));
        }
        return plan.next(scores);
    }

    /** As a plan takes it: {@code NaN} of a model that was not asked. */
    private double score(String model) {
        EndedCall call = ended.get(model);
        if (call == null) {
            return refused.contains(model) ? AnswerPlan.NO_ANSWER : Double.NaN;
        }
        return call.ok() ? world.score(model, request) : AnswerPlan.NO_ANSWER;
    }

    /** What to wait for before the answer is reported. */
    List<CallCharge> unsettled() {
        return charges.values().stream().filter(charge -> charge.waitMillis() > 0).toList();
    }

    /** Id of the model whose answer is served: the best by score; {@code null} if there is none. */
    String served(boolean scored) {
        String best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (int rank = 0; rank < routed().ranking().size(); rank++) {
            String model = routed().ranking().get(rank);
            EndedCall call = ended.get(model);
            if (call == null || !call.ok()) {
                continue;
            }
            double accuracy =
                    scored ? world.score(model, request) : routed().predictedScores()[rank];
            if (accuracy > most) {
                best = model;
                most = accuracy;
            }
        }
        return best;
    }

    ServedResponse response(String served) {
        double estimate =
                served == null
                        ? Double.NaN
                        : routed().estimatedJoules()[routed().ranking().indexOf(served)];
        return new ServedResponse(served, estimate, List.copyOf(ended.values()));
    }

    /**
     * The measurements of all calls, that which settles the request last.
     *
     * @param served id of the model whose answer is served; {@code null} if there is none
     * @param scored whether the answers are scored
     * @param late receives what the meter will report later
     * @param unavailable for how long a model must not be called, in milliseconds
     */
    List<Measurement> measurements(
            String served,
            boolean scored,
            List<LateEnergy> late,
            ToLongFunction<String> unavailable) {
        String last = served == null ? routed().ranking().get(0) : served;
        List<String> models = new ArrayList<>();
        for (String model : routed().ranking()) {
            boolean asked = ended.containsKey(model) || refused.contains(model);
            if (asked && !model.equals(last)) {
                models.add(model);
            }
        }
        models.add(last);
        return models.stream()
                .map(
                        model ->
                                measurement(
                                        model,
                                        model.equals(last),
                                        scored,
                                        late,
                                        unavailable.applyAsLong(model)))
                .toList();
    }

    private Measurement measurement(
            String model,
            boolean settles,
            boolean scored,
            List<LateEnergy> late,
            long unavailableMillis) {
        EndedCall call = ended.get(model);
        CallCharge charge = charges.getOrDefault(model, CallCharge.NONE);
        CallEnergy energy = charge.now();
        boolean ok = call != null && call.ok();
        double estimate = routed().estimatedJoules()[routed().ranking().indexOf(model)];
        if (ok && !energy.known() && !Double.isNaN(estimate)) {
            energy = energy.assuming(estimate);
        }
        Measurement measurement =
                MeasurementBuilder.builder()
                        .requestId(request.id())
                        .model(model)
                        .score(ok && scored ? world.score(model, request) : Double.NaN)
                        .energy(energy.answer())
                        .tokens(tokens(call))
                        .work(work(call))
                        .served(settles)
                        .error(ok ? null : "no answer")
                        .failed(energy.failed())
                        .unavailableMillis(ok ? 0 : unavailableMillis)
                        .decision(routed().decision())
                        .build();
        if (!energy.settled()) {
            late.add(LateEnergy.of(routed(), measurement, charge, energy));
        }
        return measurement;
    }

    private TokenCounts tokens(EndedCall call) {
        return call == null || !call.ok()
                ? TokenCounts.UNKNOWN
                : new TokenCounts(request.promptTokens(), request.cachedTokens(), call.tokens());
    }

    private static ServerWork work(EndedCall call) {
        if (call == null || !call.ok()) {
            return ServerWork.UNKNOWN;
        }
        double seconds =
                Double.isNaN(call.workSeconds()) ? call.millis() / 1_000 : call.workSeconds();
        return new ServerWork(seconds, call.concurrency(), false, 0, false);
    }
}
