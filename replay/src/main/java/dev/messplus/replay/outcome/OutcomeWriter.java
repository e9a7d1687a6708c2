package dev.messplus.replay.outcome;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a table of recorded outcomes as {@link OutcomeReader} reads it. */
public final class OutcomeWriter {

    private static final CsvMapper CSV = new CsvMapper();

    private OutcomeWriter() {}

    /** Writes a file, or replaces it. */
    public static void write(Path file, OutcomeTable table) throws IOException {
        try (SequenceWriter rows = CSV.writer().writeValues(file.toFile())) {
            rows.write(header(table));
            for (Outcome outcome : table.rows()) {
                rows.write(fields(outcome));
            }
        }
    }

    private static List<String> header(OutcomeTable table) {
        List<String> header =
                new ArrayList<>(List.of(OutcomeReader.ID, OutcomeReader.TEXT, OutcomeReader.KIND));
        for (String model : table.models()) {
            header.add(OutcomeReader.SCORE + model);
            header.add(OutcomeReader.JOULES + model);
        }
        if (table.rows().get(0).answers().readings().length > 0) {
            table.models().forEach(model -> header.add(OutcomeReader.READING + model));
        }
        return header;
    }

    private static List<String> fields(Outcome outcome) {
        List<String> fields =
                new ArrayList<>(List.of(outcome.id(), outcome.text(), outcome.kind()));
        ZooAnswers answers = outcome.answers();
        for (int m = 0; m < answers.scores().length; m++) {
            fields.add(String.valueOf(answers.scores()[m]));
            fields.add(String.valueOf(answers.joules()[m]));
        }
        for (double reading : answers.readings()) {
            fields.add(String.valueOf(reading));
        }
        return fields;
    }
}
