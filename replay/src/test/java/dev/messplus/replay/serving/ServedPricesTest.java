package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.IdlePolicy;
import dev.messplus.replay.serving.ServingResult.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests go where they add least, at the load that a model would have. */
class ServedPricesTest {

    private static final int MINUTE = 60;
    private static final double ALPHA = .75;
    private static final long SEED = 2;

    /**
     * The small model answers badly at first, so that the large one gets all requests. Beside its
     * full batches, a lone call of the small model takes more. But with all requests it would not.
     */
    @ParameterizedTest
    @EnumSource(
            value = IdlePolicy.class,
            names = {"INCLUDE", "SUBTRACT"})
    void aModelThatHasTheRequestsDoesNotKeepThemForItsBatches(IdlePolicy idle) {
        List<ServedModel> zoo =
                List.of(
                        ServedModel.of("large", 0, ServingSetups.large().build()),
                        ServedModel.of("small", 1, ServingSetups.small().build()));
        SyntheticZoo.Kind kind = seconds -> new double[] {.9, seconds < 4 * MINUTE ? .3 : .85};
        MessRouter product = new MessRouter(MessSettings.ofDefaults(ALPHA, 2, SEED));

        ServingResult result = run(zoo, kind, idle, 16, product, 24 * MINUTE);

        assertThat(result.window(2 * MINUTE, 4 * MINUTE).of("large").share()).isGreaterThan(.6);
        Window last = result.window(18 * MINUTE, 24 * MINUTE);
        assertThat(last.of("small").share()).isGreaterThan(.95);
        assertThat(last.score()).isGreaterThan(ALPHA);
    }

    /** One of them could do two thirds of it. */
    @Test
    void equalServersShareTheRequestsBeforeAnyWaits() {
        ServerSpec server =
                ServingSetups.large().prefillMillisPerToken(.03).maxSequences(64).build();
        List<ServedModel> zoo =
                List.of(ServedModel.of("a", 0, server), ServedModel.of("b", 1, server));
        MessRouter product = new MessRouter(MessSettings.ofDefaults(ALPHA, 2, SEED));

        ServingResult result =
                run(
                        zoo,
                        seconds -> new double[] {.85, .85},
                        IdlePolicy.INCLUDE,
                        28,
                        product,
                        12 * MINUTE);

        Window last = result.window(5 * MINUTE, 12 * MINUTE);
        assertThat(last.of("a").share()).isBetween(.15, .85);
        assertThat(last.waitP50Seconds()).isLessThan(.1);
        assertThat(last.waitP99Seconds()).isLessThan(5);
        assertThat(last.unanswered()).isZero();
    }

    /** Nine of ten calls fail, each of which takes more than an answer of the other model. */
    @Test
    void aModelWhoseCallsFailIsExpensive() {
        ServedModel failing =
                ServedModelBuilder.builder(
                                ServedModel.of(
                                        "failing",
                                        1,
                                        ServingSetups.small().kvTokens(1_000_000).build()))
                        .failedShare(.9)
                        .failedFactor(40)
                        .build();
        List<ServedModel> zoo =
                List.of(ServedModel.of("solid", 0, ServingSetups.large().build()), failing);
        MessRouter product = new MessRouter(MessSettings.ofDefaults(ALPHA, 2, SEED));

        ServingResult result =
                run(
                        zoo,
                        seconds -> new double[] {.9, .9},
                        IdlePolicy.INCLUDE,
                        1.5,
                        product,
                        30 * MINUTE);

        Window last = result.window(10 * MINUTE, 30 * MINUTE);
        assertThat(last.of("failing").calls()).isLessThan(last.requests() / 20);
        assertThat(last.of("solid").share()).isGreaterThan(.95);
    }

    private static ServingResult run(
            List<ServedModel> zoo,
            SyntheticZoo.Kind kind,
            IdlePolicy idle,
            double perSecond,
            ServingRouter router,
            int seconds) {
        return new ServedWorld(
                        ServingSetups.gpus(zoo.size(), idle),
                        zoo,
                        RateCurve.constant(perSecond),
                        ServingSetups.chats(kind, SEED),
                        router,
                        SEED)
                .run(seconds);
    }
}
