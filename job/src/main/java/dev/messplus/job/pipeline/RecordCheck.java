package dev.messplus.job.pipeline;

import dev.messplus.job.config.MessConfig;
import dev.messplus.parse.Catalog;
import dev.messplus.parse.FeedbackParser;
import dev.messplus.parse.Ignored;
import dev.messplus.parse.InvalidRecordException;
import dev.messplus.parse.ParseFunction;
import dev.messplus.parse.RequestParser;
import dev.messplus.record.OwnerParams;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.score.metric.Metric;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Says, before a record is sent, what the job would find wrong with it. */
public final class RecordCheck {

    private static final Ignored NOTHING =
            new Ignored() {
                @Override
                public void unknownFields(int count) {}

                @Override
                public void header() {}
            };

    private final ParseFunction.Parser<?> requests;
    private final ParseFunction.Parser<?> feedback;

    private RecordCheck(Catalog catalog) {
        requests = new RequestParser(catalog)::parse;
        feedback = new FeedbackParser(catalog)::parse;
    }

    /** Checks as a job with this configuration does. */
    public static RecordCheck of(MessConfig config) {
        return new RecordCheck(Settings.catalog(config));
    }

    /**
     * Checks the same, for somebody who may not use all SLAs.
     *
     * @param slas names of the SLAs that may be used, each of which the configuration has
     */
    public static RecordCheck of(MessConfig config, Set<String> slas) {
        Catalog all = Settings.catalog(config);
        Map<String, OwnerParams> some = new HashMap<>(all.slas());
        some.keySet().retainAll(slas);
        return new RecordCheck(
                new Catalog(
                        some,
                        all.models(),
                        all.metrics(),
                        all.maxPromptChars(),
                        all.maxRecordBytes(),
                        all.allowContentParts()));
    }

    /** Checks what every job does, whatever the names and limits of its configuration. */
    public static RecordCheck ofAnyJob() {
        return new RecordCheck(
                new Catalog(
                        null,
                        null,
                        new TreeSet<>(Metric.wireNames()),
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        true));
    }

    /** What is wrong with the value of a request: the field, its value and the fix. */
    public Optional<String> requestError(byte[] value) {
        return error(requests, value);
    }

    /** What is wrong with the value of feedback: the field, its value and the fix. */
    public Optional<String> feedbackError(byte[] value) {
        return error(feedback, value);
    }

    private static Optional<String> error(ParseFunction.Parser<?> parser, byte[] value) {
        RawRecord raw =
                RawRecordBuilder.builder()
                        .topic("unsent")
                        .timestampMillis(System.currentTimeMillis())
                        .value(value)
                        .build();
        try {
            parser.parse(raw, NOTHING);
            return Optional.empty();
        } catch (InvalidRecordException e) {
            return Optional.of(e.getMessage());
        }
    }
}
