package dev.messplus.replay.outcome;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.messplus.job.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a table of recorded outcomes: CSV in UTF-8 with {@code doc_id}, {@code input_text}, {@code
 * benchmark_name} and, for each model m, {@code label_m} (score in [0, 1]) and {@code
 * energy_consumption_m} (joules). It may have {@code reading_m} for each model, what a scorer says
 * of the answer, in [0, 1]. Other columns, such as {@code inference_time_m}, are ignored.
 */
public final class OutcomeReader {

    static final int MAX_FIELD_CHARS = 4 << 20;

    private static final long MAX_BYTES = 1L << 30;
    private static final int MAX_ROWS = 1_000_000;
    private static final int MAX_ERRORS = 10;

    static final String ID = "doc_id";
    static final String TEXT = "input_text";
    static final String KIND = "benchmark_name";
    static final String SCORE = "label_";
    static final String JOULES = "energy_consumption_";
    static final String READING = "reading_";

    private static final CsvMapper CSV =
            CsvMapper.builder().enable(CsvParser.Feature.SKIP_EMPTY_LINES).build();

    private final Path file;
    private final int maxRows;
    private final List<String> errors = new ArrayList<>();

    private List<String> header = List.of();
    private boolean hasReadings;
    private final Map<String, Integer> columns = new HashMap<>();
    private final List<String> models = new ArrayList<>();
    private final List<Outcome> rows = new ArrayList<>();

    private OutcomeReader(Path file, int maxRows) {
        this.file = file;
        this.maxRows = maxRows;
    }

    /**
     * Reads a file of at most 1 GiB and 1,000,000 rows.
     *
     * @throws ConfigException with the first ten errors, by line and column
     */
    public static OutcomeTable read(Path file) {
        return read(file, MAX_ROWS);
    }

    static OutcomeTable read(Path file, int maxRows) {
        var reader = new OutcomeReader(file, maxRows);
        try {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                reader.errors.add("file: cannot be read");
            } else if (Files.size(file) > MAX_BYTES) {
                reader.errors.add("file: must have at most 1 GiB; split it or drop columns");
            } else {
                reader.parse();
            }
        } catch (JsonProcessingException e) {
            reader.errors.add(
                    "line %d: is not valid CSV: %s"
                            .formatted(e.getLocation().getLineNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            reader.errors.add("file: " + e);
        }
        if (!reader.errors.isEmpty()) {
            throw new ConfigException(file.toString(), reader.errors);
        }
        return new OutcomeTable(reader.models, reader.rows);
    }

    private void parse() throws IOException {
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser =
                        CSV.readerFor(String[].class)
                                .with(CsvSchema.emptySchema())
                                .createParser(in)) {
            while (errors.size() < MAX_ERRORS && parser.nextToken() == JsonToken.START_ARRAY) {
                parser.nextToken();
                // The location of the first field: that of the row is where the previous row ended.
                int line = parser.currentTokenLocation().getLineNr();
                List<String> fields = fields(parser);
                if (header.isEmpty()) {
                    readHeader(fields);
                    if (!errors.isEmpty()) {
                        return;
                    }
                } else if (rows.size() == maxRows) {
                    errors.add("file: must have at most %,d rows; split it".formatted(maxRows));
                    return;
                } else {
                    readRow(line, fields);
                }
            }
        }
        if (header.isEmpty()) {
            errors.add("line 1: must name the columns, was empty");
        } else if (rows.isEmpty() && errors.isEmpty()) {
            errors.add("file: must have a row below the column names");
        }
    }

    private static List<String> fields(JsonParser parser) throws IOException {
        List<String> fields = new ArrayList<>();
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            fields.add(parser.getText());
            parser.nextToken();
        }
        return fields;
    }

    private void readHeader(List<String> names) {
        header = names.stream().map(String::strip).toList();
        for (int i = 0; i < header.size(); i++) {
            if (columns.put(header.get(i), i) != null) {
                errors.add("line 1: has two columns named " + header.get(i));
            }
            if (header.get(i).startsWith(SCORE) && header.get(i).length() > SCORE.length()) {
                models.add(header.get(i).substring(SCORE.length()));
            }
        }
        for (String name : List.of(ID, TEXT, KIND)) {
            require(name);
        }
        for (String model : models) {
            require(JOULES + model);
        }
        for (String name : header) {
            requireScoreFor(name, JOULES);
            requireScoreFor(name, READING);
        }
        hasReadings = header.stream().anyMatch(name -> name.startsWith(READING));
        if (hasReadings) {
            models.forEach(model -> require(READING + model));
        }
        if (models.isEmpty()) {
            errors.add("line 1: must have a column label_MODEL for each model, had none");
        }
    }

    private void requireScoreFor(String name, String prefix) {
        if (name.startsWith(prefix)) {
            require(SCORE + name.substring(prefix.length()));
        }
    }

    private void require(String column) {
        if (!columns.containsKey(column)) {
            errors.add("line 1: has no column " + column);
        }
    }

    private void readRow(int line, List<String> fields) {
        if (fields.size() != header.size()) {
            errors.add(
                    "line %d: must have %d fields as line 1, had %d; quote fields that contain commas or line breaks"
                            .formatted(line, header.size(), fields.size()));
            return;
        }
        if (hasLongField(line, fields)) {
            return;
        }
        int known = errors.size();
        var scores = new double[models.size()];
        var joules = new double[models.size()];
        var readings = new double[hasReadings ? models.size() : 0];
        for (int m = 0; m < scores.length; m++) {
            scores[m] = share(line, SCORE + models.get(m), fields);
            joules[m] =
                    number(
                            line,
                            JOULES + models.get(m),
                            fields,
                            Double.MAX_VALUE,
                            "finite and at least 0");
        }
        for (int m = 0; m < readings.length; m++) {
            readings[m] = share(line, READING + models.get(m), fields);
        }
        if (errors.size() == known) {
            rows.add(
                    new Outcome(
                            fields.get(columns.get(ID)),
                            fields.get(columns.get(TEXT)),
                            fields.get(columns.get(KIND)),
                            new ZooAnswers(scores, joules, readings)));
        }
    }

    private boolean hasLongField(int line, List<String> fields) {
        for (int i = 0; i < header.size(); i++) {
            int chars = fields.get(i).length();
            if (chars > MAX_FIELD_CHARS) {
                errors.add(
                        "line %d, %s: must have at most %,d characters, had %,d"
                                .formatted(line, header.get(i), MAX_FIELD_CHARS, chars));
                return true;
            }
        }
        return false;
    }

    private double share(int line, String column, List<String> fields) {
        return number(line, column, fields, 1, "between 0 and 1");
    }

    private double number(int line, String column, List<String> fields, double most, String rule) {
        String value = fields.get(columns.get(column)).strip();
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            number = Double.NaN;
        }
        if (!(number >= 0 && number <= most)) {
            errors.add(
                    "line %d, %s: must be %s, was %s"
                            .formatted(line, column, rule, value.isEmpty() ? "empty" : cut(value)));
        }
        return number;
    }

    private static String cut(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "…";
    }
}
