package dev.messplus.job.config;

/**
 * An entry of section {@code zoo}: a model and the server that runs it.
 *
 * @param url base address of an OpenAI-compatible server, up to {@code /v1}
 * @param model the model's name on that server
 * @param expectedScore average score of its answers, in [0, 1]; {@code null} if unknown
 * @param apiKey bearer token; {@code null} for none
 * @param maxInFlight calls at a time, by the whole job; {@code null} for {@link
 *     InferenceSection#maxInFlightOfModel}
 * @param callsPerSecond calls that may start in a second, per subtask; {@code null} for no limit
 * @param hedgeAfterMillis milliseconds without an answer after which the call is made a second
 *     time; {@code null} for never
 * @param trustStore certificates to trust with https; {@code null} for those that Java trusts
 * @param energy where the model's joules come from
 */
public record ModelSection(
        String url,
        String model,
        Double expectedScore,
        String apiKey,
        Integer maxInFlight,
        Integer callsPerSecond,
        Long hedgeAfterMillis,
        TrustStoreSection trustStore,
        EnergySection energy) {

    /** Omits the API key. */
    @Override
    public String toString() {
        return "ModelSection[url=" + url + ", model=" + model + "]";
    }
}
