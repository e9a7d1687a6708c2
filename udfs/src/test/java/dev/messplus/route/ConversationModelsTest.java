package dev.messplus.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.ChatTurn;
import org.junit.jupiter.api.Test;

class ConversationModelsTest {

    private final ConversationModels models = new ConversationModels();

    @Test
    void findsTheModelOfTheTurnBefore() {
        models.decided(new ChatTurn(1, 0, 0, null), "small");
        models.decided(new ChatTurn(2, 0, 0, null), "large");
        assertThat(models.followed(new ChatTurn(3, 1, 10, null)).modelBefore()).isEqualTo("small");
        // Another answer to the same question.
        assertThat(models.followed(new ChatTurn(4, 1, 10, null)).modelBefore()).isEqualTo("small");
        assertThat(models.followed(new ChatTurn(5, 9, 10, null)).modelBefore()).isNull();
        assertThat(models.followed(new ChatTurn(6, 0, 0, null)).modelBefore()).isNull();
        assertThat(models.followed(null)).isNull();
    }

    @Test
    void forgetsTheOldest() {
        for (long turn = 1; turn <= 20_000; turn++) {
            models.decided(new ChatTurn(turn, 0, 0, null), "small");
        }
        assertThat(models.followed(new ChatTurn(0, 1, 10, null)).modelBefore()).isNull();
        assertThat(models.followed(new ChatTurn(0, 19_999, 10, null)).modelBefore())
                .isEqualTo("small");
    }
}
