package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.infer.admission.ByteBudget;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.charge.Corrections;
import dev.messplus.infer.charge.LateEnergy;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.sharing.Futures;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Scores answers after one of them was served. They are no part of a checkpoint: what is not scored
 * when a task fails stays without a score, as an answer whose scorer fails does.
 */
final class LateScores {

    private final Scoring scoring;
    private final Corrections corrections;
    private final Limits limits;
    private final Consumer<InferenceOutcome> late;
    private final Runnable whenScored;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * What may wait for scores.
     *
     * @param answers at a time, at least 1, beside those of the calls that are in flight then
     * @param bytes of these answers and their requests
     * @param timeoutMillis how long an answer waits, in milliseconds
     */
    record Limits(int answers, ByteBudget bytes, long timeoutMillis) {}

    /**
     * Scores no answer yet.
     *
     * @param corrections follow what the scorers' calls take
     * @param late accepts scores, on any thread
     * @param whenScored runs, on any thread, whenever an answer waits no longer
     */
    LateScores(
            Scoring scoring,
            Corrections corrections,
            Limits limits,
            Consumer<InferenceOutcome> late,
            Runnable whenScored) {
        this.scoring = scoring;
        this.corrections = corrections;
        this.limits = limits;
        this.late = late;
        this.whenScored = whenScored;
    }

    /** Whether no call is to begin until fewer answers wait for their scores. */
    boolean isFull() {
        return open.get() >= limits.answers;
    }

    /** Answers that wait for their scores. */
    int open() {
        return open.get();
    }

    /**
     * Scores answers to a request that was answered.
     *
     * @param checkpoint number of the last checkpoint before the records of the request
     */
    void score(RoutedRequest routed, List<Answer> answers, long checkpoint) {
        for (Answer answer : answers) {
            score(routed, answer, checkpoint);
        }
    }

    private void score(RoutedRequest routed, Answer answer, long checkpoint) {
        // Forced, like that of an answer: requests wait for bytes, not those that were answered.
        ByteBudget.Lease lease =
                limits.bytes.take(Footprint.of(routed) + Footprint.of(answer.completion()));
        open.incrementAndGet();
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.timeoutMillis);
        Futures.whenComplete(
                scoring.score(routed.request(), answer, untilNanos),
                (scored, bug) -> {
                    if (bug == null) {
                        accept(routed, scored, checkpoint);
                    }
                    lease.close();
                    open.decrementAndGet();
                    whenScored.run();
                });
    }

    private void accept(RoutedRequest routed, Answer scored, long checkpoint) {
        Measurement measurement =
                MeasurementBuilder.builder()
                        .requestId(routed.request().id())
                        .sla(routed.request().sla())
                        .model(scored.model())
                        .score(scored.score())
                        .afterServing(true)
                        .decision(routed.decision())
                        .checkpoint(checkpoint)
                        .build();
        if (!Double.isNaN(scored.score())) {
            late.accept(InferenceOutcome.of(measurement));
        }
        List<EnergyCharge> charges = scored.scoringCharges();
        if (!charges.isEmpty()) {
            corrections.follow(
                    List.of(LateEnergy.ofScoring(routed, measurement, charges)), checkpoint);
        }
    }
}
