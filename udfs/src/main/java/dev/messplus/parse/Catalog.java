package dev.messplus.parse;

import java.io.Serializable;
import java.util.Set;

/**
 * The names that a record may refer to, and the limits on what it may hold.
 *
 * @param slas names of the configured SLAs; {@code null} to accept any
 * @param models ids of the models in the zoo; {@code null} to accept any
 * @param metrics names of the metrics
 * @param maxPromptChars longest prompt, in characters over all its messages, at least 1
 * @param maxRecordBytes largest request, in bytes of JSON, at least 1
 * @param allowContentParts whether parts of a message may be other than text, such as images whose
 *     address the model server fetches
 */
public record Catalog(
        Set<String> slas,
        Set<String> models,
        Set<String> metrics,
        int maxPromptChars,
        int maxRecordBytes,
        boolean allowContentParts)
        implements Serializable {}
