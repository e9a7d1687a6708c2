package dev.messplus.infer.config;

import dev.messplus.setting.Check;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Address of an OpenAI-compatible API.
 *
 * @param base the address up to where the paths of the API begin, such as {@code
 *     http://host:port/v1}, without a slash at its end
 * @param query what follows every path, with its question mark, such as {@code
 *     ?api-version=2024-10-21}, which Azure requires; empty for none
 */
public record ModelUrl(String base, String query) implements Serializable {

    /** Parameters whose value would be in the access logs of servers and proxies. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i)[?&][^=&]*(?:key|token|secret|sig|signature|pass|password|pwd|credential|code|auth|jwt)=");

    private static final String CHAT_COMPLETIONS = "/chat/completions";

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException if it is not one, or contains a secret, which the message
     *     does not quote
     */
    public static ModelUrl of(String url) {
        URI uri;
        try {
            uri = new URI(url == null ? "" : url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url: must be a URL: " + e.getReason());
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        Check.that(
                uri.getRawUserInfo() == null
                        && uri.getRawFragment() == null
                        && !SECRET.matcher(query).find(),
                "url: must have no user, fragment or key; set apiKey for a key");
        boolean http =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        // URI finds no user if it does not accept the host name.
        boolean quotable = url != null && !url.contains("@") && query.isEmpty();
        String was = quotable ? ", was '" + url + "'" : "";
        Check.that(http && uri.getHost() != null, "url: must be like http://host:port/v1" + was);
        String base = url.substring(0, url.length() - query.length()).replaceAll("/+$", "");
        Check.that(
                !base.endsWith(CHAT_COMPLETIONS),
                "url: must end before " + CHAT_COMPLETIONS + ", which the job adds" + was);
        Check.that(
                !base.endsWith("/messages"),
                "url: must not be Anthropic's Messages API, which the job does not speak; its"
                        + " OpenAI-compatible API is at https://api.anthropic.com/v1"
                        + was);
        return new ModelUrl(base, query);
    }

    /** Address of the chat completions. */
    public URI chatCompletions() {
        return path(CHAT_COMPLETIONS);
    }

    /** Address of the list of models. */
    public URI models() {
        return path("/models");
    }

    /**
     * Address of the page of metrics in Prometheus' format that inference servers have beside their
     * API.
     */
    public URI metrics() {
        return URI.create(base.replaceAll("/v1$", "") + "/metrics");
    }

    private URI path(String path) {
        return URI.create(base + path + query);
    }

    /** Without the query, which may be more than others need to know. */
    @Override
    public String toString() {
        return base;
    }
}
