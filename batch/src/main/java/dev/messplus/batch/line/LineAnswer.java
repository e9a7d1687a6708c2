package dev.messplus.batch.line;

import dev.messplus.record.Response;

/**
 * The response to a line.
 *
 * @param id id of the request
 * @param response the response
 * @param json the response as it stands on the topic
 * @param timestampMillis when it was written, in milliseconds since the epoch
 */
public record LineAnswer(RequestId id, Response response, String json, long timestampMillis) {}
