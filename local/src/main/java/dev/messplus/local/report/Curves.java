package dev.messplus.local.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a run went, thinned out to what a plot can show. All lists but {@code shares} are of one
 * length, one value per point.
 *
 * @param window requests that {@code windowScore} and {@code shares} look back over; fewer at first
 * @param request the point's place in the order of completion, from 1
 * @param averageScore mean score so far; {@code NaN} before the first label
 * @param windowScore mean score of the last {@code window} labelled requests; {@code NaN} before
 *     the first label
 * @param q largest pressure since the point before, in requests
 * @param served energy of the served answers so far, in joules
 * @param exploration energy of exploration so far, in joules
 * @param failed energy of calls that brought no answer so far, in joules
 * @param shares per model, its share of the last {@code window} requests, in [0, 1]
 */
record Curves(
        int window,
        List<Integer> request,
        List<Double> averageScore,
        List<Double> windowScore,
        List<Double> q,
        List<Double> served,
        List<Double> exploration,
        List<Double> failed,
        List<List<Double>> shares) {

    private static final int MAX_POINTS = 600;
    private static final int MIN_WINDOW = 20;
    private static final int WINDOWS_PER_RUN = 20;

    static Curves of(RunReport report) {
        List<ServedRequest> served = report.served();
        int points = Math.min(served.size(), MAX_POINTS);
        List<Integer> request =
                IntStream.rangeClosed(1, points)
                        .mapToObj(i -> (int) ((long) i * served.size() / points))
                        .toList();
        Curves curves =
                new Curves(
                        Math.max(MIN_WINDOW, served.size() / WINDOWS_PER_RUN),
                        request,
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        report.models().stream()
                                .<List<Double>>map(m -> new ArrayList<>())
                                .toList());
        curves.fill(report.models(), served);
        return curves;
    }

    private void fill(List<String> models, List<ServedRequest> requests) {
        Means labels = new Means(window);
        List<Means> answers = models.stream().map(m -> new Means(window)).toList();
        double servedSoFar = 0;
        double explorationSoFar = 0;
        double failedSoFar = 0;
        double largestQ = 0;
        int next = 0;
        for (int i = 0; i < requests.size(); i++) {
            ServedRequest r = requests.get(i);
            if (r.labelled()) {
                labels.add(r.score());
            }
            if (r.answered()) {
                for (int m = 0; m < models.size(); m++) {
                    answers.get(m).add(models.get(m).equals(r.model()) ? 1 : 0);
                }
            }
            servedSoFar += Double.isNaN(r.servedJoules()) ? 0 : r.servedJoules();
            explorationSoFar += r.explorationJoules();
            failedSoFar += r.failedJoules();
            largestQ = Math.max(largestQ, r.q());
            if (i + 1 == request.get(next)) {
                averageScore.add(labels.ofAll());
                windowScore.add(labels.ofLast());
                q.add(largestQ);
                served.add(servedSoFar);
                exploration.add(explorationSoFar);
                failed.add(failedSoFar);
                for (int m = 0; m < models.size(); m++) {
                    shares.get(m).add(answers.get(m).ofLast());
                }
                largestQ = 0;
                next++;
            }
        }
    }

    /** Mean of all values, and of the last ones. */
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
