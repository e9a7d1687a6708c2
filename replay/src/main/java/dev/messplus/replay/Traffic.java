package dev.messplus.replay;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.embedding.PromptTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is replayed: a zoo, and requests in the order of the file.
 *
 * @param models the zoo; a later model counts as stronger until something else is known
 * @param requests at least one
 */
record Traffic(List<String> models, List<Recorded> requests) {

    /** How much more energy the steep model takes than the one whose scores it has. */
    static final double STEEP_ENERGY = 40;

    /** One of so many scores of the steep model is another row's. */
    static final int STEEP_REDRAWN = 10;

    private static final long STEEP_SEED = 0x57EE9;

    Traffic {
        models = List.copyOf(models);
        requests = List.copyOf(requests);
        if (models.isEmpty() || requests.isEmpty()) {
            throw new IllegalArgumentException("nothing to replay: no models, or no rows");
        }
    }

    /** The rows of a table with their features, in the same order. */
    static Traffic of(OutcomeTable table, float[][] features) {
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
     * Only the requests of some kinds.
     *
     * @throws IllegalArgumentException if there is no request of one of them
     */
    Traffic ofKinds(List<String> kinds) {
        for (String kind : kinds) {
            if (requests.stream().noneMatch(request -> request.kind().equals(kind))) {
                throw new IllegalArgumentException(
                        "--kinds: there is no benchmark_name %s; there are %s"
                                .formatted(kind, String.join(", ", kinds())));
            }
        }
        return new Traffic(
                models,
                requests.stream().filter(request -> kinds.contains(request.kind())).toList());
    }

    /**
     * Only some models, in the order given.
     *
     * @throws IllegalArgumentException if one of them is not in the zoo
     */
    Traffic ofModels(List<String> wanted) {
        for (String model : wanted) {
            if (!models.contains(model)) {
                throw new IllegalArgumentException(
                        "--models: there is no model %s; there are %s"
                                .formatted(model, String.join(", ", models)));
            }
        }
        int[] from = wanted.stream().mapToInt(models::indexOf).toArray();
        return new Traffic(
                wanted,
                requests.stream()
                        .map(
                                request ->
                                        with(
                                                request,
                                                pick(request.scores(), from),
                                                pick(request.joules(), from)))
                        .toList());
    }

    /**
     * The same with a model more that is hardly worth its price: it scores as the most accurate one
     * does, but on one of ten requests as that does on some other request, and takes 40 times its
     * energy. Always the same model.
     */
    Traffic withSteepModel() {
        List<ModelMean> means = means(fileOrder());
        int best = 0;
        for (int m = 1; m < means.size(); m++) {
            best = means.get(m).score() > means.get(best).score() ? m : best;
        }
        var random = new SplittableRandom(STEEP_SEED);
        List<Recorded> steep = new ArrayList<>(requests.size());
        for (Recorded request : requests) {
            boolean redrawn = random.nextInt(STEEP_REDRAWN) == 0;
            Recorded source = redrawn ? requests.get(random.nextInt(requests.size())) : request;
            steep.add(
                    with(
                            request,
                            append(request.scores(), source.scores()[best]),
                            append(request.joules(), STEEP_ENERGY * request.joules()[best])));
        }
        List<String> zoo = new ArrayList<>(models);
        zoo.add(models.get(best) + "-steep");
        return new Traffic(zoo, steep);
    }

    /** Mean score and energy of each model over some of the requests, by their indices. */
    List<ModelMean> means(int[] order) {
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

    /** The kinds of requests there are, by name. */
    List<String> kinds() {
        return requests.stream()
                .map(Recorded::kind)
                .distinct()
                .sorted()
                .collect(Collectors.toList());
    }

    /** Indices of all requests, in the order of the file. */
    int[] fileOrder() {
        return IntStream.range(0, requests.size()).toArray();
    }

    private static Recorded with(Recorded request, double[] scores, double[] joules) {
        return new Recorded(
                request.id(),
                request.kind(),
                request.promptTokens(),
                request.features(),
                scores,
                joules);
    }

    private static double[] pick(double[] values, int[] from) {
        return Arrays.stream(from).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] append(double[] values, double value) {
        double[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }
}
