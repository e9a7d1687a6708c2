package dev.messplus.infer;

import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.request;
import static dev.messplus.fixture.Fixtures.with;
import static dev.messplus.fixture.Fixtures.withoutReference;
import static dev.messplus.infer.StubbedZoo.PATIENCE_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.call.Answer;
import dev.messplus.record.Candidate;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Measurement;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slow scorer delays only the requests that it scores, and those up to their deadline. */
@Timeout(120)
class ScoringTest {

    private final CountDownLatch slow = new CountDownLatch(1);
    private final AtomicInteger scoring = new AtomicInteger();
    private ModelServer server;
    private OpenZoo zoo;

    @BeforeEach
    void open() throws Exception {
        server = ModelServer.repeating(new CountDownLatch(0));
        zoo = OpenZoo.of(inference().build(), Fixtures.zoo(server.base()));
    }

    @AfterEach
    void close() throws Exception {
        slow.countDown();
        zoo.close();
        server.close();
    }

    @Test
    void otherModelsAreCalledAndAnswersWithoutReferenceServed() throws Exception {
        List<CompletableFuture<InferenceOutcome>> waiting = new ArrayList<>();
        int threads = 4 + Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < threads; i++) {
            waiting.add(infer(longToScore(exploit("" + i, "a")), PATIENCE_MILLIS));
        }
        await().until(() -> server.calls.get() == threads && scoring.get() > 0);

        Response other =
                infer(withoutReference(exploit("x", "b")), PATIENCE_MILLIS)
                        .get(30, TimeUnit.SECONDS)
                        .response();

        assertThat(other.status()).isEqualTo(Response.OK);
        assertThat(other.score()).isNaN();
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        slow.countDown();
        for (CompletableFuture<InferenceOutcome> outcome : waiting) {
            assertThat(outcome.get().response().score()).isEqualTo(1);
        }
    }

    @Test
    void atTheDeadlineTheAnswerIsServedWithoutAScore() throws Exception {
        InferenceOutcome outcome =
                infer(longToScore(exploit("1", "a", "b")), 500).get(30, TimeUnit.SECONDS);

        Response response = outcome.response();
        assertThat(response.status()).isEqualTo(Response.OK);
        assertThat(response.output().text()).isEqualTo("hi 1");
        assertThat(response.score()).isNaN();
        assertThat(response.latencyMillis()).isBetween(450L, 5_000L);
        assertThat(outcome.measurements())
                .extracting(
                        Measurement::model,
                        Measurement::served,
                        Measurement::source,
                        Measurement::score)
                .containsExactly(tuple("a", true, JobFeedback.METER, Double.NaN));
    }

    @Test
    void scoresThatComeInTimeDecideAmongCandidates() throws Exception {
        // There is a thread to score for each core, and the late score occupies one.
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
        TextScorer scorer = (request, output) -> scoring.getAndIncrement() == 0 ? late(0.25) : 1;
        CompletableFuture<InferenceOutcome> asked =
                zoo.scoredBy(scorer).begin(longToScore(explore("1", "a", "b")), 3_000);

        Response response = asked.get(30, TimeUnit.SECONDS).response();

        assertThat(response.status()).isEqualTo(Response.OK);
        assertThat(response.score()).isEqualTo(1);
        assertThat(response.candidates()).extracting(Candidate::score).containsOnlyOnce(1.0);
    }

    @Test
    void aZooThatClosesDoesNotWaitForScores() throws Exception {
        CompletableFuture<InferenceOutcome> asked =
                infer(longToScore(exploit("1", "a")), PATIENCE_MILLIS);
        await().until(() -> scoring.get() == 1);

        zoo.close();

        Response response = asked.get(30, TimeUnit.SECONDS).response();
        assertThat(response.output().text()).isEqualTo("hi 1");
        assertThat(response.score()).isNaN();
    }

    @Test
    void aClosedZooDoesNotScore() throws Exception {
        PromptRequest request = longToScore(exploit("1", "a")).request();
        long deadline = OpenZoo.deadline(PATIENCE_MILLIS);
        Answer answer = zoo.ask("a", request, PATIENCE_MILLIS).get();

        zoo.close();

        assertThat(zoo.scoredBy((r, o) -> 1).scoring().score(request, answer, deadline))
                .isCompletedWithValue(answer);
    }

    @Test
    void shortAnswersAreScoredAtOnce() throws Exception {
        PromptRequest request = request("1");
        long deadline = OpenZoo.deadline(PATIENCE_MILLIS);
        Answer answer = zoo.ask("a", request, PATIENCE_MILLIS).get();
        Thread here = Thread.currentThread();
        TextScorer scorer = (r, output) -> Thread.currentThread() == here ? 1 : 0;

        assertThat(zoo.scoredBy(scorer).scoring().score(request, answer, deadline))
                .isCompletedWithValueMatching(scored -> scored.score() == 1);
    }

    /** Scored by a thread of the scorers. */
    private static RoutedRequest longToScore(RoutedRequest routed) {
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request())
                        .references(List.of("right".repeat(100)))
                        .build());
    }

    private CompletableFuture<InferenceOutcome> infer(RoutedRequest routed, long timeoutMillis) {
        TextScorer scorer =
                (request, output) -> {
                    scoring.incrementAndGet();
                    return late(1);
                };
        return zoo.scoredBy(scorer).begin(routed, timeoutMillis);
    }

    private double late(double score) {
        try {
            slow.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return score;
    }
}
