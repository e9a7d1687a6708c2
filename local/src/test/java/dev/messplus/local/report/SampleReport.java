package dev.messplus.local.report;

import dev.messplus.core.Decision;
import dev.messplus.core.Mode;
import dev.messplus.core.Observation;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.AlgorithmState;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.report.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Reports of simulated runs: the algorithm over made-up models. Every model answers easy prompts,
 * and large models also answer hard ones. {@link #main} writes a page to look at.
 */
final class SampleReport {

    private static final double[] EASY = {.86, .90, .92, .93, .94};
    private static final double[] HARD = {.18, .36, .62, .70, .76};
    private static final double[] JOULES = {6, 14, 48, 70, 120};
    private static final int[][] SIZES = {
        {}, {2}, {0, 4}, {0, 2, 4}, {0, 1, 2, 4}, {0, 1, 2, 3, 4}
    };

    private SampleReport() {}

    /** Writes the page of a run and prints its table. Arguments: FILE ALPHA REQUESTS MODEL... */
    public static void main(String[] args) throws IOException {
        RunReport report =
                of(
                        Double.parseDouble(args[1]),
                        Integer.parseInt(args[2]),
                        Stream.of(args).skip(3).toList());
        HtmlReport.write(Path.of(args[0]), report);
        System.out.println(ConsoleTable.render(report));
    }

    /** A run over up to five models, the first the smallest. */
    static RunReport of(double alpha, int requests, List<String> models) {
        Random random = new Random(7);
        int zoo = models.size();
        double[][] scores = new double[requests][zoo];
        double[][] joules = new double[requests][zoo];
        List<ServedRequest> served = new ArrayList<>();
        MessPlus mess =
                new MessPlus(
                        Sla.of(alpha),
                        StreamRule.Config.ofDefaults(),
                        models,
                        AlgorithmState.initial(models.size()));
        for (int i = 0; i < requests; i++) {
            boolean hard = random.nextDouble() < .5;
            float[] features = {hard ? 1 : 0, hard ? 0 : 1, (float) random.nextGaussian() * .1f};
            for (int m = 0; m < zoo; m++) {
                int size = SIZES[zoo][m];
                scores[i][m] = random.nextDouble() < (hard ? HARD : EASY)[size] ? 1 : 0;
                joules[i][m] = JOULES[size] * Math.exp(.3 * random.nextGaussian());
            }
            served.add(serve(mess, i, features, scores[i], joules[i], models));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("preset", "stream");
        settings.put("joulesPerScore", String.format(Locale.ROOT, "%.0f", mess.joulesPerScore()));
        settings.put("seed", "0");
        settings.put("calls in flight", "64");
        return RunReportBuilder.builder()
                .sla("gold")
                .alpha(alpha)
                .models(models)
                .served(served)
                .reference(
                        Recorded.pass(
                                "a reference pass over the same "
                                        + Figures.count(requests)
                                        + " prompts",
                                models,
                                scores,
                                joules))
                .energySources(new JouleSources(Map.of("cpu_time (estimated)", (long) requests)))
                .elapsed(Duration.ofSeconds(192))
                .settings(settings)
                .build();
    }

    private static ServedRequest serve(
            MessPlus mess,
            int i,
            float[] features,
            double[] scores,
            double[] joules,
            List<String> models) {
        Prompt prompt = new Prompt(features, 100, 0);
        Decision decision = mess.decide("request-" + i, prompt, 0);
        Mode mode = decision.mode;
        double pressure = decision.pressure;
        PendingRequest pending = mess.admit(decision, prompt, 0);
        int best = models.indexOf(pending.models().get(0));
        double total = 0;
        for (String asked : pending.models()) {
            int m = models.indexOf(asked);
            total += joules[m];
            best = scores[m] > scores[best] ? m : best;
        }
        for (String asked : pending.models()) {
            int m = models.indexOf(asked);
            mess.observe(pending, Observation.answered(asked, scores[m], joules[m], m == best));
        }
        return ServedRequestBuilder.builder()
                .model(models.get(best))
                .mode(mode.name().toLowerCase(Locale.ROOT))
                .score(scores[best])
                .servedJoules(joules[best])
                .explorationJoules(total - joules[best])
                .pressure(pressure)
                .latencyMillis(Math.round(20 * joules[best]))
                .build();
    }
}
