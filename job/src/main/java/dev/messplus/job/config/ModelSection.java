package dev.messplus.job.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.http.TrustStore;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.record.OwnerParams;
import dev.messplus.setting.Secret;
import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;

/**
 * An entry of section {@code zoo}: a model and the server that runs it.
 *
 * @param maxInFlight {@code null} if it is {@code auto}
 */
@RecordBuilder
public record ModelSection(
        @Setting(
                        required = true,
                        pattern = "^https?://[^\\s/]+",
                        expected =
                                "the http or https address of an OpenAI-compatible server, up to /v1")
                String url,
        @Setting(
                        minItems = 1,
                        maxItems = 64,
                        pattern = "^https?://[^\\s/]+",
                        expected = "the http or https address of an OpenAI-compatible server")
                List<String> replicaUrls,
        @Setting(required = true) String model,
        @Setting(range = "[0, 1]") Double expectedScore,
        @Setting(pattern = Secret.PATTERN, expected = Secret.KEY) String apiKey,
        @Setting(pattern = "^[A-Za-z0-9-]{1,64}$", expected = "the name of an HTTP header")
                String apiKeyHeader,
        @Setting ObjectNode params,
        @Setting Map<String, Double> maxParams,
        @JsonDeserialize(using = ModelSection.CallsReader.class)
                @Setting(
                        types = {"integer", "string"},
                        range = "[1, 10000000]",
                        pattern = "^auto$",
                        expected = "a number of calls from 1 to 10,000,000, or auto",
                        byDefault = "auto")
                Integer maxInFlight,
        @Setting(range = "[1, 1000000]") Integer callsPerSecond,
        @Setting(range = "[1, 3600000]") Long hedgeAfterMillis,
        @Setting("Certificates to trust over https.") TrustStore trustStore,
        @Setting(byDefault = "always_on") ServerLifetime servers,
        @Setting(value = "Where the model's joules come from.", required = true)
                EnergySection energy) {

    /** Reads a number of calls, or {@code auto}. */
    static final class CallsReader extends JsonDeserializer<Integer> {

        @Override
        public Integer deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            return parser.currentToken().isNumeric() ? parser.getValueAsInt() : null;
        }
    }

    /** Addresses of further servers; empty for none. */
    public List<String> replicas() {
        return replicaUrls == null ? List.of() : replicaUrls;
    }

    /** What is wrong with the settings together, each error with its setting. */
    List<String> errors() {
        List<String> errors = new ArrayList<>(ParamsSettings.errors(params, maxParams));
        Set<URI> seen = new HashSet<>();
        check("url", url, seen, errors);
        for (int i = 0; i < replicas().size(); i++) {
            check("replicaUrls[" + i + "]", replicas().get(i), seen, errors);
        }
        if (apiKeyHeader != null && apiKey == null) {
            errors.add("apiKeyHeader: has no effect without apiKey; set that, or remove it");
        }
        if (servers == ServerLifetime.ELASTIC && energy != null && subtractsIdlePower()) {
            errors.add(
                    "servers: elastic has no effect with energy.idle: subtract, which leaves idle power out; set that to include or amortise");
        }
        return errors;
    }

    private boolean subtractsIdlePower() {
        return energy.sources().stream()
                .anyMatch(
                        part ->
                                part.device() != null
                                        && part.device().idle() == IdlePolicy.SUBTRACT);
    }

    private static void check(String setting, String address, Set<URI> seen, List<String> errors) {
        if (Variables.isUnresolved(address)) {
            return;
        }
        try {
            if (!seen.add(ModelUrl.of(address).chatCompletions())) {
                errors.add(setting + ": is the address of another server of the model; remove it");
            }
        } catch (IllegalArgumentException e) {
            errors.add(e.getMessage().replaceFirst("^url", Matcher.quoteReplacement(setting)));
        }
    }

    /** What the section sets of the parameters of requests. */
    public OwnerParams ownerParams() {
        return ParamsSettings.of(params, maxParams);
    }

    /** Omits the API key. */
    @Override
    public String toString() {
        return "ModelSection[url=" + url + ", model=" + model + "]";
    }
}
