package dev.messplus.record;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Set;

/**
 * What became known about one model's answer to a request. The job writes all of it to the topic of
 * measurements. Users and raters write scores to the feedback topic, and nothing else than the
 * first four components and {@code source}.
 *
 * @param requestId id of the request
 * @param sla SLA of the request
 * @param model id of the model that answered
 * @param score accuracy of the answer in [0, 1]; {@code null} if this record has none
 * @param energyJoules energy of the answer in joules; {@code null} if this record has none
 * @param energyUncertaintyJoules half of the width of the interval around {@code energyJoules} that
 *     has the true figure in it in 95 of 100 calls; {@code null} if unknown
 * @param promptTokens tokens of the prompt, as the model server counted; {@code null} if unknown
 * @param completionTokens tokens of the answer, as the model server counted; {@code null} if
 *     unknown
 * @param served whether this answer was served to the sender; {@code null} means no
 * @param source who wrote the record: the job as {@link #METER} or {@link #SCORER}; others by any
 *     other name, such as {@code user}, or {@code null}
 * @param error why the model gave no answer; {@code null} if it gave one. Together with {@code
 *     served}, the request got no answer at all
 * @param expired whether no model was asked because the time of the request was up; {@code null}
 *     means no
 * @param failedJoules energy in joules of calls to this model that returned no answer, such as
 *     failed attempts and timeouts, as far as it is known; {@code null} if there were none or
 *     nothing is known
 * @param failedUnmetered how many of these calls have unknown energy; {@code null} if none
 * @param energySource where the joules come from; ends in {@code (estimated)} unless they were
 *     measured; {@code null} without joules
 * @param energyAssumed whether {@code energyJoules} is the job's own estimate because the meter was
 *     unavailable: it is counted, but not learned from; {@code null} means no
 * @param energyProvisional whether {@code energyJoules} are counted, but not learned from, because
 *     the meter will tell them better in a later record with a {@code correction}; {@code null}
 *     means no
 * @param correction by how much earlier records of this call were wrong; such a record says nothing
 *     else but what the answer took; {@code null} in all other records
 * @param unavailableMillis for how long from now the model must not be called, in milliseconds, 0
 *     to 3600000; {@code null} if it may be called
 * @param decision number of the decision that was answered; {@code null} if this record is about
 *     the model's answer to any decision on the request
 * @param run identifies the start of the job that wrote the record; {@code null} unless the job
 *     wrote it
 * @param checkpoint number of the last checkpoint before the record was written, 0 before the
 *     first; {@code null} unless the job wrote it. If the job was restored from that checkpoint or
 *     an earlier one since, nobody counts on the answer: it was undone and given again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record Feedback(
        String requestId,
        String sla,
        String model,
        Double score,
        Double energyJoules,
        Double energyUncertaintyJoules,
        Integer promptTokens,
        Integer completionTokens,
        Boolean served,
        String source,
        String error,
        Boolean expired,
        Double failedJoules,
        Integer failedUnmetered,
        String energySource,
        Boolean energyAssumed,
        Boolean energyProvisional,
        Correction correction,
        Long unavailableMillis,
        @JsonFormat(shape = JsonFormat.Shape.STRING) Long decision,
        String run,
        Long checkpoint) {

    /**
     * By how much earlier records of a call were wrong.
     *
     * @param joules to add to {@code energyJoules}; may be negative
     * @param failedJoules to add to {@code failedJoules}; may be negative
     * @param promptLength length of the prompt, roughly in tokens, at least 0: what the job
     *     estimates energy from
     * @param maxTokens maximum completion tokens that the request set; 0 if it set none
     */
    public record Correction(double joules, double failedJoules, int promptLength, int maxTokens) {}

    /** Source of the job's records with a measurement and no score. */
    public static final String METER = "meter";

    /** Source of the job's records with a measurement and a score. */
    public static final String SCORER = "scorer";

    /** The sources of which only the job writes records. */
    public static final Set<String> SOURCES_OF_THE_JOB = Set.of(METER, SCORER);

    private static final String ESTIMATED = "(estimated)";

    /** A record with nothing but the score that {@code source} gave an answer. */
    public static Feedback label(
            String requestId, String sla, String model, double score, String source) {
        return FeedbackBuilder.builder()
                .requestId(requestId)
                .sla(sla)
                .model(model)
                .score(score)
                .source(source)
                .build();
    }

    /** Whether the joules are estimated; {@code false} if there are none. */
    public boolean energyEstimated() {
        return energySource != null && energySource.endsWith(ESTIMATED);
    }

    /** A copy with another score and other joules. */
    public Feedback with(Double newScore, Double newEnergyJoules) {
        return FeedbackBuilder.builder(this).score(newScore).energyJoules(newEnergyJoules).build();
    }
}
