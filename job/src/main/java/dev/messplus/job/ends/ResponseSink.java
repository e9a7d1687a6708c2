package dev.messplus.job.ends;

import dev.messplus.record.Response;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * Makes the sinks of responses of a job that does not write them to a topic. A class of the user
 * implements it, with a public constructor without arguments; section {@code responses} names it.
 */
public interface ResponseSink {

    /** Name of the sink of the responses to requests that were decided. */
    String ANSWERS = "responses";

    /** Name of the sink of the responses to records that are not valid requests. */
    String REFUSALS = "refusals";

    /**
     * Makes a sink. The job has two, which must not disturb each other, because each is chained to
     * what it writes. What a sink writes is its delivery guarantee.
     *
     * @param options what the section gives the class, by name
     * @param name {@link #ANSWERS} or {@link #REFUSALS}
     * @throws IllegalArgumentException if an option is wrong; the message names it, its value and
     *     the fix
     */
    Sink<Response> create(Map<String, String> options, String name);
}
