package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.setting.Setting;

/** The fields that every source has which reads devices. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DeviceSection(
        @Setting(
                        value = "Time between two readings.",
                        otherwise = "50; `dcgm` 1,000",
                        range = "[1, 60000]")
                Long samplePeriodMillis,
        @Setting(
                        value =
                                "How to split a device's energy over the calls on it: by time or by tokens.",
                        byDefault = "inflight")
                Attribution attribution,
        @Setting(
                        value =
                                "`attribution: tokens`: weight of a prompt token relative to a token of the answer.",
                        byDefault = "0.1",
                        range = "[0, 1]")
                double promptTokenWeight,
        @Setting(
                        value =
                                "`attribution: tokens`: the page on which the model server counts the tokens of all its clients, so that energy spent on other clients is left out. It must be that of one server, not of a balancer.",
                        pattern = "^https?://[^\\s/@]+[^\\s@]*$",
                        expected =
                                "the http or https address of the model server's Prometheus page, without a user")
                String tokenCounters,
        @Setting(
                        value =
                                "`attribution: tokens`: what a token of this model counts on a device that it shares with other models.",
                        byDefault = "1",
                        range = "(0, )")
                double modelWeight,
        @Setting(
                        value =
                                "Who pays for the power of the idle device. `include`: calls in flight pay for the whole device, and idle time is nobody's. `subtract`: calls pay only for what exceeds the idle power. `amortise`: the energy of idle time is spread over the calls.",
                        byDefault = "include")
                IdlePolicy idle,
        @Setting(
                        value =
                                "How long an answer waits for the step of its counter that tells its joules. 0 for never.",
                        byDefault = "250",
                        range = "[0, 60000]")
                long settleMillis,
        @Setting(
                        value =
                                "User for basic authentication. `apiKey` is then the password, and required.",
                        pattern = "^[!-9;-~]+$",
                        expected = "a user name without spaces and colons")
                String user,
        @Setting(
                        value =
                                "Key for a page, sent as a bearer token. With `dcgm`, it is for the exporter's `url`, and for `tokenCounters` only on the same server. Otherwise it is for `tokenCounters`. A page on the same scheme, host and port as the model's `url` gets the model's `apiKey` and `trustStore` instead.",
                        pattern = Secret.PATTERN,
                        expected = Secret.KEY)
                String apiKey,
        @Setting("Certificates to trust over https, where `apiKey` is sent.")
                TrustStoreSection trustStore) {

    /** Omits the API key. */
    @Override
    public String toString() {
        return "DeviceSection[attribution=%s, idle=%s]".formatted(attribution, idle);
    }
}
