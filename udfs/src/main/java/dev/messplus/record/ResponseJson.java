package dev.messplus.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The JSON of responses: one flat object, with the fields of the record and of its parts. */
final class ResponseJson {

    private ResponseJson() {}

    static ObjectNode of(Response response) {
        FieldWriter fields =
                new FieldWriter()
                        .text("id", response.id())
                        .text("sla", response.sla())
                        .text("status", response.status());
        if (response.decision() != null) {
            addDecided(fields, response, response.decision());
        }
        if (response.candidates() != null) {
            ArrayNode candidates = fields.object().putArray("candidates");
            response.candidates().forEach(candidate -> candidates.add(of(candidate)));
        }
        return fields.text("error", response.error())
                .json("metadata", response.metadata())
                .object();
    }

    /** What only the response to a request has that was decided. */
    private static void addDecided(
            FieldWriter fields, Response response, DecisionSummary decision) {
        fields.text("model", response.model())
                .output(response.output())
                .text("mode", decision.mode())
                .number("predicted_score", decision.predictedScore())
                .number("score", response.score())
                .joules(response.energy())
                .text("energy_source", response.energy().source())
                .number("exploration_joules", response.explorationJoules())
                .number("planned_joules", response.plannedJoules())
                .number("scoring_joules", response.scoring().joules())
                .text("scoring_energy_source", response.scoring().source())
                .flagIfSet("audit", response.audit())
                .failed(response.failed())
                .tokens(response.tokens())
                .integer("waited_ms", response.waitedMillis())
                .integer("latency_ms", response.latencyMillis())
                .integer("attempts", response.attempts())
                .number("pressure", decision.pressure())
                .integer("t", decision.t())
                .identifier("decision", decision.number())
                .json("receipt", decision.receipt());
    }

    private static ObjectNode of(Candidate candidate) {
        return new FieldWriter()
                .text("model", candidate.model())
                .output(candidate.output())
                .number("score", candidate.score())
                .joules(candidate.energy())
                .text("error", candidate.error())
                .object();
    }

    /**
     * Reads what {@link #of(Response)} made. Unknown fields are ignored.
     *
     * @throws JsonProcessingException if a value is of another kind
     */
    static Response read(ObjectNode json) throws JsonProcessingException {
        FieldReader fields = new FieldReader(json);
        Candidate served = candidate(fields);
        return ResponseBuilder.builder()
                .id(fields.text("id"))
                .sla(fields.text("sla"))
                .status(fields.text("status"))
                .model(served.model())
                .output(served.output())
                .score(served.score())
                .energy(served.energy())
                .explorationJoules(fields.number("exploration_joules"))
                .plannedJoules(fields.number("planned_joules"))
                .scoring(
                        EnergyBuilder.builder()
                                .joules(fields.number("scoring_joules"))
                                .source(fields.text("scoring_energy_source"))
                                .build())
                .audit(fields.value("audit", Boolean.class, false))
                .failed(
                        new FailedAttempts(
                                fields.number("failed_joules"),
                                (int) fields.integer("failed_unmetered")))
                .tokens(
                        new TokenCounts(
                                fields.count("prompt_tokens"),
                                fields.count("cached_tokens"),
                                fields.count("completion_tokens")))
                .waitedMillis(fields.integer("waited_ms"))
                .latencyMillis(fields.integer("latency_ms"))
                .attempts((int) fields.integer("attempts"))
                .decision(decision(fields))
                .candidates(candidates(fields))
                .error(served.error())
                .metadata(fields.json("metadata"))
                .build();
    }

    /** {@code null} in the response to a request that was refused. */
    private static DecisionSummary decision(FieldReader fields) throws JsonProcessingException {
        if (Response.REFUSED.equals(fields.text("status"))) {
            return null;
        }
        return new DecisionSummary(
                fields.text("mode"),
                fields.number("predicted_score"),
                fields.number("pressure"),
                fields.integer("t"),
                fields.integer("decision"),
                fields.json("receipt"));
    }

    private static List<Candidate> candidates(FieldReader fields) throws JsonProcessingException {
        ObjectNode[] array = fields.value("candidates", ObjectNode[].class, null);
        if (array == null) {
            return null;
        }
        List<Candidate> candidates = new ArrayList<>();
        for (ObjectNode candidate : array) {
            candidates.add(candidate(new FieldReader(candidate)));
        }
        return candidates;
    }

    /** What responses and candidates have in common. */
    private static Candidate candidate(FieldReader fields) throws JsonProcessingException {
        ModelOutput output =
                new ModelOutput(
                        fields.text("output"),
                        fields.json("tool_calls"),
                        fields.text("refusal"),
                        fields.text("reasoning_content"),
                        fields.json("logprobs"),
                        fields.text("finish_reason"));
        Energy energy =
                new Energy(
                        fields.number("energy_joules"),
                        fields.value("idle_joules", Double.class, 0.0),
                        fields.number("energy_uncertainty_joules"),
                        fields.text("energy_source"),
                        false,
                        false);
        return new Candidate(
                fields.text("model"), output, fields.number("score"), energy, fields.text("error"));
    }
}
