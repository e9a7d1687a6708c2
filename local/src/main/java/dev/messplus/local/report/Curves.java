package dev.messplus.local.report;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * A run over time, thinned out to as many points as a plot can show.
 *
 * @param window number of requests behind {@link Point#windowScore} and {@link Point#shares}; a
 *     point near the start has fewer
 * @param points in the order of completion
 */
record Curves(int window, List<Point> points) {

    private static final int MAX_POINTS = 600;
    private static final int MIN_WINDOW = 20;
    private static final int WINDOWS_PER_RUN = 20;

    /**
     * The run as it stood after one request. Energies are totals so far, in joules.
     *
     * @param averageScore mean score so far, in [0, 1]; {@code NaN} before the first label
     * @param windowScore mean score of the last {@code window} labelled requests, in [0, 1]; {@code
     *     NaN} before the first label
     * @param pressure largest pressure since the previous point, in requests
     * @param servedJoules energy of the served answers
     * @param failedJoules energy of calls without an answer
     * @param shares per model, its share of the last {@code window} answers, in [0, 1]
     */
    @RecordBuilder
    record Point(
            int request,
            double averageScore,
            double windowScore,
            double pressure,
            double servedJoules,
            double explorationJoules,
            double failedJoules,
            List<Double> shares) {}

    static Curves of(RunReport report) {
        List<ServedRequest> served = report.served();
        int count = Math.min(served.size(), MAX_POINTS);
        int window = Math.max(MIN_WINDOW, served.size() / WINDOWS_PER_RUN);
        Sampler sampler = new Sampler(report.models(), window);
        List<Point> points = new ArrayList<>(count);
        for (int i = 0; i < served.size(); i++) {
            sampler.add(served.get(i));
            long next = (long) (points.size() + 1) * served.size() / count;
            if (i + 1 == next) {
                points.add(sampler.sample());
            }
        }
        return new Curves(window, points);
    }

    /** Adds up requests. */
    private static final class Sampler {

        private final List<String> models;
        private final Means scores;
        private final List<Means> answers;
        private int requests;
        private double pressure = Double.NEGATIVE_INFINITY;
        private double servedJoules;
        private double explorationJoules;
        private double failedJoules;

        Sampler(List<String> models, int window) {
            this.models = models;
            scores = new Means(window);
            answers = models.stream().map(model -> new Means(window)).toList();
        }

        void add(ServedRequest request) {
            requests++;
            if (request.labelled()) {
                scores.add(request.score());
            }
            if (request.answered()) {
                for (int m = 0; m < models.size(); m++) {
                    answers.get(m).add(models.get(m).equals(request.model()) ? 1 : 0);
                }
            }
            servedJoules += Double.isNaN(request.servedJoules()) ? 0 : request.servedJoules();
            explorationJoules += request.explorationJoules();
            failedJoules += request.failedJoules();
            pressure = Math.max(pressure, request.pressure());
        }

        Point sample() {
            Point point =
                    CurvesPointBuilder.builder()
                            .request(requests)
                            .averageScore(scores.ofAll())
                            .windowScore(scores.ofLast())
                            .pressure(pressure)
                            .servedJoules(servedJoules)
                            .explorationJoules(explorationJoules)
                            .failedJoules(failedJoules)
                            .shares(answers.stream().map(Means::ofLast).toList())
                            .build();
            pressure = Double.NEGATIVE_INFINITY;
            return point;
        }
    }

    /** The mean of all values, and of the last {@code window}. */
    private static final class Means {

        private final List<Double> sums = new ArrayList<>(List.of(0.0));
        private final int window;

        Means(int window) {
            this.window = window;
        }

        void add(double value) {
            sums.add(sums.get(sums.size() - 1) + value);
        }

        double ofAll() {
            return ofLast(sums.size() - 1);
        }

        double ofLast() {
            return ofLast(Math.min(window, sums.size() - 1));
        }

        private double ofLast(int n) {
            int end = sums.size() - 1;
            return (sums.get(end) - sums.get(end - n)) / n;
        }
    }
}
