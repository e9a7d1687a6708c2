package dev.messplus.job.pipeline;

import dev.messplus.record.DeadLetter;
import dev.messplus.record.Feedback;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * Where the pipeline begins and ends. The pipeline is the same whatever they are.
 *
 * @param requests the requests topic; a bounded source makes a bounded run
 * @param feedback the feedback topic; in a bounded run it ends at the marker that {@code endOfRun}
 *     wrote
 * @param responses the responses topic
 * @param measurements the feedback topic again, for what the job itself has to say
 * @param deadLetters the dead-letter topic
 * @param endOfRun present in a bounded run
 */
public record Ends(
        Source<RawRecord, ?, ?> requests,
        Source<RawRecord, ?, ?> feedback,
        Sink<Response> responses,
        Sink<Feedback> measurements,
        Sink<DeadLetter> deadLetters,
        Optional<EndOfRun> endOfRun) {

    /**
     * How a bounded run ends the feedback stream, which by itself never ends: once nothing is left
     * to learn, a marker goes to every partition of the feedback topic.
     *
     * @param markers writes a marker to the partition with that number
     * @param partitions partitions of the feedback topic
     */
    public record EndOfRun(Sink<Integer> markers, int partitions) {}
}
