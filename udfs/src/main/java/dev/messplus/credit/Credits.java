package dev.messplus.credit;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * From a subtask that calls models.
 *
 * @param arrived requests that have arrived since it said so last
 * @param credits how many more it has places for; below 0 if it has more than that
 * @param perTurn requests that its calls use in a turn: they are read together
 */
public record Credits(int arrived, int credits, int perTurn) implements SourceEvent {}
