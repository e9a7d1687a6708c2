package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Requests, sent in phases, and the responses to them. */
final class FaultTraffic {

    /**
     * Requests sent beyond the responses seen: the stream never runs dry, and phases stay apart.
     */
    private static final int AHEAD = 128;

    /** Number of responses in a row that show whether a model is back. */
    private static final int RECENT = 10;

    private final TestJob job;
    private final Map<String, Range> phases = new LinkedHashMap<>();
    private List<JsonNode> responses = List.of();
    private int sent;

    /** Numbers of requests, from inclusive, until exclusive. */
    private record Range(int from, int until) {}

    FaultTraffic(TestJob job) {
        this.job = job;
    }

    /** Continues until {@code more} responses have arrived. */
    void phase(String name, int more) {
        phase(name, more, () -> true);
    }

    /**
     * Continues until {@code more} responses have arrived and the fault of the phase has struck.
     */
    void phase(String name, int more, BooleanSupplier struck) {
        int from = sent;
        int end = responses.size() + more;
        goOn(name, AHEAD, () -> responses.size() >= end && struck.getAsBoolean());
        // The last requests are answered in the next phase.
        phases.put(name, new Range(from, responses.size() - AHEAD));
    }

    /** Sends nothing more until every request is answered. */
    void drain() {
        goOn("drain", 0, () -> responses.size() == sent);
    }

    /** Answers the requests in flight, then sends one at a time until models answer again. */
    void untilBack(String... models) {
        drain();
        int drained = responses.size();
        goOn(
                "until back",
                1,
                () -> {
                    List<JsonNode> last =
                            responses.subList(
                                    Math.max(drained, responses.size() - RECENT), responses.size());
                    return last.size() == RECENT
                            && last.stream().noneMatch(FaultTraffic::fellBack)
                            && Stream.of(models)
                                    .allMatch(model -> TestResponses.shareOf(model, last) > 0);
                });
    }

    /** All responses so far. */
    List<JsonNode> responses() {
        return responses;
    }

    /** The responses to the requests of a phase, in the order of the requests. */
    List<JsonNode> within(String phase) {
        Range range = phases.get(phase);
        return responses.stream()
                .filter(r -> number(r) >= range.from() && number(r) < range.until())
                .sorted(Comparator.comparingInt(FaultTraffic::number))
                .toList();
    }

    /** Number of requests sent so far. */
    int sent() {
        return sent;
    }

    static boolean fellBack(JsonNode response) {
        return TestResponses.is(response, "mode", "fallback");
    }

    static boolean explored(JsonNode response) {
        return TestResponses.is(response, "mode", "explore");
    }

    static boolean failed(JsonNode response) {
        return TestResponses.is(response, "status", "failed");
    }

    /** The number of the request. */
    static int number(JsonNode response) {
        return Integer.parseInt(response.get("id").asText().substring(1));
    }

    private void goOn(String what, int ahead, BooleanSupplier over) {
        long start = System.nanoTime();
        while (!over.getAsBoolean()) {
            while (sent < responses.size() + ahead) {
                job.send(TestRequest.ofAnyDifficulty(sent++));
            }
            responses = job.responses();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("%s: %d responses", what, responses.size())
                    .isLessThan(Patience.LIMIT);
        }
    }

    /** Prints a table with a row for each phase, and the reasons of the first failures. */
    void report() {
        System.out.printf(
                "%-24s %9s %8s %8s %8s %8s %8s %7s %9s%n",
                "phase",
                "responses",
                "fallback",
                "failed",
                "small",
                "medium",
                "large",
                "score",
                "p99 ms");
        phases.keySet().forEach(phase -> report(phase, within(phase)));
        report("all", responses);
        responses.stream()
                .filter(FaultTraffic::failed)
                .limit(10)
                .forEach(r -> System.out.println(r.get("id") + " failed: " + r.get("error")));
    }

    private static void report(String name, List<JsonNode> responses) {
        long[] latencies =
                responses.stream().mapToLong(r -> r.get("latency_ms").asLong()).sorted().toArray();
        System.out.printf(
                "%-24s %9d %7.2f%% %7.2f%% %7.1f%% %7.1f%% %7.1f%% %7.3f %9d%n",
                name,
                responses.size(),
                100 * TestResponses.share(responses, FaultTraffic::fellBack),
                100 * TestResponses.share(responses, FaultTraffic::failed),
                100 * TestResponses.shareOf("small", responses),
                100 * TestResponses.shareOf("medium", responses),
                100 * TestResponses.shareOf("large", responses),
                TestResponses.meanScore(responses),
                latencies[latencies.length * 99 / 100]);
    }
}
