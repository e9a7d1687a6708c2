package dev.messplus.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChatTurnTest {

    private static final String FIRST = "You are brief.\nHow far is the moon?";
    private static final String SECOND = FIRST + "\n384,400 km.\nAnd the sun?";

    @Test
    void theTurnBeforeIsFoundByItsTexts() {
        ChatTurn first = ChatTurn.of(FIRST, 0);
        ChatTurn second = ChatTurn.of(SECOND, FIRST.length());
        assertThat(first.tokensBefore()).isZero();
        assertThat(second.before()).isEqualTo(first.conversation());
        assertThat(second.tokensBefore()).isEqualTo(PromptRequest.lengthInTokens(FIRST));
        assertThat(ChatTurn.of(SECOND, 3).before()).isNotEqualTo(first.conversation());
    }

    @Test
    void aShareOfThePromptIsKnownToTheModelOfTheTurnBefore() {
        PromptRequest request =
                PromptRequestBuilder.builder()
                        .text(SECOND)
                        .turn(ChatTurn.of(SECOND, FIRST.length()).after("small"))
                        .build();
        double share =
                PromptRequest.lengthInTokens(FIRST) / (double) PromptRequest.lengthInTokens(SECOND);
        assertThat(request.prefixShare("small")).isEqualTo(share);
        assertThat(request.prefixShare("large")).isZero();
        assertThat(request.prefix().tokens()).isEqualTo(PromptRequest.lengthInTokens(FIRST));
        PromptRequest unknown = request.with(request.turn().after(null));
        assertThat(unknown.prefix()).isNull();
        assertThat(unknown.prefixShare("small")).isZero();
    }
}
