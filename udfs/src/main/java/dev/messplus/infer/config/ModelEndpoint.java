package dev.messplus.infer.config;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.http.TrustStore;
import dev.messplus.setting.Check;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * One model of the zoo and the server that runs it.
 *
 * @param id id of the model in the zoo and in all records
 * @param url base URL of an OpenAI-compatible API, such as {@code http://host:port/v1}, without
 *     user, query or fragment
 * @param model name of the model on its server
 * @param limits limits on the calls
 * @param apiKey bearer token; {@code null} for none. It never appears in messages, logs or {@link
 *     #toString}
 * @param trustStore certificates to trust with an https {@code url}; {@code null} for Java's own
 * @param energy how the energy of answers is measured
 */
@RecordBuilder
public record ModelEndpoint(
        String id,
        String url,
        String model,
        CallLimits limits,
        String apiKey,
        TrustStore trustStore,
        EnergyConfig energy)
        implements Serializable {

    public ModelEndpoint {
        Check.that(id != null && !id.isBlank(), "id: must not be empty");
        Check.that(model != null && !model.isBlank(), "model: must not be empty");
        Check.that(limits != null, "limits: must be set");
        Check.that(energy != null, "energy: must be set");
        requireBase(url);
        // Otherwise the exception of the HTTP client would quote the invalid header.
        Check.that(
                apiKey == null
                        || (!apiKey.isEmpty() && apiKey.chars().allMatch(c -> c > ' ' && c < 127)),
                "apiKey: must be printable ASCII without spaces or line breaks");
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** URL of the chat completions. */
    public URI chatCompletions() {
        return URI.create(url + "/chat/completions");
    }

    /** A text from outside, with asterisks for the API key. */
    public String redact(String text) {
        return apiKey == null ? text : text.replace(apiKey, "***");
    }

    @Override
    public String toString() {
        return "ModelEndpoint[id=%s, url=%s, model=%s, limits=%s, apiKey=%s, trustStore=%s, energy=%s]"
                .formatted(
                        id,
                        url,
                        model,
                        limits,
                        apiKey == null ? "none" : "***",
                        trustStore,
                        energy);
    }

    private static void requireBase(String url) {
        // Messages do not quote a URL that may hold a password.
        URI uri;
        try {
            uri = new URI(url == null ? "" : url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url: must be a URL: " + e.getReason());
        }
        Check.that(
                uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null,
                "url: must have no user, query or fragment; set apiKey for a key");
        boolean http =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        // URI finds no user if it does not accept the host name.
        String was = url == null || url.contains("@") ? "" : ", was '" + url + "'";
        Check.that(http && uri.getHost() != null, "url: must be like http://host:port/v1" + was);
    }
}
