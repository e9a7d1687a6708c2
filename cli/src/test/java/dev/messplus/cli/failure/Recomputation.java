package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.routing.Shards;
import dev.messplus.routing.Shards.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Computes from the topics alone what the state of the job must be.
 *
 * <p>After a failure, a request may be decided again and go to another model, so the measurements
 * topic holds the outcome of every attempt. The attempt of the last response counts. Of each model,
 * the first score in the measurements for its decision counts, or else the score of the user.
 */
final class Recomputation implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Decision in feedback that names none. */
    private static final long NO_DECISION = 0;

    /** Mean score that the job reports for a model without labels. */
    private static final double UNKNOWN = 0.5;

    private final TopicReader responses;
    private final TopicReader measurements;
    private final TopicReader feedback;
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<Label, Double> labels = new HashMap<>();

    /** The response that counts. */
    private record Answer(
            String sla,
            long decision,
            boolean failed,
            String model,
            double joules,
            List<String> answered) {}

    /** The subject of a score. */
    private record Label(String sla, String request, long decision, String model) {}

    Recomputation(KafkaSection kafka) {
        responses = new TopicReader(kafka.bootstrap(), kafka.topics().responses());
        measurements = new TopicReader(kafka.bootstrap(), kafka.topics().measurements());
        feedback = new TopicReader(kafka.bootstrap(), kafka.topics().feedback());
    }

    /** Reads what has arrived since the last call. */
    void update() {
        responses.read(record -> respond(json(record)));
        measurements.read(this::label);
        feedback.read(this::label);
    }

    private void respond(JsonNode response) {
        List<String> answered = new ArrayList<>();
        if (response.has("candidates")) {
            for (JsonNode candidate : response.get("candidates")) {
                if (!candidate.has("error")) {
                    answered.add(candidate.get("model").asText());
                }
            }
        } else {
            answered.add(response.get("model").asText());
        }
        answers.put(
                response.get("id").asText(),
                new Answer(
                        response.get("sla").asText(),
                        response.path("decision").asLong(),
                        response.get("status").asText().equals("failed"),
                        response.get("model").asText(),
                        response.path("energy_joules").asDouble(),
                        answered));
    }

    private void label(ConsumerRecord<byte[], byte[]> record) {
        JsonNode said;
        try {
            said = JSON.readTree(record.value());
        } catch (IOException | IllegalArgumentException garbage) {
            return;
        }
        JsonNode score = said.path("score");
        if (score.isNumber() && score.asDouble() >= 0 && score.asDouble() <= 1) {
            labels.putIfAbsent(
                    new Label(
                            said.path("sla").asText(),
                            said.path("request_id").asText(),
                            said.path("decision").asLong(),
                            said.path("model").asText()),
                    score.asDouble());
        }
    }

    /**
     * The metrics of an SLA or a shard, by name, once all its requests are answered and rated, and
     * provided that Q never met its bounds. What a shard knows of models is left out: it also comes
     * from other shards and from abandoned attempts.
     */
    Map<String, Double> figures(Shard shard, double alpha, Collection<String> zoo) {
        Totals totals = new Totals(zoo);
        answers.forEach(
                (request, answer) -> {
                    if (answer.sla().equals(shard.sla())
                            && Shards.index(request, shard.of()) == shard.index()) {
                        totals.add(request, answer);
                    }
                });
        Map<String, Double> figures = totals.figures(alpha);
        if (shard.of() > 1) {
            figures.keySet()
                    .removeIf(name -> name.endsWith(".labels") || name.endsWith(".meanScore"));
        }
        return figures;
    }

    /** The score of an answer; {@code null} if there is none. */
    private Double score(String request, Answer answer, String model) {
        Double scored = labels.get(new Label(answer.sla(), request, answer.decision(), model));
        return scored == null
                ? labels.get(new Label(answer.sla(), request, NO_DECISION, model))
                : scored;
    }

    /** What the requests of an SLA or a shard add up to. */
    private final class Totals {

        private final Map<String, Sums> models = new TreeMap<>();
        private final Sums served = new Sums();
        private long requests;
        private long failed;
        private double joules;

        Totals(Collection<String> zoo) {
            zoo.forEach(model -> models.put(model, new Sums()));
        }

        void add(String request, Answer answer) {
            requests++;
            if (answer.failed()) {
                failed++;
                return;
            }
            joules += answer.joules();
            models.get(answer.model()).served++;
            served.add(score(request, answer, answer.model()));
            for (String model : answer.answered()) {
                models.get(model).add(score(request, answer, model));
            }
        }

        Map<String, Double> figures(double alpha) {
            Map<String, Double> figures = new TreeMap<>();
            figures.put("requests", (double) requests);
            figures.put("labelled", (double) served.labels);
            figures.put("failed", (double) failed);
            figures.put("expired", 0.0);
            figures.put("inFlight", 0.0);
            figures.put("q", alpha * served.labels - served.scores);
            figures.put("servedJoules", joules);
            models.forEach(
                    (model, sums) -> {
                        String prefix = "model." + model + ".";
                        figures.put(prefix + "served", (double) sums.served);
                        figures.put(prefix + "labels", (double) sums.labels);
                        figures.put(
                                prefix + "meanScore",
                                sums.labels == 0 ? UNKNOWN : sums.scores / sums.labels);
                    });
            return figures;
        }
    }

    private static final class Sums {
        private long served;
        private long labels;
        private double scores;

        void add(Double score) {
            if (score != null) {
                labels++;
                scores += score;
            }
        }
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        responses.close();
        measurements.close();
        feedback.close();
    }
}
