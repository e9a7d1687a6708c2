package dev.messplus.serve.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * The file of keys.
 *
 * @param tenants by name
 */
record KeyFile(Map<String, Entry> tenants) {

    /**
     * A tenant.
     *
     * @param keys its keys, of which several may be valid while they are rotated
     * @param slas the SLAs that it may use; {@code null} for all
     * @param requestsPerSecond the most requests of a second; {@code null} for any number
     * @param openBatches most batches that are not at their end; {@code null} for the default
     * @param fileBytes size of the largest file; {@code null} for the default
     * @param storedBytes size of all files; {@code null} for the default
     */
    record Entry(
            List<String> keys,
            List<String> slas,
            @JsonProperty("requestsPerSecond") Double requestsPerSecond,
            @JsonProperty("openBatches") Integer openBatches,
            @JsonProperty("fileBytes") Long fileBytes,
            @JsonProperty("storedBytes") Long storedBytes) {}
}
