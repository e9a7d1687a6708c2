package dev.messplus.replay.outcome;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.belief.OutcomeRecorder;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.record.PromptRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What is replayed: a zoo, and requests in the order of the file.
 *
 * @param models ids of the zoo, in the order of the columns of the file
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
                            PromptRequest.lengthInTokens(row.text()),
                            features[i],
                            row.answers()));
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
                wanted, requests.stream().map(request -> request.ofModels(from)).toList());
    }

    /** Whether it says of each answer what a scorer says of it. */
    public boolean hasReadings() {
        return requests.get(0).answers().readings().length == models.size();
    }

    /**
     * What some of the requests say of every model.
     *
     * @param embedding name of the embedding that made the features
     * @param rows indices of requests, at least one
     */
    public WarmStart recorded(String embedding, int[] rows) {
        OutcomeRecorder recorder =
                new OutcomeRecorder(embedding, models, requests.get(0).features().length);
        for (int row : rows) {
            Recorded request = requests.get(row);
            recorder.add(request.features(), request.scores(), request.joules());
        }
        return recorder.result();
    }

    /** Mean score and energy of each model over all requests. */
    public List<ModelMean> means() {
        return means(models.size(), requests);
    }

    /**
     * Mean score and energy of each model over requests.
     *
     * @param models number of models
     */
    static List<ModelMean> means(int models, Iterable<Recorded> requests) {
        var scores = new double[models];
        var joules = new double[models];
        int count = 0;
        for (Recorded request : requests) {
            count++;
            for (int m = 0; m < models; m++) {
                scores[m] += request.scores()[m];
                joules[m] += request.joules()[m];
            }
        }
        int n = count;
        return IntStream.range(0, models)
                .mapToObj(m -> new ModelMean(Math.min(1, scores[m] / n), joules[m] / n))
                .toList();
    }

    /** Index of the model of the least value, the first of several. */
    static int least(List<ModelMean> means, ToDoubleFunction<ModelMean> value) {
        return IntStream.range(0, means.size())
                .boxed()
                .min(Comparator.comparingDouble(m -> value.applyAsDouble(means.get(m))))
                .orElseThrow();
    }

    /** The kinds of the requests, sorted by name. */
    List<String> kinds() {
        return requests.stream().map(Recorded::kind).distinct().sorted().toList();
    }

    /** Indices of all requests, in the order of the file. */
    public int[] fileOrder() {
        return IntStream.range(0, requests.size()).toArray();
    }
}
