package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.route.config.Shards;
import dev.messplus.route.config.Shards.Shard;
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
 * Computes what the state of the job must be from what others saw: the answers that a {@code
 * read_committed} reader was given, the scores that users sent, and the joules of every call that
 * the job reported.
 *
 * <p>After a failure, a request may be answered again, by another call or another model. The answer
 * of its last response counts, with the score that the response has, or else with the first score
 * of a user. Joules count for every call, whether or not anybody saw its answer. What a meter
 * reported of an answer after its response is added.
 */
final class Recomputation implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Mean score that the job reports for a model without labels. */
    private static final double UNKNOWN = 0.5;

    private final TopicReader responses;
    private final TopicReader measurements;
    private final TopicReader feedback;
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<Label, Double> ratings = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final Map<Subject, Attempt> attempts = new HashMap<>();
    private final List<Correction> corrections = new ArrayList<>();
    private long measuredCalls;
    private long estimatedCalls;

    /**
     * The response that counts.
     *
     * @param scores the score of each model that answered; {@code null} where it is the user's
     */
    private record Answer(
            String sla,
            boolean failed,
            String model,
            double joules,
            double explorationJoules,
            double failedJoules,
            Map<String, Double> scores) {}

    /** The subject of a rating. */
    private record Label(String sla, String request, String model) {}

    /** What a call that the job reported took. */
    private record Call(String sla, String request, double joules) {}

    private record Subject(String sla, String request) {}

    /** The decision that was answered, and the start of the job that answered it. */
    private record Attempt(String decision, String run) {}

    /** What a meter reported of a call after its record. */
    private record Correction(
            Subject subject, Attempt attempt, boolean served, double joules, double failedJoules) {}

    Recomputation(KafkaSection kafka) {
        responses = new TopicReader(kafka.bootstrap(), kafka.topics().responses());
        measurements = new TopicReader(kafka.bootstrap(), kafka.topics().measurements());
        feedback = new TopicReader(kafka.bootstrap(), kafka.topics().feedback());
    }

    /** Reads what has arrived since the last call. */
    Recomputation update() {
        responses.read(record -> respond(json(record)));
        measurements.read(record -> measure(json(record)));
        feedback.read(this::rate);
        return this;
    }

    /** Number of calls that were charged what a device or a server measured. */
    long measuredCalls() {
        return measuredCalls;
    }

    /** Number of calls that were charged an estimate because the meter was down. */
    long estimatedCalls() {
        return estimatedCalls;
    }

    /** Number of requests whose last response says that they failed. */
    long failedRequests() {
        return answers.values().stream().filter(Answer::failed).count();
    }

    private void respond(JsonNode response) {
        Map<String, Double> scores = new HashMap<>();
        if (response.has("candidates")) {
            for (JsonNode candidate : response.get("candidates")) {
                if (!candidate.has("error")) {
                    scores.put(candidate.get("model").asText(), score(candidate));
                }
            }
        } else {
            scores.put(response.get("model").asText(), score(response));
        }
        answers.put(
                response.get("id").asText(),
                new Answer(
                        response.get("sla").asText(),
                        response.get("status").asText().equals("failed"),
                        response.get("model").asText(),
                        response.path("energy_joules").asDouble(),
                        response.path("exploration_joules").asDouble(),
                        response.path("failed_joules").asDouble(),
                        scores));
    }

    private static Double score(JsonNode answer) {
        return answer.has("score") ? (Double) answer.get("score").asDouble() : null;
    }

    private void measure(JsonNode measured) {
        Subject subject =
                new Subject(measured.get("sla").asText(), measured.get("request_id").asText());
        Attempt attempt =
                new Attempt(measured.path("decision").asText(), measured.path("run").asText());
        boolean served = measured.path("served").asBoolean();
        JsonNode correction = measured.path("correction");
        if (correction.isObject()) {
            corrections.add(
                    new Correction(
                            subject,
                            attempt,
                            served,
                            correction.get("joules").asDouble(),
                            correction.get("failed_joules").asDouble()));
            return;
        }
        if (served) {
            attempts.put(subject, attempt);
        }
        if (measured.path("energy_assumed").asBoolean()) {
            estimatedCalls++;
        } else if (measured.has("energy_joules")) {
            measuredCalls++;
        }
        double joules =
                measured.path("energy_joules").asDouble()
                        + measured.path("failed_joules").asDouble();
        if (joules > 0) {
            calls.add(new Call(subject.sla(), subject.request(), joules));
        }
    }

    private void rate(ConsumerRecord<byte[], byte[]> record) {
        JsonNode said;
        try {
            said = JSON.readTree(record.value());
        } catch (IOException | IllegalArgumentException garbage) {
            return;
        }
        JsonNode score = said.path("score");
        if (score.isNumber() && score.asDouble() >= 0 && score.asDouble() <= 1) {
            ratings.putIfAbsent(
                    new Label(
                            said.path("sla").asText(),
                            said.path("request_id").asText(),
                            said.path("model").asText()),
                    score.asDouble());
        }
    }

    /**
     * The metrics of an SLA or a shard, by name, once all its requests are answered and rated. What
     * a shard knows of models is left out: it also comes from other shards.
     */
    Map<String, Double> figures(Shard shard, double alpha, Collection<String> zoo) {
        Totals totals = new Totals(zoo);
        answers.forEach(
                (request, answer) -> {
                    if (owns(shard, answer.sla(), request)) {
                        totals.add(request, answer);
                    }
                });
        for (Call call : calls) {
            if (owns(shard, call.sla(), call.request())) {
                totals.allJoules += call.joules();
            }
        }
        for (Correction correction : corrections) {
            Subject subject = correction.subject();
            if (owns(shard, subject.sla(), subject.request())) {
                totals.add(correction, correction.attempt().equals(attempts.get(subject)));
            }
        }
        Map<String, Double> figures = totals.figures(alpha);
        if (shard.of() > 1) {
            figures.keySet()
                    .removeIf(name -> name.endsWith(".labels") || name.endsWith(".meanScore"));
        }
        return figures;
    }

    private static boolean owns(Shard shard, String sla, String request) {
        return sla.equals(shard.sla()) && Shards.index(request, shard.of()) == shard.index();
    }

    /** The score of an answer; {@code null} if there is none. */
    private Double score(String request, Answer answer, String model) {
        Double scored = answer.scores().get(model);
        return scored == null ? ratings.get(new Label(answer.sla(), request, model)) : scored;
    }

    /** What the requests of an SLA or a shard add up to. */
    private final class Totals {

        private final Map<String, Sums> models = new TreeMap<>();
        private final Sums served = new Sums();
        private long requests;
        private long failed;
        private double servedJoules;
        private double explorationJoules;
        private double failedJoules;
        private double allJoules;

        Totals(Collection<String> zoo) {
            zoo.forEach(model -> models.put(model, new Sums()));
        }

        void add(String request, Answer answer) {
            requests++;
            failedJoules += answer.failedJoules();
            if (answer.failed()) {
                failed++;
                return;
            }
            servedJoules += answer.joules();
            explorationJoules += answer.explorationJoules();
            models.get(answer.model()).served++;
            served.add(score(request, answer, answer.model()));
            for (String model : answer.scores().keySet()) {
                models.get(model).add(score(request, answer, model));
            }
        }

        /** Adds a correction; {@code counts} if it is of the answer that counts. */
        void add(Correction correction, boolean counts) {
            allJoules += correction.joules() + correction.failedJoules();
            if (counts) {
                failedJoules += correction.failedJoules();
                servedJoules += correction.served() ? correction.joules() : 0;
                explorationJoules += correction.served() ? 0 : correction.joules();
            }
        }

        Map<String, Double> figures(double alpha) {
            Map<String, Double> figures = new TreeMap<>();
            figures.put("requests", (double) requests);
            figures.put("labelled", (double) served.labels);
            figures.put("failed", (double) failed);
            figures.put("expired", 0.0);
            figures.put("inFlight", 0.0);
            figures.put("deficit", alpha * served.labels - served.scores);
            figures.put("servedJoules", servedJoules);
            figures.put("explorationJoules", explorationJoules);
            figures.put("failedJoules", failedJoules);
            figures.put("energyJoules", allJoules);
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
