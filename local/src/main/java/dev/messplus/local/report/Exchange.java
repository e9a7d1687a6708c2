package dev.messplus.local.report;

import dev.messplus.record.Response;

/**
 * A prompt of a run, and the response to it.
 *
 * @param kind kind of prompt, in words
 */
public record Exchange(String kind, String prompt, String reference, Response response) {}
