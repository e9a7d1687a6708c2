package dev.messplus.infer.config;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.http.TrustStore;
import dev.messplus.record.OwnerParams;
import dev.messplus.setting.Check;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * One model of the zoo and the server that runs it.
 *
 * @param id id of the model in the zoo and in all records
 * @param url address of an OpenAI-compatible API
 * @param replicaUrls addresses of further servers of the model; {@code null} for none
 * @param model name of the model on its server
 * @param params what its owner sets of the parameters of requests; {@code null} for nothing
 * @param limits limits on the calls
 * @param apiKey what authenticates the job; {@code null} for none. It never appears in messages,
 *     logs or {@link #toString}
 * @param apiKeyHeader the header that has the key alone, such as {@code api-key}; {@code null} for
 *     {@code Authorization}, where the key is a bearer token
 * @param trustStore certificates to trust with an https {@code url}; {@code null} for Java's own
 * @param energy how the energy of answers is measured
 * @param judgeOnly whether it only scores the answers of others, and answers no requests
 */
@RecordBuilder
public record ModelEndpoint(
        String id,
        ModelUrl url,
        List<ModelUrl> replicaUrls,
        String model,
        OwnerParams params,
        CallLimits limits,
        String apiKey,
        String apiKeyHeader,
        TrustStore trustStore,
        EnergyConfig energy,
        boolean judgeOnly)
        implements Serializable {

    public ModelEndpoint {
        Check.that(id != null && !id.isBlank(), "id: must not be empty");
        Check.that(model != null && !model.isBlank(), "model: must not be empty");
        replicaUrls = replicaUrls == null ? List.of() : List.copyOf(replicaUrls);
        params = params == null ? OwnerParams.NONE : params;
        Check.that(limits != null, "limits: must be set");
        Check.that(energy != null, "energy: must be set");
        Check.that(url != null, "url: must be set");
        // Otherwise the exception of the HTTP client would quote the invalid header.
        Check.that(
                apiKey == null
                        || (!apiKey.isEmpty() && apiKey.chars().allMatch(c -> c > ' ' && c < 127)),
                "apiKey: must be printable ASCII without spaces or line breaks");
    }

    /** Addresses of all servers of the model. */
    public List<ModelUrl> urls() {
        return Stream.concat(Stream.of(url), replicaUrls.stream()).toList();
    }

    /**
     * What messages call these servers: by the model, and by their address if there are several.
     */
    public List<String> serverNames() {
        return replicaUrls.isEmpty()
                ? List.of(id)
                : urls().stream().map(server -> id + " at " + server.base()).toList();
    }

    /** A text from outside, with asterisks for the API key. */
    public String redact(String text) {
        return apiKey == null ? text : text.replace(apiKey, "***");
    }

    @Override
    public String toString() {
        return "ModelEndpoint[id=%s, urls=%s, model=%s, limits=%s, apiKey=%s, trustStore=%s, energy=%s]"
                .formatted(
                        id,
                        urls(),
                        model,
                        limits,
                        apiKey == null ? "none" : "***",
                        trustStore,
                        energy);
    }
}
