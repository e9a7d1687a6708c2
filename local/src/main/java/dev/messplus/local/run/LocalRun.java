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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Sends prompts through a stack and waits for their answers. */
final class LocalRun implements AutoCloseable {

    /** A run without an answer for this long counts as stuck. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
     * @param perSecond prompts per second; 0 sends them as fast as the broker takes them
     * @return the answers in order of arrival
     * @throws IllegalStateException if the job ends, or no answer arrives for two minutes
     */
    List<Response> run(String sla, List<LabelledPrompt> prompts, double perSecond)
            throws Exception {
        double alpha = stack.config().slas().get(sla).alpha();
        RunStats stats = new RunStats(alpha, List.copyOf(stack.config().zoo().keySet()));
        Map<String, LabelledPrompt> missing =
                prompts.stream().collect(Collectors.toMap(LabelledPrompt::id, prompt -> prompt));
        List<Response> arrived = new ArrayList<>(prompts.size());
        Future<?> sending = sender.submit(() -> producer.send(prompts, sla, perSecond));
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
                        stats.add(answer);
                        lastNanos = System.nanoTime();
                    }
                }
                progress.update(arrived.size(), alpha > 0 ? stats.line() : "");
                requireProgress(sending, lastNanos, missing.keySet());
            }
        }
        return arrived;
    }

    /** When the first answer arrived, on the clock of {@link System#nanoTime}. */
    long firstAnswerNanos() {
        return firstAnswerNanos;
    }

    private void requireProgress(Future<?> sending, long lastNanos, Set<String> missing)
            throws Exception {
        stack.requireRunning();
        if (sending.isDone()) {
            try {
                sending.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the prompts could not be sent", e.getCause());
            }
            if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "no answer for %d s; %d prompts are unanswered, one of them is %s"
                                .formatted(
                                        PATIENCE.toSeconds(),
                                        missing.size(),
                                        missing.iterator().next()));
            }
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
