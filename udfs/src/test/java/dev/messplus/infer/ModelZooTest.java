package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.call.Answer;
import dev.messplus.infer.openai.ModelConnections;
import dev.messplus.sharing.Futures;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ModelZooTest {

    private static final CountDownLatch OPEN = new CountDownLatch(0);

    @Test
    void reusesItsConnection() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN);
                OpenZoo zoo = zoo(server, 8)) {
            for (int i = 0; i < 20; i++) {
                assertThat(ask(zoo, "" + i, 30_000).get().ok()).isTrue();
            }

            assertThat(server.calls).hasValue(20);
            assertThat(server.connections).hasSize(1);
        }
    }

    @Test
    void hasNoMoreCallsInFlightThanMaxInFlight() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ModelServer server = ModelServer.repeating(gate);
                OpenZoo zoo = zoo(server, 4)) {
            List<CompletableFuture<Answer>> asked = askMany(zoo, 50);
            await().until(() -> server.inFlight.get() == 4);
            gate.countDown();

            for (CompletableFuture<Answer> answer : asked) {
                assertThat(answer.get().ok()).isTrue();
            }
            assertThat(server.calls).hasValue(50);
            assertThat(server.mostInFlight).hasValue(4);
        }
    }

    @Test
    void waitsForAPermitNoLongerThanTheDeadline() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ModelServer server = ModelServer.repeating(never);
                OpenZoo zoo = zoo(server, 1)) {
            CompletableFuture<Answer> first = ask(zoo, "first", 30_000);
            await().until(() -> server.inFlight.get() == 1);

            Answer second = ask(zoo, "second", 200).get();

            assertThat(second.attempts()).isZero();
            assertThat(second.error())
                    .matches(
                            "a had no call to spare"
                                    + " \\(of this subtask: maxInFlight=1, callsPerSecond=0\\) for \\d+ ms");
            assertThat(first).isNotDone();
            assertThat(server.calls).hasValue(1);
        }
    }

    @Test
    void returnsEachCallItsOwnAnswer() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN);
                OpenZoo zoo = zoo(server, 64)) {
            List<CompletableFuture<Answer>> asked = askMany(zoo, 500);

            for (int i = 0; i < asked.size(); i++) {
                Answer answer = asked.get(i).get();
                assertThat(answer.completion()).isNotNull();
                assertThat(answer.completion().output().text()).isEqualTo("hi " + i);
            }
            assertThat(server.calls).hasValue(500);
            assertThat(server.mostInFlight).hasValueLessThanOrEqualTo(64);
        }
    }

    @Test
    void hangsUpOnAnAnswerThatNeverEndsAndReleasesItsPermit() throws Exception {
        try (ModelServer server = ModelServer.dripping();
                OpenZoo zoo = zoo(server, 1)) {
            // On a busy machine, a deadline may pass before the server is even reached.
            await().untilAsserted(
                            () -> {
                                Answer answer = ask(zoo, "1", 1_000).get();

                                assertThat(answer.attempts()).isEqualTo(1);
                                assertThat(answer.error()).contains("gave no answer within");
                                assertThat(server.hungUp).hasValueGreaterThanOrEqualTo(2);
                            });
        }
    }

    @Test
    void closingHangsUpAndCompletesAllCalls() throws Exception {
        try (ModelServer server = ModelServer.dripping()) {
            OpenZoo zoo = zoo(server, 1);
            CompletableFuture<Answer> called = ask(zoo, "1", 30_000);
            CompletableFuture<Answer> waiting = ask(zoo, "2", 30_000);
            await().until(() -> server.inFlight.get() == 1);

            zoo.close();
            zoo.close();

            assertThat(called.get(30, TimeUnit.SECONDS).error()).contains("the job is stopping");
            assertThat(waiting.get(30, TimeUnit.SECONDS).error()).contains("the job is stopping");
            await().until(() -> server.hungUp.get() == 1);
            await().untilAsserted(
                            () ->
                                    assertThat(threads())
                                            .noneMatch(name -> name.startsWith("infer-")));
        }
    }

    @Test
    void closingMakesNoCallsThatWaitedForAPermit() throws Exception {
        try (ModelServer server = ModelServer.dripping()) {
            OpenZoo zoo = zoo(server, 1);
            List<CompletableFuture<Answer>> asked = askMany(zoo, 50);
            await().until(() -> server.inFlight.get() == 1);

            zoo.close();

            for (CompletableFuture<Answer> answer : asked) {
                assertThat(answer.get(30, TimeUnit.SECONDS).error())
                        .contains("the job is stopping");
            }
            assertThat(zoo.model("a").statistics().attempts.sum()).isEqualTo(1);
            await().until(() -> threads().noneMatch(name -> name.startsWith("infer-")));
            assertThat(zoo.model("a").statistics().attempts.sum()).isEqualTo(1);
        }
    }

    /** Otherwise the class loader of the job would stay. */
    @Test
    void closingEndsTheThreadsOfAClientWithAnIdleConnection() throws Exception {
        try (ModelServer server = ModelServer.repeating(OPEN)) {
            try (OpenZoo zoo = zoo(server, 1)) {
                assertThat(ask(zoo, "1", 30_000).get().ok()).isTrue();
                assertThat(threads()).anyMatch(name -> name.startsWith("infer-http-a"));
            }

            await().until(() -> threads().noneMatch(name -> name.startsWith("infer-")));
        }
    }

    /** As when reading an answer takes long. */
    @Test
    void blockedThreadsOfOneModelDoNotBlockAnother() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        int readers = ModelConnections.readers();
        // More than readers: a thread may read several of the connections.
        int calls = 8 * readers;
        Set<String> blocked = ConcurrentHashMap.newKeySet();
        try (ModelServer first = ModelServer.repeating(gate);
                ModelServer second = ModelServer.repeating(OPEN);
                OpenZoo zoo =
                        OpenZoo.of(
                                inference().build(),
                                List.of(
                                        endpoint("a", first.base(), calls),
                                        endpoint("b", second.base(), readers)));
                // Closed first: closing the zoo completes what is still asked.
                Closeable release = over::countDown) {
            for (CompletableFuture<Answer> answer : askMany(zoo, calls)) {
                Futures.whenComplete(
                        answer,
                        (reported, never) -> {
                            blocked.add(Thread.currentThread().getName());
                            ModelServer.await(over);
                        });
            }
            await().until(() -> first.inFlight.get() == calls);
            gate.countDown();
            // An answer that is faster than the thread that sent its call is reported by that
            // thread.
            await().until(() -> blocked.stream().filter(ModelZooTest::reads).count() == readers);

            Answer other = ask(zoo, "b", "other", 30_000).get();

            assertThat(other.error()).isNull();
        }
    }

    private static boolean reads(String thread) {
        return thread.startsWith("infer-http-a");
    }

    private static Stream<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
    }

    private static OpenZoo zoo(ModelServer server, int maxInFlight) throws Exception {
        return OpenZoo.of(inference().build(), List.of(endpoint("a", server.base(), maxInFlight)));
    }

    private static List<CompletableFuture<Answer>> askMany(OpenZoo zoo, int count) {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(ask(zoo, "" + i, 30_000));
        }
        return asked;
    }

    private static CompletableFuture<Answer> ask(OpenZoo zoo, String id, long millis) {
        return ask(zoo, "a", id, millis);
    }

    private static CompletableFuture<Answer> ask(
            OpenZoo zoo, String model, String id, long millis) {
        return zoo.ask(model, request(id), millis);
    }
}
