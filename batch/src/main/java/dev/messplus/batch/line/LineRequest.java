package dev.messplus.batch.line;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a line asks.
 *
 * @param customId the id that the line has; {@code null} if it has none
 * @param request the request as the job reads it, without an id
 */
public record LineRequest(String customId, ObjectNode request) {}
