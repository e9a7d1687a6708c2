package dev.messplus.serve.batch;

import dev.messplus.serve.kafka.FencedWriter;
import dev.messplus.serve.kafka.Membership;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredBatch;
import dev.messplus.serve.store.StoredFile;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the batches that are this door's. Each batch belongs to a partition of the topic of batches,
 * and each partition to one of the doors that are there. When a door is gone, others have its
 * partitions within seconds, and go on with its batches.
 */
public final class BatchOwner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchOwner.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    /** How long a batch that failed is left alone. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

    private static final long PAUSE_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 10;

    private final BatchRuntime runtime;
    private final int maxRunning;
    private final Membership membership;
    private final Map<Integer, FencedWriter> writers = new ConcurrentHashMap<>();
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, Long> retryNanos = new HashMap<>();
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "batch-runner");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final Thread thread = new Thread(this::run, "batch-owner");
    private long sweptNanos = System.nanoTime() - SWEEP_INTERVAL.toNanos();
    private Future<?> sweeper = CompletableFuture.completedFuture(null);
    private volatile boolean closed;

    /** A batch that runs. */
    private record Running(StoredBatch batch, BatchRunner runner, Future<?> end) {}

    /**
     * An owner, which begins.
     *
     * @param maxRunning most batches that run at a time; others wait
     */
    public BatchOwner(BatchRuntime runtime, int maxRunning) {
        this.runtime = runtime;
        this.maxRunning = maxRunning;
        membership = new Membership(runtime.topics(), runtime.topics().batches());
        runtime.metrics().watchBatches(running::size, this::waiting);
        thread.setDaemon(true);
        thread.start();
    }

    private int waiting() {
        return (int)
                runtime.store()
                        .openBatches()
                        .filter(batch -> writers.containsKey(batch.partition()))
                        .filter(batch -> !running.containsKey(batch.id()))
                        .count();
    }

    private void run() {
        while (!closed) {
            try {
                turn(membership.partitions(POLL));
            } catch (RuntimeException e) {
                LOG.warn("Batches are looked after again in a while", e);
                pause();
            }
        }
        running.values().forEach(this::stop);
        writers.values().forEach(FencedWriter::close);
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void turn(Set<Integer> partitions) {
        boolean fenced = writers.values().stream().anyMatch(FencedWriter::isFenced);
        if (fenced) {
            // Others have taken this door for absent, and it has not heard of it.
            membership.rejoin();
        }
        keep(fenced ? Set.of() : partitions);
        if (!fenced) {
            take(partitions);
            reap();
            while (startNext()) {
                // Until all run for which there is room.
            }
            sweep();
        }
    }

    /** Leaves all partitions but some. */
    private void keep(Set<Integer> partitions) {
        // Also those of partitions that have no writer at the moment.
        running.values().stream()
                .filter(run -> !partitions.contains(run.batch().partition()))
                .forEach(this::stop);
        for (Map.Entry<Integer, FencedWriter> writer : writers.entrySet()) {
            boolean lost = !partitions.contains(writer.getKey());
            if (lost || writer.getValue().isBroken()) {
                writers.remove(writer.getKey()).close();
            }
            if (lost) {
                LOG.info("The batches of partition {} are another door's", writer.getKey());
            }
        }
    }

    private void take(Set<Integer> partitions) {
        Map<Integer, FencedWriter> taken = new HashMap<>();
        try {
            for (int partition : partitions) {
                if (!writers.containsKey(partition)) {
                    taken.put(partition, runtime.store().writer(runtime.topics(), partition));
                }
            }
            if (!taken.isEmpty()) {
                // From here on, no other door changes what is known of these batches.
                runtime.store().refresh().join();
                LOG.info("The batches of the partitions {} are this door's", taken.keySet());
            }
        } catch (RuntimeException e) {
            taken.values().forEach(FencedWriter::close);
            throw e;
        }
        writers.putAll(taken);
    }

    private void stop(Running run) {
        run.runner().abandon();
        boolean unused = run.end().cancel(true);
    }

    private void reap() {
        long now = System.nanoTime();
        running.values()
                .removeIf(
                        run -> {
                            if (run.end().isDone() && !run.end().isCancelled()) {
                                retryNanos.put(run.batch().id(), now + RETRY_INTERVAL.toNanos());
                            }
                            return run.end().isDone();
                        });
        retryNanos.values().removeIf(nanos -> nanos < now);
    }

    /**
     * Starts the oldest batch of a tenant that has the fewest running. One that has nothing left to
     * do but to end needs no room.
     */
    private boolean startNext() {
        boolean room = running.size() < maxRunning;
        Optional<StoredBatch> next =
                runtime.store()
                        .openBatches()
                        .filter(batch -> writers.containsKey(batch.partition()))
                        .filter(batch -> !running.containsKey(batch.id()))
                        .filter(batch -> !retryNanos.containsKey(batch.id()))
                        .filter(batch -> room || batch.isToEnd())
                        .min(
                                Comparator.comparingLong(this::runningOfTenant)
                                        .thenComparing(batch -> batch.order().createdAtSeconds()));
        next.ifPresent(this::start);
        return next.isPresent();
    }

    private long runningOfTenant(StoredBatch batch) {
        String tenant = batch.order().tenant();
        return running.values().stream()
                .filter(run -> run.batch().order().tenant().equals(tenant))
                .count();
    }

    private void start(StoredBatch batch) {
        BatchRunner runner =
                new BatchRunner(
                        runtime, batch, () -> Optional.ofNullable(writers.get(batch.partition())));
        running.put(batch.id(), new Running(batch, runner, threads.submit(runner)));
    }

    private void sweep() {
        boolean due = System.nanoTime() - sweptNanos > SWEEP_INTERVAL.toNanos();
        if (due && sweeper.isDone() && !writers.isEmpty()) {
            sweptNanos = System.nanoTime();
            sweeper = threads.submit(() -> sweep(Map.copyOf(writers)));
        }
    }

    /** Deletes files whose time is up, one after another, and forgets batches. */
    private void sweep(Map<Integer, FencedWriter> own) {
        Store store = runtime.store();
        try {
            for (Map.Entry<Integer, FencedWriter> partition : own.entrySet()) {
                for (StoredFile file : store.expired(partition.getKey())) {
                    if (!store.isInUse(file)) {
                        runtime.chunks().delete(file.id(), file.content()).join();
                        store.delete(file).join();
                    }
                }
                for (StoredBatch batch : store.forgettable(partition.getKey())) {
                    store.forget(partition.getValue(), batch);
                }
            }
        } catch (RuntimeException e) {
            LOG.info("What is left to delete is deleted in a while: {}", e.toString());
        }
    }

    /** Leaves the batches to other doors. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
            threads.shutdownNow();
            boolean unused = threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        membership.close();
    }
}
