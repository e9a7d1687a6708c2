package dev.messplus.local.run;

import dev.messplus.record.Response;
import dev.messplus.report.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Sends prompts through a stack and waits for their answers. */
final class LocalRun implements AutoCloseable {

    /** A run without an answer for this long counts as stuck. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * How fast prompts are sent.
     *
     * @param perSecond prompts per second; 0 sends them as fast as the broker takes them
     * @param mostUnanswered prompts that may be unanswered at a time
     */
    record Pace(double perSecond, int mostUnanswered) {

        static Pace of(double perSecond) {
            return new Pace(perSecond, Integer.MAX_VALUE);
        }
    }

    private final LocalStack stack;
    private final PrintStream out;
    private final boolean plain;
    private final Producer producer;
    private final Answers answers;
    private final ExecutorService sender = Executors.newSingleThreadExecutor();

    private long firstAnswerNanos;

    LocalRun(LocalStack stack, PrintStream out, boolean plain) {
        this.stack = stack;
        this.out = out;
        this.plain = plain;
        var topics = stack.config().kafka().topics();
        producer = new Producer(stack.bootstrap(), topics.requests());
        answers = new Answers(stack.bootstrap(), topics.responses());
    }

    /**
     * Sends prompts under an SLA and waits until every one is answered.
     *
     * @param pace how fast they are sent
     * @return the answers in order of arrival
     * @throws IllegalStateException if the job ends, or no answer arrives for two minutes
     */
    List<Response> run(String sla, List<LabelledPrompt> prompts, Pace pace) throws Exception {
        double alpha = stack.config().slas().get(sla).alpha();
        RunStats stats = new RunStats(alpha, List.copyOf(stack.config().zoo().keySet()));
        Map<String, LabelledPrompt> missing =
                prompts.stream().collect(Collectors.toMap(LabelledPrompt::id, prompt -> prompt));
        List<Response> arrived = new ArrayList<>(prompts.size());
        Semaphore mayBeSent = new Semaphore(pace.mostUnanswered());
        Future<?> sending =
                sender.submit(
                        () -> {
                            producer.send(prompts, sla, pace.perSecond(), mayBeSent);
                            return null;
                        });
        long lastNanos = System.nanoTime();
        try (Progress progress = Progress.of(sla, prompts.size(), plain, out)) {
            while (!missing.isEmpty()) {
                for (Response answer : answers.poll()) {
                    // Passes send the same ids; one may be answered twice after a failure.
                    if (answer.sla().equals(sla) && missing.remove(answer.id()) != null) {
                        if (firstAnswerNanos == 0) {
                            firstAnswerNanos = System.nanoTime();
                        }
                        arrived.add(answer);
                        mayBeSent.release();
                        stats.add(answer);
                        lastNanos = System.nanoTime();
                    }
                }
                progress.update(arrived.size(), alpha > 0 ? stats.line() : "");
                requireProgress(
                        sending, mayBeSent.availablePermits() > 0, lastNanos, missing.keySet());
            }
        }
        return arrived;
    }

    /** When the first answer arrived, on the clock of {@link System#nanoTime}. */
    long firstAnswerNanos() {
        return firstAnswerNanos;
    }

    private void requireProgress(
            Future<?> sending, boolean mayBeSent, long lastNanos, Set<String> missing)
            throws Exception {
        stack.requireRunning();
        if (sending.isDone()) {
            try {
                sending.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the prompts could not be sent", e.getCause());
            }
        }
        boolean onlyWaits = sending.isDone() || !mayBeSent;
        if (onlyWaits && System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
            throw new IllegalStateException(
                    "no answer for %d s; %d prompts are unanswered, one of them is %s"
                            .formatted(
                                    PATIENCE.toSeconds(),
                                    missing.size(),
                                    missing.iterator().next()));
        }
    }

    @Override
    public void close() throws InterruptedException {
        sender.shutdownNow();
        if (!sender.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the producer did not stop");
        }
        producer.close();
        answers.close();
    }
}
