package dev.messplus.routing;

import dev.messplus.record.Feedback;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request of a sharded SLA, as far as other shards learn from it. */
public final class SharedRequest {

    /** The prompt's features. */
    public float[] features = {};

    /** What made them, by name. */
    public String embedding = "";

    /** The prompt's length. */
    public int promptTokens;

    /** The most completion tokens it asks for; 0 when it sets no maximum. */
    public int maxTokens;

    /** The labels that were shared, by model. */
    public Map<String, Double> scores = new HashMap<>();

    /** Models of which the joules were shared. */
    public List<String> measured = new ArrayList<>();

    /**
     * Which decision the job told of last; 0 before. One that a failure undid is as a rule told of
     * before the one that stands. Where it is not, or was shared already, the other shards have
     * learned from an answer that was not served, and this waits for the feedback timeout.
     */
    public long decision;

    /** Models that the job told of, by that decision; so are the two that follow. */
    public List<String> told = new ArrayList<>();

    /** Models that gave no answer. */
    public List<String> failed = new ArrayList<>();

    /** The model that answered it, {@code null} until known. */
    public String served;

    /** Whether the accuracy of that answer was shared. */
    public boolean resolved;

    /**
     * Takes in feedback, and returns what is news in it.
     *
     * @param embeddingNow what makes features now; those that something else made are not told
     */
    ShardFeedback news(Feedback feedback, String embeddingNow) {
        String model = feedback.model();
        Double score = feedback.score();
        if (score != null && scores.putIfAbsent(model, score) != null) {
            score = null;
        }
        Double joules = feedback.energyJoules();
        if (joules != null && !add(model, measured)) {
            joules = null;
        }
        if (feedback.served() != null) {
            follow(feedback.decision());
            add(model, told);
            if (feedback.error() != null) {
                add(model, failed);
            }
            if (feedback.served() && served == null) {
                served = model;
            }
        }
        double heard = Double.NaN;
        if (!resolved && served != null && scores.containsKey(served)) {
            resolved = true;
            heard = scores.get(served);
        }
        return new ShardFeedback(
                null,
                false,
                feedback.with(score, joules),
                heard,
                embedding.equals(embeddingNow) ? features : null,
                promptTokens,
                maxTokens);
    }

    /** What a decision before asked for is not waited for any more. */
    private void follow(Long decided) {
        if (decided != null && decided != decision) {
            decision = decided;
            told.clear();
            failed.clear();
            served = null;
        }
    }

    private static boolean add(String model, List<String> models) {
        return !models.contains(model) && models.add(model);
    }

    /** Whether nothing more can come. */
    boolean complete() {
        return served != null
                && told.stream()
                        .allMatch(model -> failed.contains(model) || scores.containsKey(model));
    }
}
