package dev.messplus.replay.serving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A server that batches step by step, see {@link ServerSpec}. Its device says when a step runs. */
final class BatchingServer {

    private final ServerSpec spec;
    private final Queue<ServerCall> waiting = new ArrayDeque<>();
    private final List<ServerCall> running = new ArrayList<>();
    private long reservedTokens;
    private double trueJoules;

    BatchingServer(ServerSpec spec) {
        this.spec = spec;
    }

    /**
     * A step.
     *
     * @param calls that take part: first those that get a token, then those whose prompt is
     *     computed
     * @param prefills tokens of the prompts of the latter
     */
    record BatchStep(
            List<ServerCall> calls,
            int decoded,
            List<Integer> prefills,
            double millis,
            double watts) {

        int prefillTokens() {
            return prefills.stream().mapToInt(Integer::intValue).sum();
        }

        double joules() {
            return watts * millis / 1e3;
        }
    }

    /**
     * Takes a call.
     *
     * @throws IllegalArgumentException if it would never fit
     */
    void add(ServerCall call) {
        if (call.reservedTokens() > spec.kvTokens()) {
            throw new IllegalArgumentException(
                    "kvTokens: must be at least the prompt and answer of every call, %d; was %d"
                            .formatted(call.reservedTokens(), spec.kvTokens()));
        }
        waiting.add(call);
    }

    /** Drops a call that nobody waits for any more. */
    void cancel(ServerCall call) {
        if (!waiting.remove(call) && running.remove(call)) {
            reservedTokens -= call.reservedTokens();
        }
    }

    boolean hasWork() {
        return !waiting.isEmpty() || !running.isEmpty();
    }

    /** Calls that it has not begun. */
    int waiting() {
        return waiting.size();
    }

    /** Calls that it works on. */
    int running() {
        return running.size();
    }

    /** Joules of its steps. */
    double trueJoules() {
        return trueJoules;
    }

    /** Begins the next step. */
    BatchStep begin(long nanos) {
        admit(nanos);
        List<ServerCall> calls = new ArrayList<>(running.size());
        long context = 0;
        for (ServerCall call : running) {
            if (call.prefillLeft() == 0) {
                calls.add(call);
                context += call.contextTokens();
            }
        }
        int decoded = calls.size();
        int budget = spec.maxBatchedTokens() - decoded;
        int prefillTokens = 0;
        List<Integer> prefills = new ArrayList<>();
        for (ServerCall call : running) {
            int tokens = Math.min(call.prefillLeft(), budget - prefillTokens);
            if (tokens > 0) {
                calls.add(call);
                context += call.contextTokens();
                prefills.add(tokens);
                prefillTokens += tokens;
            }
        }
        return new BatchStep(
                calls,
                decoded,
                prefills,
                spec.millis(calls.size(), context, prefillTokens),
                spec.watts(spec.work(decoded, prefillTokens)));
    }

    private void admit(long nanos) {
        while (!waiting.isEmpty()
                && running.size() < spec.maxSequences()
                && reservedTokens + waiting.peek().reservedTokens() <= spec.kvTokens()) {
            ServerCall call = waiting.remove();
            reservedTokens += call.reservedTokens();
            running.add(call);
            call.begin(nanos);
        }
    }

    private static void use(ServerCall call, double part, BatchStep step) {
        call.used(part * step.joules(), part * step.millis() / 1e3);
    }

    /** Ends a step: shares its joules out, and lets go of the calls that are done. */
    void end(BatchStep step, long nanos) {
        trueJoules += step.joules();
        double work = spec.work(step.decoded(), step.prefillTokens());
        for (int i = 0; i < step.calls().size(); i++) {
            ServerCall call = step.calls().get(i);
            if (i < step.decoded()) {
                use(call, spec.work(1, 0) / work, step);
                call.decoded();
            } else {
                int tokens = step.prefills().get(i - step.decoded());
                use(call, spec.work(0, tokens) / work, step);
                call.prefilled(tokens);
            }
        }
        List<ServerCall> done = running.stream().filter(ServerCall::isDone).toList();
        running.removeIf(ServerCall::isDone);
        for (ServerCall call : done) {
            reservedTokens -= call.reservedTokens();
        }
        done.forEach(call -> call.done(nanos));
    }
}
