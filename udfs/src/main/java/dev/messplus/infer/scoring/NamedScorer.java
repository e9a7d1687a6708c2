package dev.messplus.infer.scoring;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.admission.NotPermittedException;
import dev.messplus.infer.admission.Permit;
import dev.messplus.infer.call.ModelLatency;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.OwnerParams;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScoringException;
import dev.messplus.sharing.Futures;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scorer of the configuration: within its time, and within its places and behind its circuit
 * breaker if it has any. It counts what it does, and logs why it fails, once a minute at most.
 */
final class NamedScorer implements Scorer {

    private static final Logger LOG = LoggerFactory.getLogger(NamedScorer.class);

    /**
     * How much earlier a scorer is to be ready than its score is waited for: what it was charged is
     * known then, even if it gives up.
     */
    private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String name;
    private final Scorer scorer;
    private final long timeoutMillis;
    private final ModelLatency latency;
    private final ModelPlaces places;
    private final Deadlines deadlines;
    private final ScorerStatistics statistics = new ScorerStatistics();
    private final AtomicLong logAgainNanos;

    /**
     * A scorer with a name.
     *
     * @param timeoutMillis how long a score may take, in milliseconds, at least 1
     * @param places at a time; {@code null} for no limit and no circuit breaker
     */
    NamedScorer(
            String name,
            Scorer scorer,
            long timeoutMillis,
            ModelPlaces places,
            Deadlines deadlines) {
        this.name = name;
        this.scorer = scorer;
        this.timeoutMillis = timeoutMillis;
        this.latency = new ModelLatency(timeoutMillis, OwnerParams.NONE, deadlines::nanoTime);
        this.places = places;
        this.deadlines = deadlines;
        this.logAgainNanos = new AtomicLong(deadlines.nanoTime());
    }

    ScorerStatistics statistics() {
        return statistics;
    }

    /**
     * Mean time of a score, in nanoseconds; 0 before the first one, and for scores that are there
     * at once.
     */
    double meanNanos() {
        return latency.meanNanos();
    }

    /** Until when a score is waited for that somebody waits for until {@code deadlineNanos}. */
    private long untilNanos(long deadlineNanos) {
        long now = deadlines.nanoTime();
        long leftNanos = deadlineNanos - now;
        return TimeUnit.NANOSECONDS.toMillis(leftNanos) < timeoutMillis
                ? deadlineNanos
                : now + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    @Override
    public boolean isQuick(AnsweredRequest answered) {
        return scorer.isQuick(answered);
    }

    @Override
    public CompletableFuture<Score> score(AnsweredRequest answered, long deadlineNanos) {
        long beganNanos = deadlines.nanoTime();
        long untilNanos = untilNanos(deadlineNanos);
        CompletableFuture<Score> result = new CompletableFuture<>();
        CompletableFuture<Score> work = begin(answered, untilNanos);
        Futures.whenComplete(
                work,
                (score, failure) -> {
                    if (failure == null) {
                        result.complete(score);
                    } else {
                        result.completeExceptionally(named(failure));
                    }
                });
        if (!result.isDone()) {
            Deadline deadline =
                    deadlines.at(
                            untilNanos,
                            () -> {
                                result.completeExceptionally(outOfTime(beganNanos));
                                work.cancel(true);
                            });
            Futures.whenComplete(
                    result,
                    (score, failure) -> {
                        deadline.cancel();
                        if (failure == null) {
                            long nanos = deadlines.nanoTime() - beganNanos;
                            latency.answered(nanos, Double.NaN, false);
                        }
                    });
        }
        Futures.whenComplete(
                result,
                (score, failure) -> {
                    count(score, failure, beganNanos);
                    countUnmetered(charges(score, failure));
                });
        return result;
    }

    private CompletableFuture<Score> begin(AnsweredRequest answered, long untilNanos) {
        if (places == null) {
            return ask(answered, untilNanos);
        }
        return places.acquire(untilNanos).thenCompose(permit -> ask(answered, untilNanos, permit));
    }

    private CompletableFuture<Score> ask(AnsweredRequest answered, long untilNanos, Permit permit) {
        long beganNanos = deadlines.nanoTime();
        long limitNanos = latency.limitNanos(0);
        latency.asked();
        CompletableFuture<Score> asked = ask(answered, untilNanos);
        // Whoever waits no longer cancels what depends on it, so this has a deadline of its own.
        Deadline deadline = deadlines.at(untilNanos, () -> asked.cancel(true));
        Futures.whenComplete(
                asked,
                (score, failure) -> {
                    deadline.cancel();
                    long nanos = deadlines.nanoTime() - beganNanos;
                    boolean cut = failure instanceof CancellationException;
                    latency.ended(!cut);
                    if (failure == null) {
                        permit.answered(nanos, Double.NaN, Double.NaN);
                    } else if (!deadlines.isClosed()
                            && (!cut || latency.blames(nanos, limitNanos))) {
                        permit.failed(nanos, fault(failure));
                    }
                    permit.release();
                });
        return asked;
    }

    /** Without any text of a request: it is quoted in the errors of others. */
    private static String fault(Throwable failure) {
        return failure instanceof CancellationException
                ? "it gives no score in time"
                : failure instanceof ScoringException
                        ? failure.getMessage()
                        : "it fails with " + failure.getClass().getName();
    }

    private CompletableFuture<Score> ask(AnsweredRequest answered, long untilNanos) {
        long marginNanos = Math.min(MARGIN_NANOS, (untilNanos - deadlines.nanoTime()) / 2);
        try {
            return scorer.score(answered, untilNanos - Math.max(0, marginNanos));
        } catch (RuntimeException | StackOverflowError e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private ScoringException named(Throwable failure) {
        if (failure instanceof ScoringException e) {
            return new ScoringException(name + ": " + e.getMessage(), e.getCause(), e.charges());
        }
        if (failure instanceof NotPermittedException) {
            return new ScoringException(failure.getMessage());
        }
        return new ScoringException(name + ": " + failure, failure, List.of());
    }

    private ScoringException outOfTime(long beganNanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadlines.nanoTime() - beganNanos);
        return new ScoringException(name + ": gave no score within " + millis + " ms");
    }

    private void count(Score score, Throwable failure, long beganNanos) {
        long now = deadlines.nanoTime();
        statistics.millis.update(TimeUnit.NANOSECONDS.toMillis(now - beganNanos));
        if (failure == null) {
            (score.isKnown() ? statistics.scores : statistics.unscored).increment();
            return;
        }
        statistics.failures.increment();
        long logAgain = logAgainNanos.get();
        if (!deadlines.isClosed()
                && now - logAgain >= 0
                && logAgainNanos.compareAndSet(logAgain, now + LOG_EVERY_NANOS)) {
            LOG.warn(
                    "An answer was not scored. {} ({} since the start)",
                    failure.getMessage(),
                    statistics.failures.sum(),
                    failure.getCause());
        }
    }

    private static List<EnergyCharge> charges(Score score, Throwable failure) {
        if (failure == null) {
            return score.charges();
        }
        return failure instanceof ScoringException e ? e.charges() : List.of();
    }

    private void countUnmetered(List<EnergyCharge> charges) {
        for (EnergyCharge charge : charges) {
            Futures.whenComplete(
                    charge.settled(),
                    (reading, bug) -> {
                        if (bug == null && !reading.known()) {
                            statistics.unmetered.increment();
                        }
                    });
        }
    }

    @Override
    public void close() throws Exception {
        scorer.close();
    }
}
