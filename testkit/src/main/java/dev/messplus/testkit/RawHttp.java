package dev.messplus.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** HTTP/1.1 by hand, so that a server can break it. Needs nothing but the JDK. */
final class RawHttp {

    private RawHttp() {}

    /** The body of the next request; {@code null} at the end of the connection. */
    static String readBody(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        int length = 0;
        while (!line.isEmpty()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
            line = line(in);
            if (line == null) {
                throw new EOFException();
            }
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** A response with status 200. */
    static byte[] ok(byte[] body) {
        return response("200 OK", "", body);
    }

    /**
     * A response.
     *
     * @param status such as {@code 200 OK}
     * @param headers more headers, each with its line end
     */
    static byte[] response(String status, String headers, byte[] body) {
        byte[] head = head(status, headers, String.valueOf(body.length));
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /**
     * The head of a response.
     *
     * @param length value of {@code Content-Length}, right or wrong
     */
    static byte[] head(String status, String headers, String length) {
        return bytes(
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: application/json\r\n"
                        + headers
                        + "Content-Length: "
                        + length
                        + "\r\n\r\n");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
