package dev.messplus.route.share;

import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.Measurement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request of a sharded SLA, as far as other shards learn from it. */
public final class SharedRequest {

    /**
     * What was not shared before.
     *
     * @param seen what became known, without what was shared
     * @param servedScore accuracy of the answer that was served, once it is known; {@code NaN}
     *     otherwise
     * @param prompt the request's prompt, whose features are {@code null} where another embedding
     *     made them
     */
    record News(Observation seen, double servedScore, Prompt prompt) {}

    /** The request's prompt. */
    public Prompt prompt = new Prompt(new float[0], 0, 0);

    /** Name of the embedding that made its features. */
    public String embedding = "";

    /** The labels that were shared, by model. */
    public Map<String, Double> scores = new HashMap<>();

    /** Models whose joules were shared. */
    public List<String> measured = new ArrayList<>();

    /**
     * Number of the decision that the job reported last; 0 before the first. There are several
     * where a request was repeated while it was in flight. Where the answer that does not count was
     * shared first, the other shards have learned from an answer that was not served, and this
     * request waits for the feedback timeout.
     */
    public long decision;

    /** Models that the job reported on under that decision. */
    public List<String> reported = new ArrayList<>();

    /** Models that gave no answer under that decision. */
    public List<String> failed = new ArrayList<>();

    /** The model that answered the request under that decision; {@code null} until known. */
    public String served;

    /** Whether the accuracy of that answer was shared. */
    public boolean resolved;

    /**
     * Takes in a label or measurement, and returns what was not shared before.
     *
     * @param embeddingNow name of the embedding that makes features now; features of another one
     *     are left out
     */
    News news(FeedbackRecord record, String embeddingNow) {
        Observation seen;
        if (record.label() != null) {
            seen = record.label().observation();
        } else {
            follow(record.measurement());
            seen = record.measurement().observation();
        }
        Observation unshared = unshared(seen);
        double servedScore = Double.NaN;
        if (!resolved && served != null && scores.containsKey(served)) {
            resolved = true;
            servedScore = scores.get(served);
        }
        return new News(unshared, servedScore, promptAs(embeddingNow));
    }

    private Observation unshared(Observation seen) {
        String model = seen.model();
        double score = seen.score();
        if (!Double.isNaN(score) && scores.putIfAbsent(model, score) != null) {
            score = Double.NaN;
        }
        MeasuredEnergy energy = seen.energy();
        if (!Double.isNaN(energy.joules()) && !add(model, measured)) {
            energy = MeasuredEnergy.of(Double.NaN);
        }
        return new Observation(model, score, energy, seen.failedJoules(), seen.outcome());
    }

    private Prompt promptAs(String embeddingNow) {
        return embedding.equals(embeddingNow)
                ? prompt
                : new Prompt(null, prompt.promptTokens(), prompt.maxTokens());
    }

    /** Notes what the job reports, and stops waiting for what an earlier decision asked for. */
    private void follow(Measurement measurement) {
        Long decided = measurement.decision();
        if (decided != null && decided != decision) {
            decision = decided;
            reported.clear();
            failed.clear();
            served = null;
        }
        add(measurement.model(), reported);
        if (measurement.error() != null) {
            add(measurement.model(), failed);
        }
        if (measurement.served() && served == null) {
            served = measurement.model();
        }
    }

    private static boolean add(String model, List<String> models) {
        return !models.contains(model) && models.add(model);
    }

    /** Whether nothing more can come. */
    boolean isComplete() {
        return served != null
                && reported.stream()
                        .allMatch(model -> failed.contains(model) || scores.containsKey(model));
    }
}
