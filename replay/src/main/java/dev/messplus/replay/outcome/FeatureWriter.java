package dev.messplus.replay.outcome;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the features of traffic for programs that are not in Java: CSV without a header, a line
 * for each request in the order of the traffic, with its id and then its features.
 */
public final class FeatureWriter {

    private static final CsvMapper CSV = new CsvMapper();

    private FeatureWriter() {}

    /** Writes a file, or replaces it. Floats are written so that they can be read back exactly. */
    public static void write(Path file, Traffic traffic) throws IOException {
        try (SequenceWriter lines = CSV.writer().writeValues(file.toFile())) {
            for (Recorded request : traffic.requests()) {
                lines.write(fields(request));
            }
        }
    }

    private static List<String> fields(Recorded request) {
        List<String> fields = new ArrayList<>(1 + request.features().length);
        fields.add(request.id());
        for (float feature : request.features()) {
            fields.add(String.valueOf(feature));
        }
        return fields;
    }
}
