package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.breaker;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.planned;
import static dev.messplus.fixture.Fixtures.with;
import static dev.messplus.fixture.Fixtures.withEstimates;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.RecordedMetrics;
import dev.messplus.fixture.Fixtures;
import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.BacklogPolicy.Order;
import dev.messplus.infer.config.CallLimits;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.PromptRequestBuilder;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes and goes, no budget is exceeded and no request is lost or called twice. */
class AdmissionTest {

    private static final int MAX_UNDER_WAY = 7;

    /**
     * Longer than a request waits for a model whose calls take a millisecond, and as long as
     * another SLA is active.
     */
    private static final long LONG = TimeUnit.MINUTES.toNanos(1) - 1;

    private static final Map<String, Integer> SHARES = Map.of("a", 5, "b", 3, "c", 1);

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicInteger woken = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void budgetsHoldAndEveryRequestEndsOnce(long seed) {
        Random random = new Random(seed);
        Admission held = admission(zoo(), MAX_UNDER_WAY);
        Map<String, Integer> ended = new HashMap<>();
        List<StartedCall> called = new ArrayList<>();
        int sent = 0;
        long now = 0;
        while (sent < 2_000 || !held.isEmpty()) {
            now += random.nextInt(5);
            if (sent < 2_000 && random.nextBoolean()) {
                held.enqueue(held.add(request(sent++, now, random), now));
            }
            for (HeldRequest expired : held.takeExpired(now)) {
                end(held, expired, ended);
            }
            for (StartedCall next = held.next(); next != null; next = held.next()) {
                assertThat(next.request().isExpired(now)).isFalse();
                called.add(next);
            }
            if (!called.isEmpty() && random.nextInt(3) == 0) {
                StartedCall over = called.remove(random.nextInt(called.size()));
                if (over.permit() != null) {
                    over.permit().release();
                }
                held.ended(over.request());
                if (random.nextInt(4) == 0) {
                    over.request().waitAgain(List.of(0));
                    held.enqueue(over.request());
                } else {
                    end(held, over.request(), ended);
                }
            }
            assertThat(held.underWay()).isEqualTo(called.size()).isLessThanOrEqualTo(MAX_UNDER_WAY);
            held.queues()
                    .forEach(
                            (model, queue) ->
                                    assertThat(queue.places().inUse())
                                            .isLessThanOrEqualTo(SHARES.get(model)));
            assertThat(held.all()).hasSize(sent - ended.size());
        }

        assertThat(ended).hasSize(2_000);
        assertThat(ended.values()).containsOnly(1);
        assertThat(held.underWay()).isZero();
    }

    @Test
    void aRequestBeginsWhenItsModelHasAPlace() {
        Admission admission = admission(List.of(endpoint("slow", NO_SERVER, 1)), 100);
        enqueue(admission, "slow", "s1", "s2", "s3");
        StartedCall first = admission.next();
        assertThat(id(first)).isEqualTo("s1");
        assertThat(admission.next()).isNull();

        admission.ended(first.request());
        // The request is over; its call holds the place until it ends.
        assertThat(admission.next()).isNull();
        assertThat(woken).hasValue(0);
        first.permit().release();

        assertThat(woken).hasValue(1);
        assertThat(id(admission.next())).isEqualTo("s2");
    }

    @Test
    void aCallLeavesTimeForTheWayToTheSender() {
        Admission admission = admission(zoo(), 100);
        HeldRequest soon = admission.add(Fixtures.withTimeout(exploit("1", "a"), 1_000), 5_000);
        assertThat(soon.callMillis(5_200, 60_000)).isEqualTo(750);
        assertThat(soon.callMillis(5_960, 60_000)).isEqualTo(20);
        assertThat(soon.callMillis(5_200, 300)).isEqualTo(300);

        HeldRequest patient = admission.add(exploit("2", "a"), 5_000);
        assertThat(patient.callMillis(5_200, 60_000)).isEqualTo(60_000);
    }

    @Test
    void aRequestWhoseOnlyModelIsDownWaits() {
        Admission admission = admission(List.of(endpoint("down", NO_SERVER, 100)), 100);
        enqueue(admission, "down", "1", "2");
        breakOpen(admission, admission.next().permit());

        assertThat(admission.next()).isNull();
        assertThat(admission.lookAgainMillis()).isBetween(1L, 100L);
        assertThat(admission.credits()).isLessThan(100);
    }

    @Test
    void aRequestWhoseModelIsDownForLongIsCalledByAnother() {
        Admission admission =
                admission(
                        List.of(endpoint("down", NO_SERVER, 100), endpoint("up", NO_SERVER, 100)),
                        inference().breaker(breaker(10, 10_000)).build());
        answeredOnce(admission, "up");
        admission.enqueue(admission.add(exploit("1", "down", "up"), 0));
        breakOpen(admission, admission.next().permit());
        admission.enqueue(admission.add(exploit("2", "down", "up"), 0));

        StartedCall second = admission.next();

        assertThat(id(second)).isEqualTo("2");
        assertThat(second.permit().model()).isEqualTo("up");
        assertThat(second.request().routed().ranking()).containsExactly("up", "down");
        assertThat(second.request().routed().predictedScores()).containsExactly(0.8, 0.9);
    }

    /** A wait of a few calls is worth a tenth of the joules of an answer, and not many joules. */
    @Test
    void aRequestWaitsForTheBetterModelUnlessTheOtherIsNearlyAsGood() {
        Admission admission =
                admission(
                        List.of(endpoint("full", NO_SERVER, 1), endpoint("idle", NO_SERVER, 100)),
                        100);
        answeredOnce(admission, "full");
        admission.enqueue(admission.add(exploit("0", "full"), 0));
        assertThat(id(admission.next())).isEqualTo("0");

        admission.enqueue(admission.add(priced("1", 10, "full", "idle"), 0));
        admission.enqueue(admission.add(priced("2", 0.001, "full", "idle"), 0));

        StartedCall next = admission.next();
        assertThat(id(next)).isEqualTo("2");
        assertThat(next.permit().model()).isEqualTo("idle");
        assertThat(admission.next()).isNull();
    }

    /** Calls are short; it is the rate that requests wait for. */
    @Test
    void aRequestDoesNotWaitForARateWhileAnotherModelIsIdle() {
        Admission admission =
                admission(
                        List.of(
                                endpoint("limited", NO_SERVER)
                                        .limits(new CallLimits(100, 1, 0))
                                        .build(),
                                endpoint("idle", NO_SERVER, 100)),
                        100);
        answeredOnce(admission, "limited");
        answeredOnce(admission, "idle");
        int atLimited = 0;
        for (int i = 0; i < 40; i++) {
            admission.enqueue(admission.add(priced("" + i, 1, "limited", "idle"), 0));
        }
        for (StartedCall next = admission.next(); next != null; next = admission.next()) {
            atLimited += next.permit().model().equals("limited") ? 1 : 0;
        }

        assertThat(atLimited).isLessThanOrEqualTo(1);
        assertThat(admission.waiting()).as("for a second").isLessThanOrEqualTo(1);
    }

    @Test
    void aRequestLeavesAModelThatHangs() {
        Admission admission =
                admission(
                        List.of(endpoint("hangs", NO_SERVER, 1), endpoint("idle", NO_SERVER, 100)),
                        100);
        answeredOnce(admission, "idle");
        admission.enqueue(admission.add(exploit("0", "hangs"), 0));
        assertThat(id(admission.next())).isEqualTo("0");

        admission.enqueue(admission.add(exploit("1", "hangs", "idle"), 0));
        assertThat(admission.next()).isNull();
        pass(LONG);

        assertThat(admission.next().permit().model()).isEqualTo("idle");
    }

    /** Also if the other model always has requests of its own. */
    @Test
    void requestsLeaveAModelThatHangsThoughTheOthersAreBusy() {
        Admission admission =
                admission(
                        List.of(endpoint("hangs", NO_SERVER, 1), endpoint("busy", NO_SERVER, 1)),
                        9);
        answeredOnce(admission, "busy");
        enqueue(admission, "hangs", "0");
        enqueue(admission, "busy", "1");
        admission.next();
        admission.next();
        admission.enqueue(admission.add(exploit("2", "hangs", "busy"), 0));
        enqueue(admission, "busy", "3");
        ModelQueue queue = admission.queues().get("busy");

        pass(LONG);
        // Its place comes free, and is taken again, all the time.
        admission.places("busy").answered(1_000_000, Double.NaN, Double.NaN);
        admission.places("busy").release();
        Permit unused = admission.places("busy").tryAcquire();
        admission.reconsider();

        assertThat(queue.waiting().size()).isEqualTo(2);
    }

    /** Its plan goes by the ranking, which begins with the model that is called. */
    @Test
    void thePlanOfARequestFollowsItsRanking() {
        Admission admission =
                admission(
                        List.of(endpoint("down", NO_SERVER, 100), endpoint("up", NO_SERVER, 100)),
                        inference().breaker(breaker(10, 10_000)).build());
        answeredOnce(admission, "up");
        admission.enqueue(admission.add(exploit("0", "down", "up"), 0));
        breakOpen(admission, admission.next().permit());
        admission.enqueue(admission.add(planned(exploit("1", "down", "up"), .75, .25), 0));
        HeldRequest request = admission.next().request();

        assertThat(request.routed().ranking()).containsExactly("up", "down");
        assertThat(request.routed().plan().costs()).containsExactly(.375, .125);
        assertThat(request.callAnother(1)).isEqualTo(1);
        assertThat(request.called()).isEqualTo(2);
    }

    @Test
    void aModelThatThePlanDoesNotKnowEndsIt() {
        Admission admission =
                admission(
                        List.of(endpoint("down", NO_SERVER, 100), endpoint("up", NO_SERVER, 100)),
                        inference().breaker(breaker(10, 10_000)).build());
        answeredOnce(admission, "up");
        admission.enqueue(admission.add(exploit("0", "down", "up"), 0));
        breakOpen(admission, admission.next().permit());
        admission.enqueue(admission.add(planned(exploit("1", "down", "up"), .75), 0));

        assertThat(admission.next().request().routed().plan()).isNull();
    }

    /** It is answered when the last model has answered. */
    @Test
    void aRequestThatAsksSeveralModelsWaitsForTheBusiest() {
        Admission admission =
                admission(
                        List.of(endpoint("idle", NO_SERVER, 9), endpoint("busy", NO_SERVER, 1)),
                        100);
        answeredOnce(admission, "busy");
        enqueue(admission, "busy", "0");
        StartedCall busy = admission.next();

        admission.enqueue(admission.add(explore("1", "idle", "busy"), 0));
        assertThat(admission.next()).isNull();
        busy.permit().release();

        StartedCall next = admission.next();
        assertThat(next.permit().model()).isEqualTo("busy");
        assertThat(next.request().routed().ranking()).containsExactly("idle", "busy");
        assertThat(next.request().called()).isEqualTo(2);
    }

    @Test
    void aRequestThatAsksSeveralModelsGoesOnWithoutOneThatHangs() {
        Admission admission =
                admission(
                        List.of(endpoint("idle", NO_SERVER, 9), endpoint("hangs", NO_SERVER, 1)),
                        100);
        answeredOnce(admission, "idle");
        enqueue(admission, "hangs", "0");
        admission.next();
        pass(1);
        admission.enqueue(admission.add(explore("1", "idle", "hangs"), 0));

        admission.reconsider();
        assertThat(admission.next()).isNull();
        pass(LONG);
        admission.reconsider();

        StartedCall next = admission.next();
        assertThat(next.permit().model()).isEqualTo("idle");
        assertThat(next.request().called()).isEqualTo(2);
    }

    @Test
    void aRequestThatAsksSeveralModelsGoesOnWithoutOneThatIsDown() {
        Admission admission =
                admission(
                        List.of(endpoint("idle", NO_SERVER, 9), endpoint("down", NO_SERVER, 1)),
                        100);
        enqueue(admission, "idle", "0");
        StartedCall slow = admission.next();
        // However long calls take, and with them the time that a request waits for a model.
        slow.permit().answered(TimeUnit.HOURS.toNanos(1), Double.NaN, Double.NaN);
        enqueue(admission, "down", "1");
        StartedCall failing = admission.next();
        pass(1);
        admission.enqueue(admission.add(explore("2", "idle", "down"), 0));
        assertThat(admission.queues().get("down").waiting().size()).isEqualTo(1);

        breakOpen(admission, failing.permit());
        admission.reconsider();

        assertThat(admission.next().permit().model()).isEqualTo("idle");
    }

    @Test
    void aSecondCallWaitsForASecondAndForManyOfItsModelsCalls() {
        Admission admission =
                admission(
                        List.of(endpoint("fast", NO_SERVER, 1), endpoint("slow", NO_SERVER, 1)),
                        100);
        long now = clock.get();
        long deadline = now + TimeUnit.MINUTES.toNanos(10);
        ModelPlaces fast = admission.places("fast");
        ModelPlaces slow = admission.places("slow");
        assertThat(admission.placeUntilNanos(slow, deadline)).isEqualTo(deadline);

        fast.answered(1_000_000, Double.NaN, Double.NaN);
        assertThat(admission.placeUntilNanos(slow, deadline)).isEqualTo(deadline);
        assertThat(admission.placeUntilNanos(fast, deadline))
                .isEqualTo(now + TimeUnit.SECONDS.toNanos(1));

        slow.answered(TimeUnit.SECONDS.toNanos(1), Double.NaN, Double.NaN);
        assertThat(admission.placeUntilNanos(slow, deadline))
                .isEqualTo(now + TimeUnit.SECONDS.toNanos(32));
        assertThat(admission.placeUntilNanos(slow, now + 1)).isEqualTo(now + 1);
    }

    /** Otherwise they would be read without end, and most would be given up. */
    @Test
    void secondCallsOfAModelThatHangsTakeRoomUnlessAnotherSlaIsActive() {
        Admission admission =
                admission(
                        List.of(endpoint("hangs", NO_SERVER, 1), endpoint("idle", NO_SERVER, 8)),
                        100);
        answeredOnce(admission, "idle");
        enqueue(admission, "hangs", "0");
        admission.next();
        int credits = admission.credits();
        var unusedSecond = admission.places("hangs").acquire(Long.MAX_VALUE);
        pass(LONG);
        assertThat(admission.credits()).isEqualTo(credits - 1);

        admission.enqueue(admission.add(of("other", exploit("1", "idle")), 0));
        admission.next();
        assertThat(admission.credits()).as("one place is taken").isEqualTo(credits - 1);
    }

    @Test
    void whoIsLetGoWaitsNoMore() {
        Admission admission = admission(List.of(endpoint("a", NO_SERVER, 1)), 9);
        enqueue(admission, "a", "0", "1");
        admission.next();
        HeldRequest gone = admission.queues().get("a").waiting().all().get(0);

        admission.remove(gone);

        assertThat(admission.waiting()).isZero();
        assertThat(admission.isEmpty()).isFalse();
    }

    @Test
    void creditsAreFreePlacesAndSomeRoomToWait() {
        Admission admission =
                admission(List.of(endpoint("a", NO_SERVER, 6), endpoint("b", NO_SERVER, 2)), 100);
        assertThat(admission.credits()).isEqualTo(8 + 2);
        enqueue(admission, "b", "1", "2", "3");
        admission.next();
        admission.next();
        assertThat(admission.next()).isNull();
        assertThat(admission.credits()).isEqualTo(6 + 2 - 1);
    }

    /** A place without a turn to begin a call is none. */
    @Test
    void creditsAreNoMoreThanTheRatePermits() {
        Admission admission =
                admission(
                        List.of(
                                endpoint("a", NO_SERVER)
                                        .limits(new CallLimits(256, 10, 0))
                                        .build()),
                        1_000);
        answeredOnce(admission, "a");
        pass(TimeUnit.SECONDS.toNanos(1));

        assertThat(admission.credits()).as("a turn, and one that waits for the next").isEqualTo(2);
    }

    @Test
    void whoHasNoChoiceButAStuckModelTakesNoRoomFromOthers() {
        Admission admission =
                admission(
                        List.of(endpoint("hangs", NO_SERVER, 1), endpoint("idle", NO_SERVER, 8)),
                        20);
        answeredOnce(admission, "idle");
        enqueue(admission, "hangs", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
        admission.next();

        assertThat(admission.credits()).isLessThan(3);
        pass(LONG);
        assertThat(admission.credits()).isGreaterThanOrEqualTo(8);

        enqueue(admission, "hangs", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21");
        assertThat(admission.credits()).as("the room of the job is full").isLessThan(3);
    }

    @Test
    void whoHasNoChoiceButAModelThatIsDownTakesNoRoomFromOthers() {
        Admission admission =
                admission(
                        List.of(endpoint("down", NO_SERVER, 1), endpoint("idle", NO_SERVER, 8)),
                        100);
        enqueue(admission, "down", "0");
        breakOpen(admission, admission.next().permit());
        int credits = admission.credits();

        enqueue(admission, "down", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(admission.credits()).isEqualTo(credits);

        admission.enqueue(admission.add(exploit("10", "down", "other"), 0));
        assertThat(admission.credits()).as("it may have a choice").isEqualTo(credits - 1);
    }

    @Test
    void aSecondCallDoesNotWaitForAModelThatHangs() {
        Admission admission = admission(List.of(endpoint("hangs", NO_SERVER, 1)), 100);
        answeredOnce(admission, "hangs");
        enqueue(admission, "hangs", "0");
        admission.next();
        ModelPlaces hangs = admission.places("hangs");
        assertThat(admission.placeUntilNanos(hangs, LONG)).isGreaterThan(clock.get());

        pass(TimeUnit.SECONDS.toNanos(2));
        assertThat(admission.placeUntilNanos(hangs, LONG)).isEqualTo(clock.get());
        assertThat(hangs.acquire(clock.get())).isCompletedExceptionally();
    }

    @Test
    void aSecondCallThatIsGivenUpTakesNoRoom() {
        Admission admission = admission(List.of(endpoint("a", NO_SERVER, 1)), 100);
        ModelPlaces full = admission.places("a");
        Permit unused = full.tryAcquire();
        int credits = admission.credits();

        assertThat(full.acquire(clock.get())).isCompletedExceptionally();
        assertThat(admission.credits()).isEqualTo(credits);
    }

    /** It has few calls, so that the wait for it is short as far as anybody knows. */
    @Test
    void nobodyStaysAtAModelThatHangsThoughItHasManyPlaces() {
        Admission admission =
                admission(
                        List.of(endpoint("hangs", NO_SERVER, 64), endpoint("busy", NO_SERVER, 1)),
                        100);
        answeredOnce(admission, "hangs");
        answeredOnce(admission, "busy");
        enqueue(admission, "busy", "0");
        admission.next();
        for (int i = 1; i <= 64; i++) {
            enqueue(admission, "hangs", "" + i);
            admission.next();
        }
        enqueue(admission, "busy", "65");
        admission.enqueue(admission.add(withEstimates(exploit("66", "hangs", "busy"), 1e-9, 1), 0));
        assertThat(admission.queues().get("hangs").waiting().size()).isEqualTo(1);

        pass(TimeUnit.SECONDS.toNanos(2));
        admission.places("busy").answered(1_000_000, Double.NaN, Double.NaN);
        admission.reconsider();

        assertThat(admission.queues().get("hangs").waiting().size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, 1})
    void nobodyWaitsForLongForAModelThatIsDown(double joules) {
        Admission admission =
                admission(
                        List.of(endpoint("down", NO_SERVER, 9), endpoint("up", NO_SERVER, 9)),
                        inference().breaker(breaker(10, 10_000)).build());
        answeredOnce(admission, "up");
        admission.places("down").answered(1_000_000, Double.NaN, Double.NaN);
        enqueue(admission, "down", "0");
        breakOpen(admission, admission.next().permit());
        admission.enqueue(admission.add(withEstimates(exploit("1", "down", "up"), joules, 1), 0));
        StartedCall next = admission.next();
        if (next == null) {
            pass(TimeUnit.SECONDS.toNanos(9));
            next = admission.next();
        }
        assertThat(next.permit().model()).isEqualTo("up");

        pass(TimeUnit.SECONDS.toNanos(20));
        admission.enqueue(admission.add(withEstimates(exploit("2", "down", "up"), joules, 1), 0));
        assertThat(admission.next().permit().model()).as("of the trial call").isEqualTo("down");
    }

    @Test
    void secondCallsThatWaitTakeRoom() {
        Admission admission =
                admission(List.of(endpoint("a", NO_SERVER, 1), endpoint("b", NO_SERVER, 9)), 100);
        ModelPlaces full = admission.places("a");
        Permit unused = full.tryAcquire();
        int credits = admission.credits();

        var unusedSecond = full.acquire(Long.MAX_VALUE);
        assertThat(admission.credits()).isEqualTo(credits - 1);
    }

    @Test
    void whoWaitsForItsMeterAloneMakesRoomForTheNext() {
        Admission admission = admission(List.of(endpoint("a", NO_SERVER, 8)), 2);
        enqueue(admission, "a", "0", "1");
        StartedCall first = admission.next();
        admission.next();
        int credits = admission.credits();

        first.permit().release();
        admission.awaitsMeter(first.request());
        assertThat(admission.credits()).isEqualTo(credits + 1);
        admission.remove(first.request());
        assertThat(admission.credits()).isEqualTo(credits + 1);
    }

    @Test
    void requestsThatAllModelsAreTooSlowForFillTheRoom() {
        Admission admission =
                admission(
                        List.of(endpoint("hangs", NO_SERVER, 1), endpoint("too", NO_SERVER, 1)),
                        100);
        answeredOnce(admission, "too");
        enqueue(admission, "hangs", "0", "1", "2", "3");
        enqueue(admission, "too", "4", "5", "6", "7");
        admission.next();
        admission.next();

        assertThat(admission.credits()).isNegative();
        pass(LONG);
        assertThat(admission.credits()).isNegative();
    }

    private void pass(long nanos) {
        clock.addAndGet(nanos);
    }

    private static String id(StartedCall call) {
        return call.request().routed().request().id();
    }

    /** The second model is worse by {@code regretJoules}; an answer takes a joule. */
    private static RoutedRequest priced(String id, double regretJoules, String... ranking) {
        return RoutedRequestBuilder.builder(withEstimates(exploit(id, ranking), 1, 1))
                .regretJoules(new double[] {0, regretJoules})
                .build();
    }

    /** The model answers a request in a millisecond. */
    private static void answeredOnce(Admission admission, String model) {
        enqueue(admission, model, "first");
        StartedCall first = admission.next();
        first.permit().answered(1_000_000, Double.NaN, Double.NaN);
        first.permit().release();
        admission.ended(first.request());
        admission.remove(first.request());
    }

    private static void breakOpen(Admission admission, Permit permit) {
        for (int i = 1; i < Fixtures.BREAKER.minCalls(); i++) {
            permit.failed(1, "it failed");
            permit.renew();
        }
        permit.failed(1, "it failed");
        assertThat(admission.places(permit.model()).breakerState()).isEqualTo(State.OPEN);
    }

    @Test
    void theModelWithTheFewestCallsIsNext() {
        Admission admission =
                admission(
                        List.of(endpoint("slow", NO_SERVER, 100), endpoint("fast", NO_SERVER, 100)),
                        3);
        enqueue(admission, "slow", "s1", "s2", "s3");
        StartedCall first = admission.next();
        admission.next();
        admission.next();
        enqueue(admission, "slow", "s4");
        enqueue(admission, "fast", "f1");
        assertThat(admission.next()).isNull();

        admission.ended(first.request());

        assertThat(id(admission.next())).isEqualTo("f1");
        assertThat(admission.next()).isNull();
    }

    @Test
    void anSlaIsAnsweredInOrderOrTheNewestFirst() {
        assertThat(order(Order.OLDEST_FIRST)).isEqualTo("012345");
        assertThat(order(Order.NEWEST_FIRST)).isEqualTo("054321");
    }

    /** In which order requests begin, one at a time; the first before the others come. */
    private String order(Order order) {
        InferenceConfig config =
                inference()
                        .maxInFlight(1)
                        .backlogs(Map.of("gold", new BacklogPolicy(order, 0L, 1)))
                        .build();
        Admission admission = admission(List.of(endpoint("a", NO_SERVER, 10)), config);
        enqueue(admission, "a", "0");
        StartedCall next = admission.next();
        enqueue(admission, "a", "1", "2", "3", "4", "5");
        StringBuilder begun = new StringBuilder();
        while (next != null) {
            begun.append(id(next));
            admission.ended(next.request());
            next = admission.next();
        }
        return begun.toString();
    }

    @Test
    void whatIsHeldIsReported() {
        RecordedMetrics recorded = new RecordedMetrics();
        Admission admission = admission(List.of(endpoint("slow", NO_SERVER, 2)), 3);
        ByteBudget budget = new ByteBudget(1_000);
        AdmissionMetrics metrics =
                new AdmissionMetrics(recorded.group().getOrAddOperator("infer"), admission, budget);
        for (int i = 0; i < 3; i++) {
            enqueue(admission, "slow", "" + i);
            StartedCall unused = admission.next();
        }
        ByteBudget.Lease unused = budget.take(70);
        metrics.expired();

        assertThat(recorded.value("inFlight")).isEqualTo(2);
        assertThat(recorded.value("maxInFlight")).isEqualTo(3);
        assertThat(recorded.value("inFlightBytes")).isEqualTo(70);
        assertThat(recorded.value("maxInFlightBytes")).isEqualTo(1_000);
        assertThat(recorded.value("expired")).isEqualTo(1);
        assertThat(recorded.value("model.slow.inFlight")).isEqualTo(2);
        assertThat(recorded.value("model.slow.maxInFlight")).isEqualTo(2);
        assertThat(recorded.value("model.slow.waiting")).isEqualTo(1);
    }

    private static RoutedRequest of(String sla, RoutedRequest routed) {
        return with(routed, PromptRequestBuilder.builder(routed.request()).sla(sla).build());
    }

    private static void enqueue(Admission admission, String model, String... ids) {
        for (String id : ids) {
            admission.enqueue(admission.add(exploit(id, model), 0));
        }
    }

    private static void end(Admission held, HeldRequest over, Map<String, Integer> ended) {
        held.remove(over);
        ended.merge(over.routed().request().id(), 1, Integer::sum);
    }

    private static List<ModelEndpoint> zoo() {
        List<ModelEndpoint> zoo = new ArrayList<>();
        SHARES.forEach((model, share) -> zoo.add(endpoint(model, NO_SERVER, share)));
        return zoo;
    }

    private Admission admission(List<ModelEndpoint> zoo, int maxUnderWay) {
        Map<String, BacklogPolicy> backlogs =
                Map.of(
                        "newest", new BacklogPolicy(Order.NEWEST_FIRST, 0L, 1),
                        "shed", new BacklogPolicy(Order.OLDEST_FIRST, 20L, 1));
        return admission(zoo, inference().backlogs(backlogs).maxInFlight(maxUnderWay).build());
    }

    private Admission admission(List<ModelEndpoint> zoo, InferenceConfig config) {
        return new Admission(
                zoo, config, Share.ALL, new Deadlines(timer, clock::get), woken::incrementAndGet);
    }

    private static RoutedRequest request(int number, long now, Random random) {
        String model = List.of("a", "b", "c", "gone").get(random.nextInt(4));
        RoutedRequest routed = exploit("" + number, model);
        return with(
                routed,
                PromptRequestBuilder.builder(routed.request())
                        .sla(List.of("gold", "newest", "shed").get(random.nextInt(3)))
                        .sentAtMillis(now)
                        .timeoutMillis(random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0)
                        .build());
    }
}
