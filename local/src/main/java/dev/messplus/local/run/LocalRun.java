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

/** Sends prompts through a stack and follows their answers. */
final class LocalRun implements AutoCloseable {

    /** How long nothing may happen before a run counts as stuck. */
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
        producer = new Producer(stack.bootstrap(), topics.requests(), Map.of());
        answers = new Answers(stack.bootstrap(), topics.responses());
    }

    /**
     * Sends prompts under an SLA and waits until every one is answered.
     *
     * @param perSecond prompts a second; 0 for as fast as can be
     * @return the answers in the order in which they came
     * @throws IllegalStateException when the job ends or nothing happens for two minutes
     */
    List<Response> run(String sla, List<Prompt> prompts, double perSecond) throws Exception {
        double alpha = stack.config().slas().get(sla).alpha();
        RunStats stats = new RunStats(alpha, List.copyOf(stack.config().zoo().keySet()));
        Map<String, Prompt> missing =
                prompts.stream().collect(Collectors.toMap(Prompt::id, prompt -> prompt));
        List<Response> come = new ArrayList<>(prompts.size());
        Future<?> sending = sender.submit(() -> producer.send(prompts, sla, perSecond));
        long lastNanos = System.nanoTime();
        try (Progress progress = Progress.of(sla, prompts.size(), plain, out)) {
            while (!missing.isEmpty()) {
                for (Response answer : answers.poll()) {
                    if (missing.remove(answer.id()) != null) {
                        if (firstAnswerNanos == 0) {
                            firstAnswerNanos = System.nanoTime();
                        }
                        come.add(answer);
                        stats.add(answer);
                        lastNanos = System.nanoTime();
                    }
                }
                progress.update(come.size(), alpha > 0 ? stats.line() : "");
                requireProgress(sending, lastNanos, missing.keySet());
            }
        }
        return come;
    }

    /** When the first answer of all came, as {@link System#nanoTime} tells it. */
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
                throw new IllegalStateException("prompts could not be sent", e.getCause());
            }
            if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "no answer for %d s; %d are missing, one is %s"
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
