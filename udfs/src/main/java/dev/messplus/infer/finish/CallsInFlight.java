package dev.messplus.infer.finish;

import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Requests whose calls have begun, and which were not answered: those of one subtask, or of all of
 * them as far as they have reported.
 */
public record CallsInFlight(int requests) implements CoordinationResponse, OperatorEvent {}
