package dev.messplus.local.report;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.local.report.PolicyRow.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The table of a run: MESS+ beside the baselines, all computed from real outcomes.
 *
 * @param rows MESS+, MESS+ by its served answers only, MESS+ that began with recorded outcomes if
 *     it was run, each model alone in the order of the zoo, random with constraint, the best static
 *     mix, the best split by kind, and other routers; what has no reference outcomes is missing
 * @param split the energy of MESS+ by its use
 * @param means mean score and energy of each model that has reference outcomes
 */
public record Summary(List<PolicyRow> rows, EnergySplit split, List<ModelMean> means) {

    /** Tolerance for rounding: an average of exactly alpha meets alpha. */
    private static final double ROUNDING = 1e-9;

    public Summary {
        rows = List.copyOf(rows);
        means = List.copyOf(means);
    }

    public static Summary of(RunReport report) {
        return new Builder(report).build();
    }

    /** The first row of a kind; empty if it could not be computed. */
    public Optional<PolicyRow> row(Kind kind) {
        return rows.stream().filter(row -> row.kind() == kind).findFirst();
    }

    public PolicyRow mess() {
        return rows.get(0);
    }

    /** The row of the model that takes most energy; empty without reference outcomes. */
    public Optional<PolicyRow> alwaysLargest() {
        return rows.stream()
                .filter(row -> row.kind() == Kind.ALWAYS && !Double.isNaN(row.joulesPerRequest()))
                .reduce((a, b) -> b.joulesPerRequest() >= a.joulesPerRequest() ? b : a);
    }

    /** The static mix of least energy with the score of MESS+; empty if no mix reaches it. */
    public Optional<StaticMix> staticMixOfSameScore() {
        if (means.isEmpty() || Double.isNaN(mess().score())) {
            return Optional.empty();
        }
        return Optional.of(StaticMix.leastEnergy(means, mess().score()))
                .filter(StaticMix::feasible);
    }

    private static final class Builder {

        private final RunReport report;
        private final List<PolicyRow> rows = new ArrayList<>();

        /** Indices of the models with reference outcomes. */
        private final List<Integer> known = new ArrayList<>();

        private final List<ModelMean> means = new ArrayList<>();
        private double mixJoules = Double.NaN;

        Builder(RunReport report) {
            this.report = report;
            ReferencePass reference = report.reference();
            for (int m = 0; m < report.models().size(); m++) {
                int model = m;
                reference
                        .mean(m)
                        .ifPresent(
                                mean -> {
                                    known.add(model);
                                    means.add(mean);
                                });
            }
        }

        Summary build() {
            double alpha = report.alpha();
            Optional<StaticMix> mix =
                    means.isEmpty()
                            ? Optional.empty()
                            : Optional.of(StaticMix.leastEnergy(means, alpha));
            mixJoules = mix.map(StaticMix::joules).orElse(Double.NaN);
            EnergySplit split = EnergySplit.of(report.served());
            addRun(Kind.MESS, "mess+", report.served(), split.total());
            addRun(
                    Kind.MESS_SERVED,
                    "mess+ (answers served only)",
                    report.served(),
                    split.served());
            if (!report.warm().isEmpty()) {
                addRun(
                        Kind.MESS_WARM,
                        "mess+ (warm start)",
                        report.warm(),
                        EnergySplit.of(report.warm()).total());
            }
            for (int m = 0; m < report.models().size(); m++) {
                addAlways(m);
            }
            if (mix.isPresent()) {
                StaticMix random = StaticMix.randomWithConstraint(means, alpha);
                addMix(Kind.RANDOM, "random with constraint", random);
                addMix(Kind.STATIC_MIX, "best static mix (hindsight)", mix.get());
            }
            KindSplit.of(report).ifPresent(this::addKindSplit);
            report.rivals().forEach(this::addRival);
            return new Summary(rows, split, means);
        }

        private void addRun(Kind kind, String name, List<ServedRequest> run, double joules) {
            List<ServedRequest> answered = run.stream().filter(ServedRequest::answered).toList();
            List<Double> shares =
                    report.models().stream()
                            .map(m -> share(answered, r -> m.equals(r.model())))
                            .toList();
            double score = mean(answered, ServedRequest::score);
            add(kind, name, joules, score, shares, share(answered, ServedRequest::explored));
        }

        private void addKindSplit(KindSplit split) {
            add(
                    Kind.KIND_SPLIT,
                    "best split by kind (hindsight)",
                    split.joules(),
                    split.score(),
                    split.shares(),
                    Double.NaN);
        }

        private void addRival(Rival rival) {
            add(
                    Kind.ROUTER,
                    rival.name(),
                    rival.joulesPerRequest(),
                    rival.score(),
                    rival.shares(),
                    rival.exploredShare());
        }

        private void addAlways(int model) {
            List<Double> shares = new ArrayList<>(Collections.nCopies(report.models().size(), 0.0));
            shares.set(model, 1.0);
            Optional<ModelMean> mean = report.reference().mean(model);
            add(
                    Kind.ALWAYS,
                    "always " + report.models().get(model),
                    mean.map(ModelMean::joules).orElse(Double.NaN),
                    mean.map(ModelMean::score).orElse(Double.NaN),
                    shares,
                    Double.NaN);
        }

        private void addMix(Kind kind, String name, StaticMix mix) {
            List<Double> shares = new ArrayList<>(Collections.nCopies(report.models().size(), 0.0));
            for (int i = 0; i < known.size(); i++) {
                shares.set(known.get(i), mix.weights().get(i));
            }
            add(kind, name, mix.joules(), mix.score(), shares, Double.NaN);
        }

        private void add(
                Kind kind,
                String name,
                double joules,
                double score,
                List<Double> shares,
                double explored) {
            boolean meets = score >= report.alpha() - ROUNDING;
            double vsMix = mixJoules > 0 ? joules / mixJoules : Double.NaN;
            rows.add(
                    PolicyRowBuilder.builder()
                            .kind(kind)
                            .name(name)
                            .joulesPerRequest(joules)
                            .vsStaticMix(vsMix)
                            .score(score)
                            .meetsAlpha(meets)
                            .shares(shares)
                            .exploredShare(explored)
                            .build());
        }

        private static double share(List<ServedRequest> answered, Predicate<ServedRequest> which) {
            return (double) answered.stream().filter(which).count() / answered.size();
        }

        private static double mean(List<ServedRequest> of, ToDoubleFunction<ServedRequest> value) {
            return of.stream()
                    .mapToDouble(value)
                    .filter(v -> !Double.isNaN(v))
                    .average()
                    .orElse(Double.NaN);
        }
    }
}
