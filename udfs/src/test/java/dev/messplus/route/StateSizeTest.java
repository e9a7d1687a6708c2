package dev.messplus.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.Decision;
import dev.messplus.core.Observation;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.AlgorithmState;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.stream.StreamRule;
import dev.messplus.core.zoo.ModelState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How large the state of an SLA is, as it is written: it grows with the zoo, and with the landmarks
 * of its prompts, but not with age. Here prompts are as unlike as they can be, so there are as many
 * landmarks as there may be.
 */
class StateSizeTest {

    private static final int FEATURES = 42;

    /** One request of this number never gets its label. */
    private static final int MISSING_OF = 4;

    private final Random random = new Random(1);
    private final Deque<PendingRequest> pending = new ArrayDeque<>();
    private List<String> zoo;
    private MessPlus algorithm;

    @ParameterizedTest
    @CsvSource({
        // models, waiting, requests, bytes of the SLA, most bytes of a pending request
        "4, 0, 5000, 66600, 0",
        "4, 256, 5000, 68200, 400",
        "4, 4096, 5000, 68200, 400",
        "64, 256, 2000, 772000, 400",
    })
    void doesNotGrowWithAge(int models, int waiting, int requests, int most, int mostPending)
            throws IOException {
        start(models);
        // By then every model has had a label.
        pass(6_000 + waiting, waiting);
        int young = bytes() - bytesInFlight();
        pass(requests, waiting);

        assertThat(algorithm.state().shared().kernel.size).isEqualTo(Priors.MAX_LANDMARKS);
        assertThat(bytes() - bytesInFlight()).isEqualTo(young);
        assertThat(bytes()).isLessThanOrEqualTo(most);
        assertThat(pending).hasSize(waiting);
        for (PendingRequest request : pending) {
            assertThat(bytes(request)).isLessThanOrEqualTo(mostPending);
        }
    }

    private void start(int models) {
        zoo = IntStream.range(0, models).mapToObj("model-%02d"::formatted).toList();
        algorithm =
                new MessPlus(
                        Sla.of(0.6),
                        StreamRule.Config.ofDefaults(),
                        zoo,
                        AlgorithmState.initial(models));
        algorithm.useEmbedding("hashing");
    }

    /**
     * Has {@code requests} pass, each of which waits until {@code waiting} others are behind it.
     */
    private void pass(int requests, int waiting) {
        for (int i = 0; i < requests; i++) {
            Prompt prompt = prompt();
            Decision decision = algorithm.decide("any", prompt, 0);
            pending.add(algorithm.admit(decision, prompt, 0));
            if (pending.size() > waiting) {
                finish(pending.remove());
            }
        }
    }

    private Prompt prompt() {
        float[] features = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            features[i] = (float) (random.nextGaussian() / Math.sqrt(FEATURES));
        }
        return new Prompt(features, 20 + random.nextInt(200), 64);
    }

    private void finish(PendingRequest request) {
        List<String> asked = request.models();
        boolean missing = request.t % MISSING_OF == 0;
        for (int i = 0; i < asked.size(); i++) {
            int model = zoo.indexOf(asked.get(i));
            double good = random.nextDouble() * zoo.size() < model + 1 ? 1 : 0;
            double score = missing ? Double.NaN : good;
            algorithm.observe(
                    request, Observation.answered(asked.get(i), score, 1 + model, i == 0));
        }
        if (missing) {
            algorithm.expire(request);
        }
    }

    /** Of all that is kept once per SLA. */
    private int bytes() throws IOException {
        AlgorithmState state = algorithm.state();
        int sum = bytes(state.sla()) + bytes(state.shared()) + bytes(state.window());
        for (ModelState model : state.models()) {
            sum += bytes(model);
        }
        return sum;
    }

    /** Of the sums over requests in flight, which only models have that answer some now. */
    private int bytesInFlight() {
        int sum = 0;
        for (ModelState model : algorithm.state().models()) {
            sum += Double.BYTES * model.accuracy.inFlightRegressors.length;
        }
        return sum;
    }

    @SuppressWarnings("unchecked")
    private static int bytes(Object value) throws IOException {
        var serializer =
                (TypeSerializer<Object>)
                        TypeInformation.of(value.getClass())
                                .createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.length();
    }
}
