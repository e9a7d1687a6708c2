package dev.messplus.parse;

import dev.messplus.record.Correction;
import dev.messplus.record.CorrectionBuilder;
import dev.messplus.record.DeadLetter.Reason;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.FailedAttemptsBuilder;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Measurement;
import dev.messplus.record.MeasurementBuilder;
import dev.messplus.record.ModelLoad;
import dev.messplus.record.RawRecord;
import dev.messplus.record.ServerWorkBuilder;
import dev.messplus.record.TokenCountsBuilder;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Parses the records of the measurements topic, which the job itself wrote, before or after it was
 * restarted with another configuration. It believes them, within bounds that no true measurement
 * reaches.
 */
public final class MeasurementParser implements Serializable {

    /** Names of the fields of measurements and corrections. */
    static final Set<String> FIELDS =
            Set.of(
                    "request_id",
                    "sla",
                    "model",
                    "score",
                    "energy_joules",
                    "idle_joules",
                    "energy_uncertainty_joules",
                    "prompt_tokens",
                    "cached_tokens",
                    "completion_tokens",
                    "work_seconds",
                    "concurrency",
                    "fixed_joules",
                    "prefix_share",
                    "truncated",
                    "load",
                    "served",
                    "source",
                    "error",
                    "expired",
                    "after_serving",
                    "failed_joules",
                    "failed_unmetered",
                    "energy_source",
                    "energy_assumed",
                    "energy_provisional",
                    "correction",
                    "unavailable_millis",
                    "decision",
                    "run",
                    "checkpoint");

    /** A record must have one of these, or it says nothing. */
    private static final Set<String> NEWS =
            Set.of(
                    "score",
                    "energy_joules",
                    "served",
                    "failed_joules",
                    "failed_unmetered",
                    "correction",
                    "unavailable_millis");

    /** Unknown fields, however they are spelt, are those of a later release. */
    private static final RecordReader READER =
            new RecordReader("request_id", FieldNames.of().and(FIELDS));

    /** The largest record that a Kafka producer writes by default. */
    private static final int MAX_RECORD_BYTES = 1 << 20;

    private static final long MAX_UNAVAILABLE_MILLIS = 3_600_000;

    /** No answer takes a terajoule, and sums of larger values could become infinite. */
    private static final double MAX_JOULES = 1e12;

    private static final String JOULES = "between 0 and %.0e".formatted(MAX_JOULES);

    /** No call takes as many seconds, and no model has as many calls. */
    private static final double MAX_AMOUNT = 1e9;

    private static final String AMOUNT = "between 0 and %.0e".formatted(MAX_AMOUNT);
    private static final String DIFFERENCE = "between -%1$.0e and %1$.0e".formatted(MAX_JOULES);

    private final Catalog catalog;

    /** A parser of measurements under the SLAs in {@code catalog}. */
    public MeasurementParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Parses a measurement or a correction.
     *
     * @return the record, possibly of a model that has left the zoo; {@code null} if its SLA has
     *     left the configuration
     * @throws InvalidRecordException if the record is invalid
     */
    public JobFeedback parse(RawRecord raw, Ignored ignored) throws InvalidRecordException {
        JobFeedback record = READER.read(raw, MAX_RECORD_BYTES, "", new Draft(), ignored);
        return catalog.slaNames().contains(record.sla()) ? record : null;
    }

    private static final class Draft implements RecordReader.Draft<JobFeedback> {

        private final MeasurementBuilder measurement = MeasurementBuilder.builder();
        private final EnergyBuilder energy = EnergyBuilder.builder();
        private final TokenCountsBuilder tokens = TokenCountsBuilder.builder();
        private final ServerWorkBuilder work = ServerWorkBuilder.builder();
        private final FailedAttemptsBuilder failed = FailedAttemptsBuilder.builder();

        /** {@code null} in a measurement. */
        private CorrectionBuilder correction;

        private boolean empty = true;

        @Override
        public void set(String field, JsonCursor value) throws IOException, InvalidRecordException {
            switch (field) {
                case "request_id" -> measurement.requestId(Fields.id(value));
                case "sla" -> measurement.sla(Fields.id(value));
                case "model" -> measurement.model(Fields.id(value));
                case "score" -> measurement.score(Fields.score(value));
                case "energy_joules" -> energy.joules(joules(value));
                case "idle_joules" -> energy.idleJoules(joules(value));
                case "energy_uncertainty_joules" -> energy.uncertaintyJoules(joules(value));
                case "prompt_tokens" -> tokens.prompt(tokens(value));
                case "cached_tokens" -> tokens.cached(tokens(value));
                case "work_seconds" -> work.seconds(amount(value));
                case "concurrency" -> work.concurrency(amount(value));
                case "fixed_joules" -> work.fixedJoules(value.flag());
                case "prefix_share" -> work.prefixShare(Fields.score(value));
                case "truncated" -> work.truncated(value.flag());
                case "load" -> measurement.load(load(value));
                case "completion_tokens" -> tokens.completion(tokens(value));
                case "served" -> measurement.served(value.flag());
                // A consequence of the score.
                case "source" -> Fields.shortText(value);
                case "error" -> measurement.error(value.text());
                case "expired" -> measurement.expired(value.flag());
                case "after_serving" -> measurement.afterServing(value.flag());
                case "failed_joules" -> failed.joules(joules(value));
                case "failed_unmetered" -> failed.unmetered(tokens(value));
                case "energy_source" -> energy.source(value.text());
                case "energy_assumed" -> energy.assumed(value.flag());
                case "energy_provisional" -> energy.provisional(value.flag());
                case "correction" -> correction = correction(value);
                case "unavailable_millis" ->
                        measurement.unavailableMillis(value.integer(0, MAX_UNAVAILABLE_MILLIS));
                case "decision" -> measurement.decision(decision(value));
                case "run" -> measurement.run(Fields.id(value));
                case "checkpoint" -> measurement.checkpoint(value.integer(0, Long.MAX_VALUE));
                default -> throw new IllegalArgumentException(field);
            }
            empty &= !NEWS.contains(field);
        }

        @Override
        public JobFeedback build() throws InvalidRecordException {
            Fields.require("request_id", measurement.requestId());
            Fields.require("sla", measurement.sla());
            Fields.require("model", measurement.model());
            if (empty) {
                throw new InvalidRecordException(
                        Reason.MISSING_FIELD,
                        "energy_joules",
                        "is missing, and so is all else that can be measured");
            }
            measurement
                    .energy(energy.build())
                    .tokens(tokens.build())
                    .work(work.build())
                    .failed(failed.build());
            return correction == null ? measurement.build() : corrected(measurement.build());
        }

        private Correction corrected(Measurement call) {
            return correction
                    .requestId(call.requestId())
                    .sla(call.sla())
                    .model(call.model())
                    .energy(call.energy())
                    .tokens(call.tokens())
                    .work(call.work())
                    .served(call.served())
                    .decision(call.decision())
                    .run(call.run())
                    .checkpoint(call.checkpoint())
                    .build();
        }
    }

    private static double joules(JsonCursor value) throws IOException, InvalidRecordException {
        double joules = value.number();
        value.require(joules >= 0 && joules <= MAX_JOULES, JOULES);
        return joules;
    }

    private static CorrectionBuilder correction(JsonCursor value)
            throws IOException, InvalidRecordException {
        value.require(value.isObject(), "an object");
        CorrectionBuilder correction = CorrectionBuilder.builder();
        for (String name = value.nextField(); name != null; name = value.nextField()) {
            switch (name) {
                case "joules" -> correction.joulesMore(difference(value));
                case "failed_joules" -> correction.failedJoulesMore(difference(value));
                case "scoring_joules" -> correction.scoringJoules(joules(value));
                case "planned" -> correction.planned(value.flag());
                case "prompt_length" -> correction.promptLength(tokens(value));
                case "max_tokens" -> correction.maxTokens(tokens(value));
                default -> value.skip();
            }
        }
        return correction;
    }

    /** How busy each model is, by id: its calls in flight, and the most that may be. */
    private static Map<String, ModelLoad> load(JsonCursor value)
            throws IOException, InvalidRecordException {
        value.require(value.isObject(), "an object");
        Map<String, ModelLoad> load = new HashMap<>();
        for (String model = value.nextField(); model != null; model = value.nextField()) {
            load.put(model, loadOfModel(value));
        }
        return load;
    }

    private static ModelLoad loadOfModel(JsonCursor value)
            throws IOException, InvalidRecordException {
        value.require(value.isObject(), "an object");
        double concurrency = 0;
        int most = 0;
        for (String name = value.nextField(); name != null; name = value.nextField()) {
            switch (name) {
                case "concurrency" -> concurrency = amount(value);
                case "max_concurrency" -> most = tokens(value);
                default -> value.skip();
            }
        }
        return new ModelLoad(concurrency, most);
    }

    private static double amount(JsonCursor value) throws IOException, InvalidRecordException {
        double amount = value.number();
        value.require(amount >= 0 && amount <= MAX_AMOUNT, AMOUNT);
        return amount;
    }

    private static double difference(JsonCursor value) throws IOException, InvalidRecordException {
        double joules = value.number();
        value.require(Math.abs(joules) <= MAX_JOULES, DIFFERENCE);
        return joules;
    }

    private static int tokens(JsonCursor value) throws IOException, InvalidRecordException {
        return (int) value.integer(0, Integer.MAX_VALUE);
    }

    private static long decision(JsonCursor value) throws IOException, InvalidRecordException {
        try {
            return Long.parseLong(value.text());
        } catch (NumberFormatException e) {
            throw value.invalid("must be an integer of 64 bits in a string, was " + value.value());
        }
    }
}
