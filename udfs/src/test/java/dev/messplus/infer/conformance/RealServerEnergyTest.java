package dev.messplus.infer.conformance;

import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.prompt;
import static dev.messplus.fixture.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.messplus.core.Decision;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;
import dev.messplus.core.cost.Fleet;
import dev.messplus.core.cost.FleetPlan;
import dev.messplus.core.cost.WorkModel;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.energy.source.ServerProcess;
import dev.messplus.infer.OpenZoo;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.config.ModelEndpointBuilder;
import dev.messplus.infer.config.ModelUrl;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Json;
import dev.messplus.record.Measurement;
import dev.messplus.record.ModelLoad;
import dev.messplus.record.PromptRequest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What calls of two real servers are expected to take, by what they are charged: at several loads,
 * and for a server that was only called alone. Joules are the processor time of each server. {@code
 * -Dmess.meteredServers=model=url=kind,...} names two of this machine; {@code real/check} starts
 * them and runs it. The table is in target/energy.md.
 */
@EnabledIfSystemProperty(
        named = "mess.meteredServers",
        matches = ".+,.+",
        disabledReason = "needs two model servers: real/check starts them and runs this")
@Tag("model-servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class RealServerEnergyTest {

    private static final Path TABLE = Path.of("target/energy.md");
    private static final long PATIENCE_MILLIS = 300_000;

    /** Calls in flight, the last of them more than the servers have slots. */
    private static final int[] LOADS = {1, 4, 8};

    /** Calls of a pass at each load. */
    private static final int[] CALLS = {8, 16, 36};

    private static final int LONE = 0;

    /** The first pass only learns. */
    private static final int PASSES = 3;

    private static final String[] WORDS =
            ("the river runs past the old mill where the miller keeps his horses and sells flour"
                            + " to the people of the town who come on foot or by cart in any weather")
                    .split(" ");

    private final List<Server> servers = new ArrayList<>();
    private Fleet fleet;

    /**
     * What one call took.
     *
     * @param estimatedJoules what was expected when it began, at the load of then
     * @param expectedJoules what was expected of it at the load that it had, before it taught
     *     anything
     */
    private record Call(
            Prompt prompt, double estimatedJoules, double expectedJoules, MeasuredEnergy energy) {

        double chargedJoules() {
            return energy.joules();
        }

        double concurrency() {
            return energy.work().concurrency();
        }
    }

    /** A server that is called at several loads, and what is learned of it. */
    private static final class Server {

        private final int index;
        private final String name;
        private final OpenZoo zoo;
        private final WorkModel model = new WorkModel();

        /** Knows its lone calls alone. */
        private final WorkModel alone = new WorkModel();

        /** The calls at each load since the first pass. */
        private final List<List<Call>> calls =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        private int asked;

        Server(int index, RealServer server) throws Exception {
            this.index = index;
            name = server.model;
            zoo =
                    OpenZoo.of(
                            inference()
                                    .requestTimeoutMillis(PATIENCE_MILLIS)
                                    .maxResponseBytes(1 << 20)
                                    .build(),
                            List.of(endpoint(server)));
        }

        private ModelEndpoint endpoint(RealServer server) {
            ServerProcess process =
                    new ServerProcess(
                            URI.create(server.url).getPort(),
                            null,
                            null,
                            ServerProcess.WATTS_PER_CORE,
                            RaplPackages.DEFAULT_ROOT);
            return ModelEndpointBuilder.builder()
                    .id(name)
                    .url(ModelUrl.of(server.url))
                    .model(server.model)
                    .limits(new CallLimits(100, 0, 0))
                    .energy(new EnergyConfig.Devices(process, Metering.inFlight(50)))
                    .build();
        }

        /** A request for 10 to 26 tokens, with a prompt that no other one begins with. */
        PromptRequest next() {
            int number = asked++;
            int most = 10 + number * 7 % 17;
            String[] words = Arrays.copyOf(WORDS, 4 + number * 11 % (WORDS.length - 4));
            String text = number + " " + String.join(" ", words);
            String content = Json.text(Json.MAPPER.valueToTree(text));
            return prompt(name + number)
                    .text(text)
                    .messages("[{\"role\":\"user\",\"content\":" + content + "}]")
                    .params("{\"max_tokens\":" + most + ",\"temperature\":0}")
                    .maxTokens(most)
                    .build();
        }

        double mean(int load, ToDoubleFunction<Call> of) {
            return calls.get(load).stream().mapToDouble(of).average().orElseThrow();
        }
    }

    /** The calls of one server, so many at a time, one after the other. */
    private final class Phase {

        private final Server server;
        private final boolean lone;
        private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
        private final List<Call> ended = new ArrayList<>();
        private int left;

        Phase(Server server, int load) {
            this.server = server;
            this.lone = load == LONE;
            this.left = CALLS[load];
        }

        List<Call> run(int atOnce) throws Exception {
            int wanted = left;
            for (int i = 0; i < atOnce; i++) {
                begin();
            }
            while (ended.size() < wanted) {
                Runnable event = events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                assertThat(event).describedAs("an answer of " + server.name).isNotNull();
                event.run();
            }
            return ended;
        }

        /**
         * Begins the next call, as the job does: with what is expected of it at the load of now.
         */
        private void begin() {
            if (left == 0) {
                return;
            }
            left--;
            PromptRequest request = server.next();
            Prompt prompt = new Prompt(new float[0], request.promptLength(), request.maxTokens());
            ModelLoad now = server.zoo.places(server.name).load();
            server.model.load.observe(now.concurrency(), now.maxConcurrency());
            fleet.pass(System.currentTimeMillis());
            double estimated =
                    server.model.charge(
                            prompt.promptTokens(), 0, prompt.maxTokens(), fleet.load(server.index));
            fleet.decided(decision(server.index, prompt), 1);
            var unused =
                    server.zoo
                            .begin(
                                    with(exploit(request.id(), server.name), request),
                                    PATIENCE_MILLIS,
                                    () -> events.add(this::begin))
                            .thenAccept(
                                    outcome -> events.add(() -> end(prompt, estimated, outcome)));
        }

        private void end(Prompt prompt, double estimated, InferenceOutcome outcome) {
            Measurement measurement = outcome.measurements().get(0);
            assertThat(measurement.error()).isNull();
            MeasuredEnergy energy = measurement.observation().energy();
            assertThat(energy.joules()).isPositive();
            double expected = charge(server.model, prompt, energy.work().concurrency());
            ended.add(new Call(prompt, estimated, expected, energy));
            server.model.observe(prompt, energy);
            if (lone) {
                server.alone.observe(prompt, energy);
            }
        }
    }

    /** What is expected of a call with so many in flight, itself among them. */
    private static double charge(WorkModel model, Prompt prompt, double concurrency) {
        return model.charge(prompt.promptTokens(), 0, prompt.maxTokens(), concurrency - 1);
    }

    /** The decision that one of two models answers. */
    private static Decision decision(int model, Prompt prompt) {
        Decision decision = new Decision(2);
        decision.ranking[0] = model;
        decision.ranking[1] = 1 - model;
        decision.prompt = prompt;
        return decision;
    }

    @BeforeAll
    void call() throws Exception {
        Files.deleteIfExists(TABLE);
        List<RealServer> named = RealServer.parse(System.getProperty("mess.meteredServers"));
        for (int i = 0; i < 2; i++) {
            servers.add(new Server(i, named.get(i)));
        }
        fleet = fleet(servers.get(0).model, servers.get(1).model);
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = 0; i < LOADS.length; i++) {
                int load = pass % 2 == 0 ? i : LOADS.length - 1 - i;
                for (Server server : servers) {
                    List<Call> calls = new Phase(server, load).run(LOADS[load]);
                    if (pass > 0) {
                        server.calls.get(load).addAll(calls);
                    }
                }
            }
        }
        Files.writeString(TABLE, table());
    }

    private static Fleet fleet(WorkModel... models) {
        return new Fleet(models, new FleetPlan(models.length));
    }

    @AfterAll
    void close() throws Exception {
        for (Server server : servers) {
            server.zoo.close();
        }
    }

    @Test
    void aCallIsChargedWhatWasExpectedAtItsLoad() {
        for (Server server : servers) {
            for (int load = 0; load < LOADS.length; load++) {
                assertThat(server.mean(load, Call::expectedJoules))
                        .describedAs("%s, %d calls at once", server.name, LOADS[load])
                        .isCloseTo(server.mean(load, Call::chargedJoules), withinPercentage(25));
            }
        }
    }

    @Test
    void aLoneProbeIsCarriedOverToTheLoadOfTheOther() {
        for (Server server : servers) {
            for (int load = 0; load < LOADS.length; load++) {
                assertThat(carriedOver(server, load))
                        .describedAs("%s, %d calls at once", server.name, LOADS[load])
                        .isCloseTo(server.mean(load, Call::chargedJoules), withinPercentage(30));
            }
        }
    }

    /** Mean joules expected of the calls at a load of a server that was only called alone. */
    private double carriedOver(Server probed, int load) {
        WorkModel busy = servers.get(1 - probed.index).model;
        Fleet pair = fleet(busy, probed.alone);
        Prompt prompt = probed.calls.get(load).get(0).prompt();
        pair.pass(1);
        pair.pass(1 + PATIENCE_MILLIS);
        pair.decided(decision(0, prompt), 1);
        return probed.mean(load, call -> charge(probed.alone, call.prompt(), call.concurrency()));
    }

    private String table() {
        StringBuilder table =
                new StringBuilder(
                        "| model | calls at once | worked on | charged, J | expected / charged | at"
                                + " the decision / charged | lone probe / charged |\n"
                                + "|---|---|---|---|---|---|---|\n");
        for (Server server : servers) {
            IntStream.range(0, LOADS.length).forEach(load -> table.append(row(server, load)));
        }
        return table.toString();
    }

    private String row(Server server, int load) {
        double charged = server.mean(load, Call::chargedJoules);
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.1f | %.2f | %.2f | %.2f | %.2f |%n",
                server.name,
                LOADS[load],
                server.mean(load, Call::concurrency),
                charged,
                server.mean(load, Call::expectedJoules) / charged,
                server.mean(load, Call::estimatedJoules) / charged,
                carriedOver(server, load) / charged);
    }
}
