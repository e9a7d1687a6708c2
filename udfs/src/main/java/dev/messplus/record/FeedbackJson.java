package dev.messplus.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The JSON of what the job writes to the topic of measurements; its parsers read it. */
final class FeedbackJson {

    private FeedbackJson() {}

    static ObjectNode of(Measurement record) {
        Energy energy = record.energy();
        FieldWriter fields =
                begin(record)
                        .number("score", record.score())
                        .joules(energy)
                        .tokens(record.tokens())
                        .work(record.work())
                        .flag("served", record.served())
                        .text("source", record.source())
                        .text("error", record.error())
                        .flagIfSet("expired", record.expired())
                        .flagIfSet("after_serving", record.afterServing())
                        .failed(record.failed())
                        .text("energy_source", energy.source())
                        .flagIfSet("energy_assumed", energy.assumed())
                        .flagIfSet("energy_provisional", energy.provisional())
                        .positive("unavailable_millis", record.unavailableMillis());
        if (record.load() != null) {
            fields.object().set("load", load(record.load()));
        }
        return end(record, fields);
    }

    static ObjectNode of(Correction record) {
        FieldWriter fields =
                begin(record)
                        .joules(record.energy())
                        .tokens(record.tokens())
                        .work(record.work())
                        .flag("served", record.served())
                        .text("source", JobFeedback.METER)
                        .text("energy_source", record.energy().source());
        ObjectNode correction =
                new FieldWriter()
                        .number("joules", record.joulesMore())
                        .number("failed_joules", record.failedJoulesMore())
                        .number("scoring_joules", positive(record.scoringJoules()))
                        .flagIfSet("planned", record.planned())
                        .integer("prompt_length", record.promptLength())
                        .integer("max_tokens", record.maxTokens())
                        .object();
        fields.object().set("correction", correction);
        return end(record, fields);
    }

    private static ObjectNode load(Map<String, ModelLoad> load) {
        ObjectNode models = new FieldWriter().object();
        load.forEach(
                (model, itsLoad) ->
                        models.set(
                                model,
                                new FieldWriter()
                                        .number("concurrency", hundredths(itsLoad.concurrency()))
                                        .positive("max_concurrency", itsLoad.maxConcurrency())
                                        .object()));
        return models;
    }

    /** A load is a mean of some seconds: more digits say nothing. */
    private static double hundredths(double load) {
        return Math.round(100 * load) / 100.0;
    }

    /** Unknown, and so absent, unless there are any. */
    private static double positive(double joules) {
        return joules > 0 ? joules : Double.NaN;
    }

    private static FieldWriter begin(JobFeedback record) {
        return new FieldWriter()
                .text("request_id", record.requestId())
                .text("sla", record.sla())
                .text("model", record.model());
    }

    private static ObjectNode end(JobFeedback record, FieldWriter fields) {
        fields.identifier("decision", record.decision());
        if (record.run() != null) {
            fields.text("run", record.run()).integer("checkpoint", record.checkpoint());
        }
        return fields.object();
    }
}
