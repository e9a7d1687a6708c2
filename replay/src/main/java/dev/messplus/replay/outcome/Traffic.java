package dev.messplus.replay.outcome;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.embedding.PromptTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is replayed: a zoo, and requests in the order of the file.
 *
 * @param models ids of the zoo; before any label, MESS+ takes a later model for the stronger one
 * @param requests at least one
 */
public record Traffic(List<String> models, List<Recorded> requests) {

    public Traffic {
        models = List.copyOf(models);
        requests = List.copyOf(requests);
        if (models.isEmpty() || requests.isEmpty()) {
            throw new IllegalArgumentException("nothing to replay: no models, or no rows");
        }
    }

    /** The rows of a table with their features, in the same order. */
    public static Traffic of(OutcomeTable table, float[][] features) {
        List<Recorded> requests = new ArrayList<>(features.length);
        for (int i = 0; i < features.length; i++) {
            Outcome row = table.rows().get(i);
            requests.add(
                    new Recorded(
                            row.id() + "@" + i,
                            row.kind(),
                            PromptTokens.estimate(row.text()),
                            features[i],
                            row.scores(),
                            row.joules()));
        }
        return new Traffic(table.models(), requests);
    }

    /**
     * This traffic with only the requests of some kinds.
     *
     * @throws IllegalArgumentException if there is no request of one of them
     */
    public Traffic ofKinds(List<String> kinds) {
        for (String kind : kinds) {
            if (requests.stream().noneMatch(request -> request.kind().equals(kind))) {
                throw new IllegalArgumentException(
                        "--kinds: must be among the benchmark_names %s, was %s"
                                .formatted(String.join(", ", kinds()), kind));
            }
        }
        return new Traffic(
                models,
                requests.stream().filter(request -> kinds.contains(request.kind())).toList());
    }

    /**
     * This traffic with only some models, in the order given.
     *
     * @throws IllegalArgumentException if one of them is not in the zoo
     */
    public Traffic ofModels(List<String> wanted) {
        for (String model : wanted) {
            if (!models.contains(model)) {
                throw new IllegalArgumentException(
                        "--models: must be among %s, was %s"
                                .formatted(String.join(", ", models), model));
            }
        }
        int[] from = wanted.stream().mapToInt(models::indexOf).toArray();
        return new Traffic(
                wanted,
                requests.stream()
                        .map(
                                request ->
                                        request.answeredWith(
                                                pick(request.scores(), from),
                                                pick(request.joules(), from)))
                        .toList());
    }

    /** Mean score and energy of each model over some of the requests, by their indices. */
    public List<ModelMean> means(int[] order) {
        var scores = new double[models.size()];
        var joules = new double[models.size()];
        for (int i : order) {
            for (int m = 0; m < scores.length; m++) {
                scores[m] += requests.get(i).scores()[m];
                joules[m] += requests.get(i).joules()[m];
            }
        }
        return IntStream.range(0, scores.length)
                .mapToObj(
                        m ->
                                new ModelMean(
                                        Math.min(1, scores[m] / order.length),
                                        joules[m] / order.length))
                .toList();
    }

    /** The kinds of the requests, sorted by name. */
    List<String> kinds() {
        return requests.stream()
                .map(Recorded::kind)
                .distinct()
                .sorted()
                .collect(Collectors.toList());
    }

    /** Indices of all requests, in the order of the file. */
    public int[] fileOrder() {
        return IntStream.range(0, requests.size()).toArray();
    }

    private static double[] pick(double[] values, int[] from) {
        return Arrays.stream(from).mapToDouble(i -> values[i]).toArray();
    }
}
