package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.messplus.core.Observation;

/**
 * The score that a user or rater gave a model's answer. The first score of an answer counts; the
 * job ignores later ones, whatever their source.
 *
 * @param requestId id of the request
 * @param sla SLA of the request
 * @param model id of the model that answered
 * @param score accuracy of the answer in [0, 1]
 * @param source who rated, by any name but {@link JobFeedback#SOURCES}, such as {@code user};
 *     {@code null} if unknown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Label(String requestId, String sla, String model, double score, String source)
        implements Feedback {

    /** The label as the algorithm observes it. */
    public Observation observation() {
        return Observation.rated(model, score);
    }
}
