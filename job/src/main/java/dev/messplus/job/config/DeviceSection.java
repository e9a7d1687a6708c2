package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.http.TrustStore;
import dev.messplus.setting.Secret;
import dev.messplus.setting.Setting;

/** The fields that every source has which reads devices. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DeviceSection(
        @Setting(range = "[1, 60000]") Long samplePeriodMillis,
        @Setting(byDefault = "inflight") Attribution attribution,
        @Setting(byDefault = "0.1", range = "[0, 1]") double promptTokenWeight,
        @Setting(
                        pattern = "^https?://[^\\s/@]+[^\\s@]*$",
                        expected =
                                "the http or https address of the model server's Prometheus page, without a user")
                String tokenCounters,
        @Setting(byDefault = "1", range = "(0, )") double modelWeight,
        @Setting(byDefault = "include") IdlePolicy idle,
        @Setting(byDefault = "250", range = "[0, 60000]") long settleMillis,
        @Setting(pattern = "^[!-9;-~]+$", expected = "a user name without spaces and colons")
                String user,
        @Setting(pattern = Secret.PATTERN, expected = Secret.KEY) String apiKey,
        @Setting("Certificates to trust over https, where `apiKey` is sent.")
                TrustStore trustStore) {

    /** Omits the API key. */
    @Override
    public String toString() {
        return "DeviceSection[attribution=%s, idle=%s]".formatted(attribution, idle);
    }
}
