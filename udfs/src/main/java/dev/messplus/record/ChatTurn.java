package dev.messplus.record;

import java.util.Objects;

/**
 * Which turn of which conversation a request is, so that the model that answered the turn before
 * can be found.
 *
 * @param conversation hash of all its texts
 * @param before hash of the texts of the turn before
 * @param tokensBefore length of these texts, roughly in tokens, at least 0; 0 in the first turn
 * @param modelBefore id of the model that was to answer the turn before; {@code null} if unknown
 */
public record ChatTurn(long conversation, long before, int tokensBefore, String modelBefore) {

    private static final int PRIME = 31;

    /**
     * The turn of a request.
     *
     * @param text the texts of all its messages
     * @param answeredLength length of what is before the last answer in it; 0 if there is none
     */
    public static ChatTurn of(String text, int answeredLength) {
        long hash = 0;
        long before = 0;
        for (int i = 0; i < text.length(); i++) {
            before = i == answeredLength ? hash : before;
            hash = PRIME * hash + text.charAt(i);
        }
        int tokens = answeredLength == 0 ? 0 : PromptRequest.lengthInTokens(answeredLength);
        return new ChatTurn(hash, before, tokens, null);
    }

    /** The same, with the model that was to answer the turn before; {@code null} if unknown. */
    public ChatTurn after(String model) {
        return Objects.equals(modelBefore, model)
                ? this
                : new ChatTurn(conversation, before, tokensBefore, model);
    }
}
