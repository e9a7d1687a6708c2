package dev.messplus.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes what the job writes to the topic of measurements; its parsers read it. */
final class FeedbackJson {

    private FeedbackJson() {}

    /** Writes measurements. */
    static final class MeasurementWriter extends JsonSerializer<Measurement> {

        @Override
        public void serialize(Measurement record, JsonGenerator json, SerializerProvider unused)
                throws IOException {
            Energy energy = record.energy();
            json.writeStartObject(record);
            FieldWriter fields = new FieldWriter(json);
            begin(record, fields)
                    .number(Field.SCORE, record.score())
                    .joules(energy)
                    .tokens(record.tokens())
                    .flag(Field.SERVED, record.served())
                    .text(Field.SOURCE, record.source())
                    .text(Field.ERROR, record.error())
                    .flagIfSet(Field.EXPIRED, record.expired())
                    .failed(record.failed())
                    .text(Field.ENERGY_SOURCE, energy.source())
                    .flagIfSet(Field.ENERGY_ASSUMED, energy.assumed())
                    .flagIfSet(Field.ENERGY_PROVISIONAL, energy.provisional())
                    .positive(Field.UNAVAILABLE_MILLIS, record.unavailableMillis());
            end(record, fields);
            json.writeEndObject();
        }
    }

    /** Writes corrections. */
    static final class CorrectionWriter extends JsonSerializer<Correction> {

        @Override
        public void serialize(Correction record, JsonGenerator json, SerializerProvider unused)
                throws IOException {
            json.writeStartObject(record);
            FieldWriter fields = new FieldWriter(json);
            begin(record, fields)
                    .joules(record.energy())
                    .flag(Field.SERVED, record.served())
                    .text(Field.SOURCE, JobFeedback.METER)
                    .text(Field.ENERGY_SOURCE, record.energy().source());
            fields.object(Field.CORRECTION);
            fields.number(Field.JOULES, record.joulesMore())
                    .number(Field.FAILED_JOULES, record.failedJoulesMore())
                    .integer(Field.PROMPT_LENGTH, record.promptLength())
                    .integer(Field.MAX_TOKENS, record.maxTokens());
            json.writeEndObject();
            end(record, fields);
            json.writeEndObject();
        }
    }

    private static FieldWriter begin(JobFeedback record, FieldWriter fields) throws IOException {
        return fields.text(Field.REQUEST_ID, record.requestId())
                .text(Field.SLA, record.sla())
                .text(Field.MODEL, record.model());
    }

    private static void end(JobFeedback record, FieldWriter fields) throws IOException {
        fields.identifier(Field.DECISION, record.decision());
        if (record.run() != null) {
            fields.text(Field.RUN, record.run()).integer(Field.CHECKPOINT, record.checkpoint());
        }
    }
}
