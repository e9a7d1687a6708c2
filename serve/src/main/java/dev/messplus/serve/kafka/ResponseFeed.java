package dev.messplus.serve.kafka;

import dev.messplus.batch.kafka.AnswerReader;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.batch.line.LineAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the responses to the requests of a door, from when it starts. Nobody waits for earlier
 * ones: their callers' connections ended with the door.
 */
public final class ResponseFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResponseFeed.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long RETRY_MILLIS = 1_000;

    private final JobTopics topics;
    private final String door;
    private final Consumer<LineAnswer> answers;
    private final Thread thread = new Thread(this::run, "response-feed");
    private AnswerReader reader;
    private volatile long polledNanos = System.nanoTime();
    private volatile boolean closed;

    /**
     * A feed, which reads from now on.
     *
     * @param door what the ids of the door's requests begin with
     * @param answers receives each response, on a thread of the feed
     */
    public ResponseFeed(JobTopics topics, String door, Consumer<LineAnswer> answers) {
        this.topics = topics;
        this.door = door;
        this.answers = answers;
        reader = new AnswerReader(topics, door, topics.responseEnds());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        Map<Integer, Long> from = reader.offsets();
        while (!closed) {
            try {
                reader.poll(POLL).forEach(answers);
                polledNanos = System.nanoTime();
                from = reader.offsets();
            } catch (InterruptException e) {
                return;
            } catch (OffsetOutOfRangeException e) {
                LOG.warn(
                        "Responses were deleted before they were read; reading on from the end", e);
                from = reopen(Map.of());
            } catch (RuntimeException e) {
                LOG.warn("Responses cannot be read; reading on in a while", e);
                from = reopen(from);
            }
        }
    }

    /**
     * Reads on with another consumer, as soon as there is one.
     *
     * @param from where; empty for the end of the topic
     */
    private Map<Integer, Long> reopen(Map<Integer, Long> from) {
        while (!closed) {
            try {
                reader.close();
                Thread.sleep(RETRY_MILLIS);
                Map<Integer, Long> begin = from.isEmpty() ? topics.responseEnds() : from;
                reader = new AnswerReader(topics, door, begin);
                return begin;
            } catch (InterruptedException | InterruptException e) {
                closed = true;
            } catch (RuntimeException e) {
                LOG.warn("Responses cannot be read", e);
            }
        }
        return from;
    }

    /** How long ago the topic was last asked for responses. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - polledNanos);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
            // The interrupt of the thread that polled has ended with it.
            reader.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
