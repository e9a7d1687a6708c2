package dev.messplus.cli.records;

import dev.messplus.job.pipeline.RecordCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the requests in a text, one per line. Blank lines count, but are none. */
public final class RequestLines {

    private final BufferedReader lines;
    private final String sla;
    private final RecordCheck check;
    private final int maxBytes;
    private long number;

    /**
     * A reader of {@code lines}.
     *
     * @param sla of requests that name none
     * @param check what the job demands of a request
     * @param maxBytes size of the largest request that Kafka takes
     */
    public RequestLines(BufferedReader lines, String sla, RecordCheck check, int maxBytes) {
        this.lines = lines;
        this.sla = sla;
        this.check = check;
        this.maxBytes = maxBytes;
    }

    /**
     * The next request; null at the end.
     *
     * @throws IllegalArgumentException if the line is invalid; the message begins with its number.
     *     The next call goes on with the next line
     */
    public RequestLine next() throws IOException {
        String line = lines.readLine();
        number++;
        while (line != null && line.isBlank()) {
            line = lines.readLine();
            number++;
        }
        if (line == null) {
            return null;
        }
        RequestLine request = RequestLine.of(line, sla, number);
        byte[] json = request.json().getBytes(StandardCharsets.UTF_8);
        if (json.length > maxBytes) {
            throw new IllegalArgumentException(
                    "line %d: must have at most %,d bytes (max.request.size), had %,d"
                            .formatted(number, maxBytes, json.length));
        }
        Optional<String> error = check.requestError(json);
        if (error.isPresent()) {
            throw new IllegalArgumentException("line %d: %s".formatted(number, error.get()));
        }
        return request;
    }

    /** Reads all of them, and finds what is wrong with those that are invalid. */
    public LineErrors errors() throws IOException {
        LineErrors errors = new LineErrors();
        boolean more = true;
        while (more) {
            try {
                more = next() != null;
            } catch (IllegalArgumentException e) {
                errors.add(e.getMessage());
            }
        }
        return errors;
    }
}
