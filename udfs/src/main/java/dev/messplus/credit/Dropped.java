package dev.messplus.credit;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * From a subtask between the source and the models.
 *
 * @param requests how many were read that will not arrive, since it said so last
 */
public record Dropped(int requests) implements SourceEvent {}
