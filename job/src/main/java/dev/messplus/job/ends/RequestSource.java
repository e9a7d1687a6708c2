package dev.messplus.job.ends;

import dev.messplus.record.RawRecord;
import java.util.Map;
import org.apache.flink.api.connector.source.Source;

/**
 * Makes the source of requests of a job that does not read them from a topic. A class of the user
 * implements it, with a public constructor without arguments; section {@code requests} names it.
 */
public interface RequestSource {

    /**
     * Makes the source.
     *
     * <p>The job reads from it as many requests as the models have places for. The value of a
     * record is the JSON of a request. Topic, partition and offset say where it comes from: they
     * make the id of a request that has none, so no other record may have the same three. The
     * timestamp is when the request was sent, in milliseconds since the epoch, or -1 if that is not
     * known: then its time counts from its first call.
     *
     * @param options what the section gives the class, by name
     * @param bounded whether the run ends: the source then must
     * @return a source that emits no watermarks
     * @throws IllegalArgumentException if an option is wrong; the message names it, its value and
     *     the fix
     */
    Source<RawRecord, ?, ?> create(Map<String, String> options, boolean bounded);
}
