package dev.messplus.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueingModelsTest {

    private static final int SLOTS = 4;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port = Ports.free();

    @Test
    void answersAsManyCallsAtATimeAsThereAreSlotsAndQueuesTheOthersInOrder() throws Exception {
        try (QueueingModels models = new QueueingModels(port, SLOTS, 20, true)) {
            List<CompletableFuture<JsonNode>> answers = calls(40);

            for (int i = 0; i < 40; i++) {
                JsonNode answer = answers.get(i).join();
                assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("" + i);
                assertThat(answer.at("/timings/predicted_ms").asDouble()).isBetween(9.0, 1e4);
            }
            QueueingModels.SlotStats stats = models.stats();
            assertThat(stats.served()).isEqualTo(40);
            assertThat(stats.waited()).isBetween(1L, 40L - SLOTS);
            assertThat(stats.maxQueued()).isBetween(1, 40 - SLOTS);
            assertThat(stats.waits().maxMillis()).isGreaterThanOrEqualTo(10);
            assertThat(QueueingModels.SlotStats.parse(stats.line()).served()).isEqualTo(40);
        }
    }

    @Test
    void hangsWithThousandsOfOpenCallsOnOneThreadAndGoesOn() throws Exception {
        try (QueueingModelProcess models =
                QueueingModelProcess.startWithoutTimings(port, SLOTS, 1)) {
            models.hang();
            List<CompletableFuture<JsonNode>> answers = calls(2_000);
            Patience.await().until(() -> models.stats().queued() == 2_000);
            assertThat(answers).noneMatch(CompletableFuture::isDone);

            models.goOn();

            assertThat(answers)
                    .extracting(answer -> answer.join().has("timings"))
                    .containsOnly(false);
            assertThat(models.stats().served()).isEqualTo(2_000);
        }
    }

    @Test
    void dropsACallWhoseClientHasLeftWhetherItWaitsOrRuns() throws Exception {
        try (QueueingModels models = new QueueingModels(port, 1, 3_600_000, true)) {
            List<CompletableFuture<JsonNode>> answers = calls(3);
            Patience.await().until(() -> models.stats().queued() == 2);

            answers.forEach(answer -> answer.cancel(true));

            Patience.await().until(() -> models.stats().queued() + models.stats().running() == 0);
            assertThat(models.stats().served()).isZero();
        }
    }

    @Test
    void hasMoreSlotsAndShorterCallsFromNowOn() throws Exception {
        try (QueueingModelProcess models = QueueingModelProcess.start(port, 1, 3_600_000)) {
            List<CompletableFuture<JsonNode>> answers = calls(3);
            Patience.await().until(() -> models.stats().queued() == 2);

            models.serviceMillis(1);
            models.slots(2);

            Patience.await().until(() -> models.stats().served() == 2);
            assertThat(models.stats().running()).isEqualTo(1);
            answers.forEach(answer -> answer.cancel(true));
        }
    }

    private List<CompletableFuture<JsonNode>> calls(int count) {
        return IntStream.range(0, count).mapToObj(this::call).toList();
    }

    /** Cancelling the result closes the connection. */
    private CompletableFuture<JsonNode> call(int number) {
        String body =
                """
                {"model":"large","messages":[{"role":"user","content":"easy %d"}]}"""
                        .formatted(number);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(QueueingModels.url(port) + "/chat/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        CompletableFuture<HttpResponse<String>> response =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        CompletableFuture<JsonNode> answer =
                new CompletableFuture<>() {
                    @Override
                    public boolean cancel(boolean interrupts) {
                        return response.cancel(interrupts);
                    }
                };
        var unused =
                response.whenComplete(
                        (received, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(failure);
                            } else {
                                answer.complete(json(received.body()));
                            }
                        });
        return answer;
    }

    private static JsonNode json(String body) {
        try {
            return TestJson.MAPPER.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
