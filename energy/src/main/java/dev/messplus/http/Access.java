package dev.messplus.http;

import dev.messplus.setting.Check;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a client logs in to a server with, and how it recognizes the server. Neither messages nor
 * {@link #toString} contain the key.
 *
 * @param user name for basic authentication; {@code null} for a bearer token
 * @param key bearer token, or the password of the user; {@code null} for none
 * @param trustStore certificates to trust over https; {@code null} for those that Java trusts
 */
public record Access(String user, String key, TrustStore trustStore) implements Serializable {

    /** No key, and the certificates that Java trusts. */
    public static final Access NONE = new Access(null, null, null);

    private static final String HIDDEN = "***";

    public Access {
        // Otherwise the exception of the HTTP client would quote the invalid header.
        Check.that(
                key == null || isPrintable(key),
                "apiKey: must be printable ASCII without spaces or line breaks");
        Check.that(
                user == null || (isPrintable(user) && !user.contains(":")),
                "user: must be printable ASCII without spaces, line breaks or colons");
        Check.that(user == null || key != null, "user: needs an apiKey, which is the password");
    }

    /** A bearer token, or none if it is {@code null}. */
    public static Access bearer(String token, TrustStore trustStore) {
        return new Access(null, token, trustStore);
    }

    /** Whether there is a key. */
    public boolean hasKey() {
        return key != null;
    }

    /**
     * Value of the header {@code Authorization}.
     *
     * @throws IllegalStateException if there is no key
     */
    public String authorization() {
        if (key == null) {
            throw new IllegalStateException("has no key");
        }
        return user == null ? "Bearer " + key : "Basic " + credentials();
    }

    /** A text from outside, with asterisks for the key. */
    public String redact(String text) {
        if (key == null) {
            return text;
        }
        String without = user == null ? text : text.replace(credentials(), HIDDEN);
        return without.replace(key, HIDDEN);
    }

    private String credentials() {
        return Base64.getEncoder()
                .encodeToString((user + ":" + key).getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isPrintable(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    @Override
    public String toString() {
        return "Access[user=%s, key=%s, trustStore=%s]"
                .formatted(user, key == null ? "none" : HIDDEN, trustStore);
    }
}
