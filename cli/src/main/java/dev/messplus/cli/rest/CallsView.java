package dev.messplus.cli.rest;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * How a model is called, over all SLAs and all subtasks. What is counted begins at 0 with each
 * start of the job. Components that are not known are null.
 *
 * @param inFlight number of requests that are called now
 * @param maxInFlight number of requests that may be called at a time
 * @param waiting number of requests that wait to be called
 * @param serverWaiting number of the calls that wait in the model's servers
 * @param callFailures number of calls without an answer
 * @param errors the number of these calls by what failed, such as {@code 401}
 * @param breaker {@code closed}, {@code half open} or {@code open}: the worst of all subtasks
 * @param callMillis recent mean time of a call that was answered
 * @param answerJoules recent mean energy of a served answer
 */
@RecordBuilder
public record CallsView(
        String model,
        Long inFlight,
        Long maxInFlight,
        Long waiting,
        Long serverWaiting,
        Long answers,
        Long callFailures,
        Map<String, Long> errors,
        String breaker,
        Double callMillis,
        Double answerJoules) {

    public CallsView {
        errors = errors == null ? Map.of() : errors;
    }
}
