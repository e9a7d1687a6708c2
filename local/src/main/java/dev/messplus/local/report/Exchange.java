package dev.messplus.local.report;

import dev.messplus.record.Response;

/**
 * A prompt of a run, and the response to it.
 *
 * @param kind kind of prompt, in words
 * @param prompt the prompt itself
 * @param reference the right answer
 * @param response the response
 */
public record Exchange(String kind, String prompt, String reference, Response response) {}
