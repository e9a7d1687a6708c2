package dev.messplus.infer.admission;

import static dev.messplus.fixture.Fixtures.NO_SERVER;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.explore;
import static dev.messplus.fixture.Fixtures.inference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.admission.limit.Share;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which request leaves for a model that has a place. */
class QueueChoiceTest {

    private static final List<String> MODELS = List.of("a", "b", "c");
    private static final long CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MOST_WAITING = 12;

    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicLong clock = new AtomicLong();
    private final Admission admission =
            new Admission(
                    MODELS.stream().map(model -> endpoint(model, NO_SERVER, 1)).toList(),
                    inference().maxInFlight(100).build(),
                    Share.ALL,
                    new Deadlines(timer, clock::get),
                    () -> {});
    private final Map<String, ModelQueue> queues = admission.queues();
    private final Room room = new Room(queues.values(), 100, Share.ALL);
    private final WaitPrice price = new WaitPrice();
    private final QueueChoice choice = new QueueChoice(queues, room, price);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** Most of the time, not all that wait are looked at. The one found is the best of all. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theOneThatGainsMostLeaves(long seed) {
        Random random = new Random(seed);
        price.answered(CALL_NANOS);
        queues.values().forEach(queue -> queue.places().poll());
        List<HeldRequest> waiting = new ArrayList<>();
        int left = 0;
        for (int step = 0; step < 5_000; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (waiting.size() < MOST_WAITING) {
                        HeldRequest request = admission.add(request("" + step, random), 0);
                        queues.get(any(request.routed().ranking(), random)).add(request);
                        waiting.add(request);
                    }
                }
                case 1 -> {
                    if (!waiting.isEmpty()) {
                        HeldRequest request = waiting.remove(random.nextInt(waiting.size()));
                        request.queue().remove(request);
                    }
                }
                case 2 -> clock.addAndGet(random.nextLong(2 * CALL_NANOS));
                default -> answered(queues.get(any(MODELS, random)).places());
            }
            ModelQueue idle = queues.get(any(MODELS, random));

            HeldRequest found = choice.gainsMost(idle);

            double most = waiting.stream().mapToDouble(one -> gain(one, idle)).max().orElse(0);
            if (found == null) {
                assertThat(most).isNotPositive();
            } else {
                assertThat(gain(found, idle)).isPositive().isEqualTo(most);
                found.queue().remove(found);
                waiting.remove(found);
                left++;
            }
        }
        assertThat(left).isBetween(100, 2_000);
    }

    private static void answered(ModelPlaces places) {
        places.answered(CALL_NANOS, Double.NaN, Double.NaN);
        places.release();
        assertThat(places.poll()).isNotNull();
    }

    private double gain(HeldRequest request, ModelQueue idle) {
        ModelQueue queue = request.queue();
        int there = request.rankOf(idle.model());
        if (queue == idle || there < 0 || request.isExplored()) {
            return Double.NEGATIVE_INFINITY;
        }
        int here = request.rankOf(queue.model());
        double waitNanos = queue.places().waitNanos(queue.waiting().size() - 1);
        double answers =
                choice.hangs(queue.places())
                        ? Double.POSITIVE_INFINITY
                        : price.answers(waitNanos, queue.places().meanCallNanos(), room.fullness());
        return request.regretJoules(here)
                + WaitPrice.joules(answers, request.priceJoules(here))
                - request.regretJoules(there);
    }

    private static RoutedRequest request(String id, Random random) {
        List<String> ranking = new ArrayList<>(MODELS);
        Collections.shuffle(ranking, random);
        ranking = ranking.subList(0, 1 + random.nextInt(MODELS.size()));
        double[] joules = new double[ranking.size()];
        double[] regrets = new double[ranking.size()];
        Arrays.setAll(joules, i -> new double[] {Double.NaN, 0, 0.5, 2}[random.nextInt(4)]);
        Arrays.setAll(regrets, i -> i == 0 ? 0 : new double[] {0, 0.1, 1}[random.nextInt(3)]);
        String[] models = ranking.toArray(String[]::new);
        RoutedRequest routed = random.nextInt(5) == 0 ? explore(id, models) : exploit(id, models);
        return RoutedRequestBuilder.builder(routed)
                .estimatedJoules(joules)
                .priceJoules(joules)
                .regretJoules(regrets)
                .build();
    }

    private static String any(List<String> models, Random random) {
        return models.get(random.nextInt(models.size()));
    }
}
