package dev.messplus.local.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZooModelsTest {

    private static final String LOOKS_ALIKE =
            """
            Which word comes from the same root as "examine"?
            A) mail
            B) criminal law
            C) examination
            D) meteor""";

    private static final String NEEDS_MEANING =
            """
            Which word means: a large natural stream of water?
            A) streamer
            B) nature
            C) largesse
            D) river""";

    private static final String NEEDS_A_SUM =
            """
            A baker bakes fifty loaves and sells twelve of them. How many loaves are left?
            A) fifty
            B) thirty-eight
            C) sixty-two
            D) thirty-seven""";

    @ParameterizedTest
    @ValueSource(strings = {ZooModels.TRIGRAM, ZooModels.SMALL, ZooModels.LARGE})
    void everyModelButTheCalculatorSeesWhatLooksAlike(String id) {
        try (var model = ZooModels.all().get(id).get()) {
            assertThat(model.answer(LOOKS_ALIKE)).isEqualTo("C) examination");
            assertThat(model.answer(LOOKS_ALIKE)).isEqualTo("C) examination");
        }
    }

    @Test
    void onlyGeneralistsSeeMeaning() {
        try (var trigram = ZooModels.all().get(ZooModels.TRIGRAM).get();
                var small = ZooModels.all().get(ZooModels.SMALL).get();
                var large = ZooModels.all().get(ZooModels.LARGE).get()) {
            assertThat(trigram.answer(NEEDS_MEANING)).isNotEqualTo("D) river");
            assertThat(small.answer(NEEDS_MEANING)).isEqualTo("D) river");
            assertThat(large.answer(NEEDS_MEANING)).isEqualTo("D) river");
        }
    }

    @Test
    void everyModelButTheTrigramsCalculates() {
        try (var calculator = ZooModels.all().get(ZooModels.CALCULATOR).get();
                var trigram = ZooModels.all().get(ZooModels.TRIGRAM).get();
                var small = ZooModels.all().get(ZooModels.SMALL).get();
                var large = ZooModels.all().get(ZooModels.LARGE).get()) {
            assertThat(calculator.answer(NEEDS_A_SUM)).isEqualTo("B) thirty-eight");
            assertThat(large.answer(NEEDS_A_SUM)).isEqualTo("B) thirty-eight");
            assertThat(small.answer(NEEDS_A_SUM)).isEqualTo("B) thirty-eight");
            assertThat(trigram.answer(NEEDS_A_SUM)).isNotEqualTo("B) thirty-eight");
        }
    }

    @ParameterizedTest
    @MethodSource("ids")
    void refusesPromptsWithoutOptionsAndClosesTwice(String id) {
        var model = ZooModels.all().get(id).get();

        assertThatThrownBy(() -> model.answer("Tell me a story."))
                .isInstanceOf(IllegalArgumentException.class);
        model.close();
        model.close();
    }

    @Test
    void aModelThatWasClosedOpensAgain() {
        var small = ZooModels.all().get(ZooModels.SMALL);
        small.get().close();

        try (var again = small.get();
                var shared = small.get()) {
            assertThat(again.answer(NEEDS_MEANING)).isEqualTo("D) river");
            assertThat(shared.answer(NEEDS_MEANING)).isEqualTo("D) river");
        }
    }

    static Stream<String> ids() {
        return ZooModels.all().keySet().stream();
    }
}
