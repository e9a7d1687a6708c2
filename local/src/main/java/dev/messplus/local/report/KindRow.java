package dev.messplus.local.report;

import dev.messplus.core.baseline.ModelMean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What MESS+ did with one kind of prompt, and what each model would have done.
 *
 * @param score mean score of the served answers, in [0, 1]; {@code NaN} when unknown
 * @param joulesPerRequest energy of all calls per answered request, in joules; {@code NaN} when
 *     unknown
 * @param shares share of answers by each model, in [0, 1], in the order of the zoo
 * @param means what each model scores and takes alone; empty where unknown
 */
public record KindRow(
        String kind,
        int requests,
        double score,
        double joulesPerRequest,
        List<Double> shares,
        List<Optional<ModelMean>> means) {

    public KindRow {
        shares = List.copyOf(shares);
        means = List.copyOf(means);
    }

    /** The kinds of a run, the most frequent one first; empty if there is only one. */
    public static List<KindRow> of(RunReport report) {
        List<String> kinds = report.exchanges().stream().map(Exchange::kind).distinct().toList();
        if (kinds.size() < 2) {
            return List.of();
        }
        return kinds.stream()
                .map(kind -> of(kind, report))
                .sorted(Comparator.comparingInt(row -> -row.requests()))
                .toList();
    }

    private static KindRow of(String kind, RunReport report) {
        List<ServedRequest> requests = new ArrayList<>();
        for (Exchange exchange : report.exchanges()) {
            if (exchange.kind().equals(kind)) {
                requests.add(ServedRequest.of(exchange.response()));
            }
        }
        List<ServedRequest> answered = requests.stream().filter(ServedRequest::answered).toList();
        return new KindRow(
                kind,
                requests.size(),
                answered.stream()
                        .filter(ServedRequest::labelled)
                        .mapToDouble(ServedRequest::score)
                        .average()
                        .orElse(Double.NaN),
                EnergySplit.of(requests).total(),
                report.models().stream().map(model -> share(model, answered)).toList(),
                IntStream.range(0, report.models().size())
                        .mapToObj(m -> report.reference().mean(m, kind))
                        .toList());
    }

    private static double share(String model, List<ServedRequest> answered) {
        long byModel = answered.stream().filter(r -> model.equals(r.model())).count();
        return (double) byModel / Math.max(1, answered.size());
    }

    /** Index of the model that answered most. */
    public int most() {
        return shares.indexOf(Collections.max(shares));
    }
}
