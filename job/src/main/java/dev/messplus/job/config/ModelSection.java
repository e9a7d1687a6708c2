package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** An entry of section {@code zoo}: a model and the server that runs it. */
public record ModelSection(
        @Setting(
                        value =
                                "Address of an OpenAI-compatible server, up to `/v1`. The job calls `{url}/chat/completions`.",
                        required = true,
                        pattern = "^https?://[^\\s/]+",
                        expected =
                                "the http or https address of an OpenAI-compatible server, up to /v1")
                String url,
        @Setting(value = "The model's name on that server.", required = true) String model,
        @Setting(
                        value =
                                "What the model scores on average, if you know. Without it, a model with more joules is expected to be [a little better](routing.md#2-the-forecast) until labels come.",
                        otherwise = "unknown",
                        range = "[0, 1]")
                Double expectedScore,
        @Setting(
                        value = "Sent as a bearer token, to this server alone.",
                        pattern = Secret.PATTERN,
                        expected = Secret.KEY)
                String apiKey,
        @Setting(
                        value =
                                "Concurrent calls, by the whole job. Further calls wait. The subtasks of `infer` share them, each with at least one.",
                        otherwise =
                                "half of [`inference.maxInFlight`](#inference), all of it for a single model",
                        range = "[1, 10000000]")
                Integer maxInFlight,
        @Setting(
                        value = "Attempts started per second, by the whole job.",
                        otherwise = "no limit",
                        range = "[1, 1000000]")
                Integer callsPerSecond,
        @Setting(
                        value =
                                "Call a second time if no answer has come by then, and take the first answer. This costs energy.",
                        otherwise = "never",
                        range = "[1, 3600000]")
                Long hedgeAfterMillis,
        @Setting("Certificates to trust over https.") TrustStoreSection trustStore,
        @Setting(value = "Where the model's joules come from.", required = true)
                EnergySection energy) {

    /** Omits the API key. */
    @Override
    public String toString() {
        return "ModelSection[url=" + url + ", model=" + model + "]";
    }
}
