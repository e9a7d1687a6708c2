package dev.messplus.cli.failure;

import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsConfig;
import dev.messplus.local.fixture.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The producer and the consumer, and what their ledgers say when they are laid side by side. */
final class Traffic implements AutoCloseable {

    private static final String HEAP = "256m";

    private final JavaProcess producer;
    private final JavaProcess consumer;
    private final Ledger sentLedger;
    private final Ledger seenLedger;
    private final Map<String, Trip> trips = new HashMap<>();
    private long sent;
    private long acknowledged;
    private long answered;
    private long repeated;

    /** A request and its first response, in milliseconds since the epoch; 0 is not yet. */
    private static final class Trip {
        long sentAtMillis;
        long seenAtMillis;
    }

    /**
     * Starts both.
     *
     * @param folder for the ledgers and logs
     * @param perSecond requests a second
     */
    Traffic(MessConfig config, Path folder, int perSecond) throws IOException {
        Path sentFile = folder.resolve("sent");
        Path seenFile = folder.resolve("seen");
        TopicsConfig topics = config.kafka().topics();
        consumer =
                start(
                        RatingConsumer.class,
                        folder,
                        config.kafka().bootstrap(),
                        topics.responses(),
                        topics.feedback(),
                        seenFile.toString());
        producer =
                start(
                        LoadProducer.class,
                        folder,
                        config.kafka().bootstrap(),
                        topics.requests(),
                        sentFile.toString(),
                        String.valueOf(perSecond));
        sentLedger = new Ledger(sentFile);
        seenLedger = new Ledger(seenFile);
    }

    /** Has requests flow. */
    void go() {
        producer.tell("go");
    }

    /**
     * Has no more requests flow.
     *
     * @return how many did, all told
     */
    long stop() {
        sent = Long.parseLong(producer.tell("stop"));
        return sent;
    }

    /** Reads on in the ledgers. */
    void update() throws IOException {
        sentLedger.read(
                (id, atMillis) -> {
                    trip(id).sentAtMillis = atMillis;
                    acknowledged++;
                });
        seenLedger.read(
                (id, atMillis) -> {
                    Trip trip = trip(id);
                    if (trip.seenAtMillis == 0) {
                        trip.seenAtMillis = atMillis;
                        answered++;
                    } else {
                        repeated++;
                    }
                });
    }

    /** Requests that the broker has acknowledged, all told. */
    long acknowledged() {
        return acknowledged;
    }

    /** Requests that were sent before the last stop and have no response. */
    long unanswered() {
        return sent - answered;
    }

    /** Responses beyond the first to a request, all told. */
    long repeated() {
        return repeated;
    }

    /** The consumer, to pause it. */
    JavaProcess consumer() {
        return consumer;
    }

    /**
     * The longest that a request waited for its first response, in milliseconds, counted from the
     * fault or, when it was sent later, from then.
     */
    long longestWaitMillis(long faultAtMillis) {
        return trips.values().stream()
                .filter(trip -> trip.seenAtMillis >= faultAtMillis)
                .mapToLong(trip -> trip.seenAtMillis - Math.max(trip.sentAtMillis, faultAtMillis))
                .max()
                .orElse(0);
    }

    /** The longest from the fault on that no response came, in milliseconds. */
    long longestSilenceMillis(long faultAtMillis) {
        long longest = 0;
        long last = faultAtMillis;
        for (long atMillis :
                trips.values().stream()
                        .mapToLong(trip -> trip.seenAtMillis)
                        .filter(atMillis -> atMillis >= faultAtMillis)
                        .sorted()
                        .toArray()) {
            longest = Math.max(longest, atMillis - last);
            last = atMillis;
        }
        return longest;
    }

    private Trip trip(String id) {
        return trips.computeIfAbsent(id, unused -> new Trip());
    }

    private static JavaProcess start(Class<?> main, Path folder, String... args)
            throws IOException {
        return JavaProcess.start(main, HEAP, folder.resolve(main.getSimpleName() + ".log"), args);
    }

    @Override
    public void close() throws InterruptedException {
        producer.close();
        consumer.close();
    }
}
