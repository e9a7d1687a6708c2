package dev.messplus.parsing;

import java.io.Serializable;
import java.util.Set;

/**
 * The names that a record may refer to, and the limits on its size.
 *
 * @param slas names of the configured SLAs
 * @param models ids of the models in the zoo
 * @param metrics names of the metrics
 * @param maxPromptChars longest prompt, in characters over all its messages, at least 1
 * @param maxRecordBytes largest request, in bytes of JSON, at least 1
 */
public record Catalog(
        Set<String> slas,
        Set<String> models,
        Set<String> metrics,
        int maxPromptChars,
        int maxRecordBytes)
        implements Serializable {}
