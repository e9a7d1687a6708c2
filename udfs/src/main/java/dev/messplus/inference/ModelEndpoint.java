package dev.messplus.inference;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.http.TrustStore;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * One model of the zoo, and the server that runs it.
 *
 * @param id the model's name in the zoo, and in all records
 * @param url base of an OpenAI-compatible API, {@code http://host:port/v1}; without user, query or
 *     fragment
 * @param model the model's name as its server knows it
 * @param limits how hard one subtask may press the server
 * @param apiKey sent as bearer token; {@code null} for none. It is in no message, log or {@link
 *     #toString}
 * @param trustStore whom to trust with an https {@code url}; {@code null} for whom Java trusts
 * @param energy how the energy of its answers is told
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
        require(id != null && !id.isBlank(), "id: must not be empty");
        require(model != null && !model.isBlank(), "model: must not be empty");
        require(limits != null, "limits: must be given");
        require(energy != null, "energy: must be given");
        requireBase(url);
        // What HTTP refuses in a header it would quote in its exception.
        require(
                apiKey == null
                        || (!apiKey.isEmpty() && apiKey.chars().allMatch(c -> c > ' ' && c < 127)),
                "apiKey: must be printable ASCII without blanks or line breaks");
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Where chat completions are asked for. */
    URI chatCompletions() {
        return URI.create(url + "/chat/completions");
    }

    /** A text from outside without the API key, should it be in there. */
    String redact(String text) {
        return apiKey == null ? text : text.replace(apiKey, "***");
    }

    @Override
    public String toString() {
        return "ModelEndpoint[id="
                + id
                + ", url="
                + url
                + ", model="
                + model
                + ", limits="
                + limits
                + ", apiKey="
                + (apiKey == null ? "none" : "***")
                + ", trustStore="
                + trustStore
                + ", energy="
                + energy
                + "]";
    }

    private static void requireBase(String url) {
        // The value is left out of the messages where it may hold a password.
        URI uri;
        try {
            uri = new URI(url == null ? "" : url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url: not a URL: " + e.getReason());
        }
        require(
                uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null,
                "url: must have no user, query or fragment; a key goes into apiKey");
        boolean http =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        // Java sees no user before a host name that it does not like.
        String was = url == null || url.contains("@") ? "" : ", was '" + url + "'";
        require(http && uri.getHost() != null, "url: must be like http://host:port/v1" + was);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
