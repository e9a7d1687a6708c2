package dev.messplus.job.pipeline;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * The sources and sinks of the pipeline. The graph between them does not depend on what they
 * connect to.
 *
 * <p>The sources of feedback and of measurements emit watermarks themselves: the time up to which
 * everything that was written has been read. By it, requests wait for their labels.
 *
 * @param requests reads the requests topic; a bounded source makes a bounded run
 * @param feedback reads the feedback topic, to which others write scores; in a bounded run it ends
 *     once {@code endOfRun} has written its markers
 * @param measurements writes and reads what the job itself measured
 * @param responses writes the responses topic
 * @param deadLetters writes the dead-letter topic
 * @param endOfRun how a bounded run ends; empty in an unbounded run
 */
public record Connectors(
        Input requests,
        Input feedback,
        Measurements measurements,
        Responses responses,
        Sink<DeadLetter> deadLetters,
        Optional<EndOfRun> endOfRun) {

    /**
     * Records that others write.
     *
     * @param source reads them
     * @param format makes the JSON of a record of its value; {@code null} if the value is that
     */
    public record Input(Source<RawRecord, ?, ?> source, DeserializationSchema<String> format) {}

    /**
     * Both ends of the measurements topic, which the job alone writes.
     *
     * @param source reads the topic; in a bounded run it ends at the markers that {@code endOfRun}
     *     writes
     * @param sink writes the topic
     */
    public record Measurements(Source<RawRecord, ?, ?> source, Sink<FeedbackRecord> sink) {}

    /**
     * The sinks of the responses topic: two, because each is chained to what it writes.
     *
     * @param answers writes the responses to requests that were decided
     * @param refusals writes the responses to records that are no valid requests
     */
    public record Responses(Sink<Response> answers, Sink<Response> refusals) {}

    /**
     * How a bounded run ends feedback and measurements, which have no end of their own: when no
     * request waits for a label any more, the run writes a marker to every partition of the
     * measurements topic.
     *
     * @param markers writes a marker to the partition with the given number, from 0
     * @param partitions number of partitions of the measurements topic, at least 1
     */
    public record EndOfRun(Sink<Integer> markers, int partitions) {}
}
