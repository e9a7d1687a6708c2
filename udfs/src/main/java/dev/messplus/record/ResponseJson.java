package dev.messplus.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The JSON of responses: one flat object, with the fields of the record and of its parts. */
final class ResponseJson {

    private ResponseJson() {}

    /** Writes responses. */
    static final class Writer extends JsonSerializer<Response> {

        @Override
        public void serialize(Response response, JsonGenerator json, SerializerProvider unused)
                throws IOException {
            DecisionSummary decision = response.decision();
            json.writeStartObject(response);
            FieldWriter fields =
                    new FieldWriter(json)
                            .text(Field.ID, response.id())
                            .text(Field.SLA, response.sla())
                            .text(Field.STATUS, response.status())
                            .text(Field.MODEL, response.model())
                            .output(response.output())
                            .text(Field.MODE, decision.mode())
                            .number(Field.PREDICTED_SCORE, decision.predictedScore())
                            .number(Field.SCORE, response.score())
                            .joules(response.energy())
                            .text(Field.ENERGY_SOURCE, response.energy().source())
                            .number(Field.EXPLORATION_JOULES, response.explorationJoules())
                            .failed(response.failed())
                            .tokens(response.tokens())
                            .integer(Field.LATENCY_MS, response.latencyMillis())
                            .integer(Field.ATTEMPTS, response.attempts())
                            .number(Field.PRESSURE, decision.pressure())
                            .integer(Field.T, decision.t())
                            .identifier(Field.DECISION, decision.number())
                            .json(Field.RECEIPT, decision.receipt());
            if (response.candidates() != null) {
                fields.array(Field.CANDIDATES);
                for (Candidate candidate : response.candidates()) {
                    write(candidate, json);
                }
                json.writeEndArray();
            }
            fields.text(Field.ERROR, response.error()).json(Field.METADATA, response.metadata());
            json.writeEndObject();
        }

        private static void write(Candidate candidate, JsonGenerator json) throws IOException {
            json.writeStartObject(candidate);
            new FieldWriter(json)
                    .text(Field.MODEL, candidate.model())
                    .output(candidate.output())
                    .number(Field.SCORE, candidate.score())
                    .joules(candidate.energy())
                    .text(Field.ERROR, candidate.error());
            json.writeEndObject();
        }
    }

    /** Reads responses. */
    static final class Reader extends JsonDeserializer<Response> {

        @Override
        public Response deserialize(JsonParser json, DeserializationContext context)
                throws IOException {
            Draft draft = new Draft();
            FieldReader fields = new FieldReader(json, context);
            fields.readObject(Response.class, field -> draft.set(field, fields));
            return draft.build();
        }
    }

    /** What responses and candidates have in common, while it is read. */
    private static final class AnswerDraft {

        private String model;
        private final ModelOutputBuilder output = ModelOutputBuilder.builder();
        private double score = Double.NaN;
        private final EnergyBuilder energy = EnergyBuilder.builder();
        private String error;

        boolean set(Field field, FieldReader value) throws IOException {
            switch (field) {
                case MODEL -> model = value.text();
                case OUTPUT -> output.text(value.text());
                case TOOL_CALLS -> output.toolCalls(value.json());
                case REFUSAL -> output.refusal(value.text());
                case REASONING_CONTENT -> output.reasoningContent(value.text());
                case FINISH_REASON -> output.finishReason(value.text());
                case SCORE -> score = value.number();
                case ENERGY_JOULES -> energy.joules(value.number());
                case ENERGY_UNCERTAINTY_JOULES -> energy.uncertaintyJoules(value.number());
                case ERROR -> error = value.text();
                default -> {
                    return false;
                }
            }
            return true;
        }

        Candidate candidate() {
            return new Candidate(model, output.build(), score, energy.build(), error);
        }
    }

    /** A response while it is read. */
    private static final class Draft {

        private final ResponseBuilder response = ResponseBuilder.builder();
        private final AnswerDraft answer = new AnswerDraft();
        private final FailedCallsBuilder failed = FailedCallsBuilder.builder();
        private final TokenCountsBuilder tokens = TokenCountsBuilder.builder();
        private final DecisionSummaryBuilder decision = DecisionSummaryBuilder.builder();

        boolean set(Field field, FieldReader value) throws IOException {
            switch (field) {
                case ID -> response.id(value.text());
                case SLA -> response.sla(value.text());
                case STATUS -> response.status(value.text());
                case MODE -> decision.mode(value.text());
                case PREDICTED_SCORE -> decision.predictedScore(value.number());
                case ENERGY_SOURCE -> answer.energy.source(value.text());
                case EXPLORATION_JOULES -> response.explorationJoules(value.number());
                case FAILED_JOULES -> failed.joules(value.number());
                case FAILED_UNMETERED -> failed.unmetered(value.count());
                case PROMPT_TOKENS -> tokens.prompt(value.count());
                case COMPLETION_TOKENS -> tokens.completion(value.count());
                case LATENCY_MS -> response.latencyMillis(value.integer());
                case ATTEMPTS -> response.attempts(value.count());
                case PRESSURE -> decision.pressure(value.number());
                case T -> decision.t(value.integer());
                case DECISION -> decision.number(value.integer());
                case RECEIPT -> decision.receipt(value.json());
                case CANDIDATES -> response.candidates(candidates(value));
                case METADATA -> response.metadata(value.json());
                default -> {
                    return answer.set(field, value);
                }
            }
            return true;
        }

        private static List<Candidate> candidates(FieldReader value) throws IOException {
            List<Candidate> candidates = new ArrayList<>();
            value.readArray(
                    Candidate.class,
                    () -> {
                        AnswerDraft draft = new AnswerDraft();
                        value.readObject(Candidate.class, field -> draft.set(field, value));
                        candidates.add(draft.candidate());
                    });
            return candidates;
        }

        Response build() {
            Candidate served = answer.candidate();
            return response.model(served.model())
                    .output(served.output())
                    .score(served.score())
                    .energy(served.energy())
                    .error(served.error())
                    .failed(failed.build())
                    .tokens(tokens.build())
                    .decision(decision.build())
                    .build();
        }
    }
}
