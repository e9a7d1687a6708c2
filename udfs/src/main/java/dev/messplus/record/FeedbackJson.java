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
            FieldWriter fields = begin(record, json).number("score", record.score());
            joules(energy, fields)
                    .count("prompt_tokens", record.tokens().prompt())
                    .count("completion_tokens", record.tokens().completion())
                    .flag("served", record.served())
                    .text("source", record.source())
                    .text("error", record.error())
                    .flagIfSet("expired", record.expired())
                    .number("failed_joules", record.failed().joules())
                    .positive("failed_unmetered", record.failed().unmetered())
                    .text("energy_source", energy.source())
                    .flagIfSet("energy_assumed", energy.assumed())
                    .flagIfSet("energy_provisional", energy.provisional())
                    .positive("unavailable_millis", record.unavailableMillis());
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
            FieldWriter fields = begin(record, json);
            joules(record.energy(), fields)
                    .flag("served", record.served())
                    .text("source", JobFeedback.METER)
                    .text("energy_source", record.energy().source());
            json.writeObjectFieldStart("correction");
            fields.number("joules", record.joulesMore())
                    .number("failed_joules", record.failedJoulesMore())
                    .integer("prompt_length", record.promptLength())
                    .integer("max_tokens", record.maxTokens());
            json.writeEndObject();
            end(record, fields);
            json.writeEndObject();
        }
    }

    private static FieldWriter begin(JobFeedback record, JsonGenerator json) throws IOException {
        return new FieldWriter(json)
                .text("request_id", record.requestId())
                .text("sla", record.sla())
                .text("model", record.model());
    }

    private static FieldWriter joules(Energy energy, FieldWriter fields) throws IOException {
        return fields.number("energy_joules", energy.joules())
                .number("energy_uncertainty_joules", energy.uncertaintyJoules());
    }

    private static void end(JobFeedback record, FieldWriter fields) throws IOException {
        fields.identifier("decision", record.decision());
        if (record.run() != null) {
            fields.text("run", record.run()).integer("checkpoint", record.checkpoint());
        }
    }
}
