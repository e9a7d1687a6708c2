package dev.messplus.cli.failure;

import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.testkit.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A producer and a consumer, and what a comparison of their ledgers shows. */
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

    /** Times of a request and its first response, in milliseconds since the epoch; 0 if unknown. */
    private static final class Trip {
        long sentAtMillis;
        long seenAtMillis;
    }

    /**
     * Starts both processes.
     *
     * @param folder folder for ledgers and logs
     * @param perSecond requests per second
     */
    Traffic(MessConfig config, Path folder, int perSecond) throws IOException {
        Path sentFile = folder.resolve("sent");
        Path seenFile = folder.resolve("seen");
        TopicsSection topics = config.kafka().topics();
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

    /** Starts to send requests. */
    void go() {
        producer.ask("go");
    }

    /** Sends requests at once. */
    void burst(int count) {
        producer.ask("burst " + count);
    }

    /**
     * Stops sending requests.
     *
     * @return number of requests sent so far
     */
    long stop() {
        sent = Long.parseLong(producer.ask("stop"));
        return sent;
    }

    /** Reads what has been added to the ledgers. */
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

    /** Number of requests that the broker has acknowledged so far. */
    long acknowledged() {
        return acknowledged;
    }

    /** Number of requests sent before the last stop that have no response. */
    long unanswered() {
        return sent - answered;
    }

    /** Number of responses beyond the first to a request so far. */
    long repeated() {
        return repeated;
    }

    /** The process of the consumer. */
    JavaProcess consumer() {
        return consumer;
    }

    /**
     * Longest time from the fault, or from the request if it was sent later, to its first response,
     * in milliseconds.
     */
    long longestWaitMillis(long faultAtMillis) {
        return trips.values().stream()
                .filter(trip -> trip.seenAtMillis >= faultAtMillis)
                .mapToLong(trip -> trip.seenAtMillis - Math.max(trip.sentAtMillis, faultAtMillis))
                .max()
                .orElse(0);
    }

    /** Longest time after the fault without any response, in milliseconds. */
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
