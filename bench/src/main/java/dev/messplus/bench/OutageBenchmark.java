package dev.messplus.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.messplus.core.Mode;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.inference.CallLimits;
import dev.messplus.inference.InferFunction;
import dev.messplus.inference.InferenceConfig;
import dev.messplus.inference.InferenceConfigBuilder;
import dev.messplus.inference.ModelEndpoint;
import dev.messplus.inference.ModelEndpointBuilder;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * What is left of the throughput when one of three model servers is out: dead, so that it refuses
 * connections, or hanging, so that it accepts them and never answers.
 *
 * <p>The operator that asks the models runs in a Flink job of its own, with as many requests as it
 * takes. Every model is the first choice of a third of them; one in fifty explores. Servers take 20
 * ms for an answer and any number at a time, so time and not CPU is what bounds the throughput, and
 * two of them could carry all of it. Rounds alternate, healthy and not, so that other load on the
 * machine falls on both; each is a new job, which gets some seconds to settle before it counts.
 *
 * <pre>
 *   mvn -q -pl bench -am package -DskipTests -Poutage
 *   mvn -q -pl bench -am package -DskipTests -Poutage -Drounds=9 -Dseconds=5
 * </pre>
 */
public final class OutageBenchmark {

    private static final int CAPACITY = 32;
    private static final int MAX_IN_FLIGHT = 64;
    private static final long SERVICE_MILLIS = 20;
    private static final long REQUEST_TIMEOUT_MILLIS = 4_000;
    private static final long SETTLE_SECONDS = 3;
    private static final int EXPLORED_ONE_IN = 50;
    private static final List<String> MODELS = List.of("a", "b", "c");
    private static final byte[] ANSWER =
            """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"yes"}}],
             "usage":{"prompt_tokens":2,"completion_tokens":1}}"""
                    .getBytes(StandardCharsets.UTF_8);

    /** Counts of the job that runs; it is in this JVM, and the only one. */
    private static final LongAdder RESPONSES = new LongAdder();

    private static final LongAdder FALLBACKS = new LongAdder();
    private static final LongAdder FAILURES = new LongAdder();

    private enum Server {
        HEALTHY,
        DEAD,
        HANGING
    }

    /** Figures of one round. */
    private record Round(double perSecond, double fallbackShare, double failedShare) {}

    private OutageBenchmark() {}

    /** Runs; the arguments are the number of rounds and the seconds that each is measured for. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        long seconds = args.length > 1 ? Long.parseLong(args[1]) : 4;
        // Head and body of an answer are two writes, and Nagle would hold the second one back.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        Map<Server, List<Round>> figures = new EnumMap<>(Server.class);
        for (Server server : Server.values()) {
            figures.put(server, new ArrayList<>());
        }
        try (Servers servers = new Servers()) {
            measure(servers, Server.HEALTHY, seconds);
            for (int i = 0; i < rounds; i++) {
                for (Server server : List.of(Server.DEAD, Server.HANGING)) {
                    figures.get(Server.HEALTHY).add(measure(servers, Server.HEALTHY, seconds));
                    figures.get(server).add(measure(servers, server, seconds));
                }
            }
        }
        print(figures);
    }

    /** The operator under test; all that depends on how it is made is here. */
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
                                                .limits(CallLimits.inFlight(MAX_IN_FLIGHT))
                                                .energy(new EnergyConfig.Constant(1))
                                                .build())
                        .toList();
        InferenceConfig config =
                InferenceConfigBuilder.builder(InferenceConfig.defaults())
                        .requestTimeoutMillis(REQUEST_TIMEOUT_MILLIS)
                        .build();
        return AsyncDataStream.unorderedWait(
                        routed,
                        new InferFunction(endpoints, config, (request, output) -> Double.NaN),
                        config.operatorTimeoutMillis(),
                        TimeUnit.MILLISECONDS,
                        CAPACITY)
                .returns(InferenceOutcome.class);
    }

    private static Round measure(Servers servers, Server one, long seconds) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        DataStream<RoutedRequest> routed =
                env.fromSequence(0, Long.MAX_VALUE)
                        .map(OutageBenchmark::request)
                        .returns(RoutedRequest.class);
        infer(routed, servers.urls(one))
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
            // As asked for.
        }
    }

    private static RoutedRequest request(long number) {
        int first = (int) (number % MODELS.size());
        List<String> ranking =
                IntStream.range(0, MODELS.size())
                        .mapToObj(i -> MODELS.get((first + i) % MODELS.size()))
                        .toList();
        boolean explored = number % EXPLORED_ONE_IN == 0;
        PromptRequest prompt =
                PromptRequestBuilder.builder()
                        .id("r" + number)
                        .sla("gold")
                        .text("yes or no?")
                        .messages("[{\"role\":\"user\",\"content\":\"yes or no?\"}]")
                        .references(List.of())
                        .build();
        return RoutedRequestBuilder.builder()
                .request(prompt)
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
        if (outcome.response().mode().equals(Response.FALLBACK)) {
            FALLBACKS.increment();
        }
        if (outcome.response().status().equals(Response.FAILED)) {
            FAILURES.increment();
        }
        return outcome;
    }

    private static void print(Map<Server, List<Round>> figures) {
        double healthy = median(figures.get(Server.HEALTHY), Round::perSecond);
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

    /** Three servers that answer, and stand-ins for the first that do not. */
    private static final class Servers implements AutoCloseable {

        private final List<HttpServer> healthy = new ArrayList<>();
        private final ServerSocket hanging;
        private final List<Socket> held = new ArrayList<>();
        private final int deadPort;
        private final ExecutorService readers = Executors.newFixedThreadPool(2);
        private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);

        Servers() throws IOException {
            for (int i = 0; i < MODELS.size(); i++) {
                HttpServer server =
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
                server.setExecutor(readers);
                server.createContext("/v1/chat/completions", this::answerLater);
                server.start();
                healthy.add(server);
            }
            hanging = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
            Thread holder = new Thread(this::hold, "hanging-server");
            holder.setDaemon(true);
            holder.start();
            try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                deadPort = gone.getLocalPort();
            }
        }

        List<String> urls(Server first) {
            int port =
                    switch (first) {
                        case HEALTHY -> healthy.get(0).getAddress().getPort();
                        case DEAD -> deadPort;
                        case HANGING -> hanging.getLocalPort();
                    };
            return IntStream.of(
                            port,
                            healthy.get(1).getAddress().getPort(),
                            healthy.get(2).getAddress().getPort())
                    .mapToObj(p -> "http://127.0.0.1:" + p + "/v1")
                    .toList();
        }

        /** Lets go of the callers that hang. */
        void hangUp() throws IOException {
            synchronized (held) {
                for (Socket socket : held) {
                    socket.close();
                }
                held.clear();
            }
        }

        private void answerLater(HttpExchange exchange) throws IOException {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            var unused =
                    writers.schedule(() -> answer(exchange), SERVICE_MILLIS, TimeUnit.MILLISECONDS);
        }

        private static void answer(HttpExchange exchange) {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, ANSWER.length);
                exchange.getResponseBody().write(ANSWER);
            } catch (IOException e) {
                // The caller was cancelled with its round.
            }
        }

        private void hold() {
            try {
                while (true) {
                    Socket socket = hanging.accept();
                    synchronized (held) {
                        held.add(socket);
                    }
                }
            } catch (IOException e) {
                if (!hanging.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() throws IOException {
            hanging.close();
            hangUp();
            healthy.forEach(server -> server.stop(0));
            readers.shutdownNow();
            writers.shutdownNow();
        }
    }
}
