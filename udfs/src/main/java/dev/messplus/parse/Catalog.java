package dev.messplus.parse;

import dev.messplus.record.OwnerParams;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * The names that a record may refer to, and the limits on what it may hold.
 *
 * @param slas the configured SLAs by name, with what their owners set of the parameters of
 *     requests; {@code null} to accept any
 * @param models ids of the models in the zoo; {@code null} to accept any
 * @param metrics names of the metrics
 * @param maxPromptChars longest prompt, in characters over all its messages, at least 1
 * @param maxRecordBytes largest request, in bytes of JSON, at least 1
 * @param allowContentParts whether parts of a message may be other than text, such as images whose
 *     address the model server fetches
 */
public record Catalog(
        Map<String, OwnerParams> slas,
        Set<String> models,
        Set<String> metrics,
        int maxPromptChars,
        int maxRecordBytes,
        boolean allowContentParts)
        implements Serializable {

    /** Names of the configured SLAs; {@code null} to accept any. */
    Set<String> slaNames() {
        return slas == null ? null : slas.keySet();
    }

    /** What the owner of an SLA sets of the parameters of requests. */
    OwnerParams paramsOf(String sla) {
        return slas == null ? OwnerParams.NONE : slas.getOrDefault(sla, OwnerParams.NONE);
    }
}
