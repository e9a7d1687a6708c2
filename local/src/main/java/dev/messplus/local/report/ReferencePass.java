package dev.messplus.local.report;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.record.Candidate;
import dev.messplus.report.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The outcome of every prompt on every model: what the baselines are computed from.
 *
 * @param origin origin of the outcomes, in words that follow "Baselines are computed from"
 * @param prompts the prompts, with an outcome for each of the models
 */
public record ReferencePass(String origin, List<String> models, List<RecordedPrompt> prompts) {

    public ReferencePass {
        models = List.copyOf(models);
        prompts = List.copyOf(prompts);
        for (RecordedPrompt prompt : prompts) {
            if (prompt.scores().length != models.size()
                    || prompt.joules().length != models.size()) {
                throw new IllegalArgumentException(
                        "prompts: each must have a score and joules for each of the %d models, %s had %d and %d"
                                .formatted(
                                        models.size(),
                                        prompt.id(),
                                        prompt.scores().length,
                                        prompt.joules().length));
            }
        }
    }

    /**
     * The outcomes of a run that explored: requests that did not explore are left out.
     *
     * @param first whether they came before what is compared with them
     */
    public static ReferencePass ofExplored(
            List<String> models, List<Exchange> exchanges, boolean first) {
        List<RecordedPrompt> prompts = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            if (ServedRequest.EXPLORE.equals(exchange.response().decision().mode())
                    && exchange.response().candidates() != null) {
                prompts.add(recorded(models, exchange));
            }
        }
        String origin =
                "the "
                        + Figures.count(prompts.size())
                        + " requests that every model answered"
                        + (first
                                ? ", before MESS+ did. A server that keeps prompts in a cache used less"
                                        + " energy for MESS+; with --alpha, MESS+ goes first"
                                : "");
        return new ReferencePass(origin, models, prompts);
    }

    private static RecordedPrompt recorded(List<String> models, Exchange exchange) {
        double[] scores = new double[models.size()];
        double[] joules = new double[models.size()];
        Arrays.fill(scores, Double.NaN);
        Arrays.fill(joules, Double.NaN);
        for (Candidate candidate : exchange.response().candidates()) {
            int m = models.indexOf(candidate.model());
            if (m >= 0) {
                scores[m] = candidate.score();
                joules[m] = candidate.energy().joules();
            }
        }
        return new RecordedPrompt(
                exchange.response().id(), exchange.kind(), exchange.prompt(), scores, joules);
    }

    /** Number of prompts for which both score and joules of a model are known. */
    public int known(int model) {
        return (int) complete(model, prompt -> true).count();
    }

    /** Means of a model over its known prompts; empty without any. */
    public Optional<ModelMean> mean(int model) {
        return mean(model, prompt -> true);
    }

    /** The same over prompts of one kind. */
    public Optional<ModelMean> mean(int model, String kind) {
        return mean(model, prompt -> prompt.kind().equals(kind));
    }

    private Optional<ModelMean> mean(int model, Predicate<RecordedPrompt> which) {
        List<RecordedPrompt> known = complete(model, which).toList();
        if (known.isEmpty()) {
            return Optional.empty();
        }
        double score = 0;
        double joules = 0;
        for (RecordedPrompt prompt : known) {
            score += prompt.scores()[model];
            joules += prompt.joules()[model];
        }
        return Optional.of(new ModelMean(score / known.size(), joules / known.size()));
    }

    private Stream<RecordedPrompt> complete(int model, Predicate<RecordedPrompt> which) {
        return prompts.stream().filter(which).filter(prompt -> prompt.isKnown(model));
    }
}
