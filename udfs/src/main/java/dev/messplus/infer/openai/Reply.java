package dev.messplus.infer.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;

/**
 * What a server replied over HTTP, before it is parsed.
 *
 * @param head status and headers
 * @param bytes contains the body in its first {@code length} bytes
 * @param length length of the body, in bytes
 * @param whole whether this is the whole body. A longer one is cut, and its connection closed
 */
record Reply(HttpResponse head, byte[] bytes, int length, boolean whole) {

    /** Status of HTTP. */
    int status() {
        return head.getCode();
    }

    boolean isSuccess() {
        return status() >= 200 && status() <= 299;
    }

    /**
     * The reply with its body decompressed, if a proxy compressed it although nobody asked for
     * that. What cannot be decompressed stays as it is.
     *
     * @param maxBytes of the body that are kept, at most
     */
    Reply decompressed(int maxBytes) {
        if (!whole
                || !header(HttpHeaders.CONTENT_ENCODING)
                        .toLowerCase(Locale.ROOT)
                        .contains("gzip")) {
            return this;
        }
        try (var body = new GZIPInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            byte[] kept = body.readNBytes(maxBytes);
            return new Reply(head, kept, kept.length, body.read() < 0);
        } catch (IOException e) {
            return this;
        }
    }

    /** The body, as UTF-8. */
    String text() {
        return new String(bytes, 0, length, UTF_8);
    }

    /** The value of a header, of the first one with this name; empty if there is none. */
    String header(String name) {
        Header header = head.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue().strip();
    }
}
