package dev.messplus.bench;

import dev.messplus.bench.OutageServers.ServerState;
import dev.messplus.core.Mode;
import dev.messplus.energy.source.ConstantPrice;
import dev.messplus.infer.InferOperatorFactory;
import dev.messplus.infer.config.BreakerConfig;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.InferenceConfigBuilder;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelEndpointBuilder;
import dev.messplus.record.DecisionSummary;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Measures the throughput while one of three model servers is out: dead, so that it refuses
 * connections, or hanging, so that it accepts them and never answers.
 *
 * <p>The operator that calls the models runs in a Flink job of its own, under as many requests as
 * it takes. Every model is the first choice of a third of the requests; one in fifty explores.
 * Servers take 20 ms for an answer, for any number of concurrent calls, so latency bounds the
 * throughput and not the CPU, and two servers could carry all of it. Healthy rounds alternate with
 * others, so that other load on the machine affects both. Each round is a new job, and counting
 * starts after 3 s.
 */
final class OutageBenchmark {

    private static final int MAX_IN_FLIGHT = 32;

    /** Half of the calls, which is the default of a model. */
    private static final int MAX_IN_FLIGHT_OF_MODEL = MAX_IN_FLIGHT / 2;

    private static final long SERVICE_MILLIS = 20;
    private static final long REQUEST_TIMEOUT_MILLIS = 4_000;
    private static final long SETTLE_SECONDS = 3;
    private static final int EXPLORED_ONE_IN = 50;
    private static final List<String> MODELS = List.of("a", "b", "c");

    /** Counts of the running job, which is the only one in this JVM. */
    private static final LongAdder RESPONSES = new LongAdder();

    private static final LongAdder FALLBACKS = new LongAdder();
    private static final LongAdder FAILURES = new LongAdder();

    /** Figures of one round. */
    private record Round(double perSecond, double fallbackShare, double failedShare) {}

    private OutageBenchmark() {}

    /**
     * Measures and prints a row for each state of the server.
     *
     * @param seconds that each round is measured for
     */
    static void run(int rounds, int seconds) throws Exception {
        Map<ServerState, List<Round>> figures = new EnumMap<>(ServerState.class);
        for (ServerState server : ServerState.values()) {
            figures.put(server, new ArrayList<>());
        }
        try (OutageServers servers = new OutageServers(SERVICE_MILLIS)) {
            measure(servers, ServerState.HEALTHY, seconds);
            for (int i = 0; i < rounds; i++) {
                for (ServerState server : List.of(ServerState.DEAD, ServerState.HANGING)) {
                    figures.get(ServerState.HEALTHY)
                            .add(measure(servers, ServerState.HEALTHY, seconds));
                    figures.get(server).add(measure(servers, server, seconds));
                }
            }
        }
        print(figures);
    }

    /** The operator under test. */
    private static DataStream<InferenceOutcome> infer(
            DataStream<RoutedRequest> routed, List<String> urls) {
        List<ModelEndpoint> endpoints =
                IntStream.range(0, MODELS.size())
                        .mapToObj(
                                i ->
                                        ModelEndpointBuilder.builder()
                                                .id(MODELS.get(i))
                                                .url(urls.get(i))
                                                .model(MODELS.get(i))
                                                .limits(CallLimits.inFlight(MAX_IN_FLIGHT_OF_MODEL))
                                                .energy(new ConstantPrice(1))
                                                .build())
                        .toList();
        InferenceConfig config =
                InferenceConfigBuilder.builder()
                        .maxInFlight(MAX_IN_FLIGHT)
                        .requestTimeoutMillis(REQUEST_TIMEOUT_MILLIS)
                        .keepAliveMillis(30_000)
                        .maxAttempts(3)
                        .maxResponseBytes(512 << 10)
                        .breaker(new BreakerConfig(50, 20, 10, 10_000, 3))
                        .build();
        return routed.transform(
                "infer",
                TypeInformation.of(InferenceOutcome.class),
                new InferOperatorFactory(endpoints, config, (request, output) -> Double.NaN));
    }

    private static Round measure(OutageServers servers, ServerState state, long seconds)
            throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        DataStream<RoutedRequest> routed =
                env.fromSequence(0, Long.MAX_VALUE)
                        .map(OutageBenchmark::request)
                        .returns(RoutedRequest.class);
        infer(routed, servers.urls(state))
                .map(OutageBenchmark::count)
                .returns(InferenceOutcome.class)
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync("outage");
        try {
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            RESPONSES.reset();
            FALLBACKS.reset();
            FAILURES.reset();
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double responses = RESPONSES.sum();
            double elapsed = (System.nanoTime() - start) / 1e9;
            if (job.getJobStatus().get().isTerminalState()) {
                throw new IllegalStateException("the job ended");
            }
            return new Round(
                    responses / elapsed, FALLBACKS.sum() / responses, FAILURES.sum() / responses);
        } finally {
            stop(job);
            servers.hangUp();
        }
    }

    private static void stop(JobClient job) throws InterruptedException, ExecutionException {
        job.cancel().get();
        try {
            job.getJobExecutionResult().get();
        } catch (ExecutionException cancelled) {
            // The job was cancelled on purpose.
        }
    }

    private static RoutedRequest request(long number) {
        int first = (int) (number % MODELS.size());
        List<String> ranking =
                IntStream.range(0, MODELS.size())
                        .mapToObj(i -> MODELS.get((first + i) % MODELS.size()))
                        .toList();
        boolean explored = number % EXPLORED_ONE_IN == 0;
        PromptRequest request =
                PromptRequestBuilder.builder()
                        .id("r" + number)
                        .sla("gold")
                        .text("yes or no?")
                        .messages("[{\"role\":\"user\",\"content\":\"yes or no?\"}]")
                        .references(List.of())
                        .build();
        return RoutedRequestBuilder.builder()
                .request(request)
                .mode(explored ? Mode.EXPLORE : Mode.EXPLOIT)
                .ranking(ranking)
                .asked(explored ? ranking.size() : 1)
                .predictedScores(new double[] {0.9, 0.9, 0.9})
                .estimatedJoules(new double[] {1, 1, 1})
                .t(number + 1)
                .decision(77)
                .build();
    }

    private static InferenceOutcome count(InferenceOutcome outcome) {
        RESPONSES.increment();
        if (outcome.response().decision().mode().equals(DecisionSummary.FALLBACK)) {
            FALLBACKS.increment();
        }
        if (outcome.response().status().equals(Response.FAILED)) {
            FAILURES.increment();
        }
        return outcome;
    }

    private static void print(Map<ServerState, List<Round>> figures) {
        double healthy = median(figures.get(ServerState.HEALTHY), Round::perSecond);
        System.out.printf(
                "%-24s %12s %15s %9s %9s %9s%n",
                "one of three is", "requests/s", "(min to max)", "fallback", "failed", "ratio");
        figures.forEach(
                (server, rounds) -> {
                    double[] all = sorted(rounds, Round::perSecond);
                    System.out.printf(
                            "%-24s %12.0f %15s %8.1f%% %8.1f%% %9.2f%n",
                            server.name().toLowerCase(Locale.ROOT),
                            median(rounds, Round::perSecond),
                            "(%.0f to %.0f)".formatted(all[0], all[all.length - 1]),
                            100 * median(rounds, Round::fallbackShare),
                            100 * median(rounds, Round::failedShare),
                            median(rounds, Round::perSecond) / healthy);
                });
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] all = sorted(rounds, figure);
        int middle = all.length / 2;
        return all.length % 2 == 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
    }

    private static double[] sorted(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] all = rounds.stream().mapToDouble(figure).toArray();
        Arrays.sort(all);
        return all;
    }
}
