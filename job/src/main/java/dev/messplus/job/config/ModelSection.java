package dev.messplus.job.config;

import dev.messplus.http.TrustStore;
import dev.messplus.setting.Secret;
import dev.messplus.setting.Setting;

/** An entry of section {@code zoo}: a model and the server that runs it. */
public record ModelSection(
        @Setting(
                        required = true,
                        pattern = "^https?://[^\\s/]+",
                        expected =
                                "the http or https address of an OpenAI-compatible server, up to /v1")
                String url,
        @Setting(required = true) String model,
        @Setting(range = "[0, 1]") Double expectedScore,
        @Setting(pattern = Secret.PATTERN, expected = Secret.KEY) String apiKey,
        @Setting(range = "[1, 10000000]") Integer maxInFlight,
        @Setting(range = "[1, 1000000]") Integer callsPerSecond,
        @Setting(range = "[1, 3600000]") Long hedgeAfterMillis,
        @Setting("Certificates to trust over https.") TrustStore trustStore,
        @Setting(value = "Where the model's joules come from.", required = true)
                EnergySection energy) {

    /** Omits the API key. */
    @Override
    public String toString() {
        return "ModelSection[url=" + url + ", model=" + model + "]";
    }
}
