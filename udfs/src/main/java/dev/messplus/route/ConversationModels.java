package dev.messplus.route;

import dev.messplus.record.ChatTurn;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which model was to answer the last turns of conversations. It knows the last {@value #MOST} of a
 * subtask, and begins anew with it: who finds nothing only takes the whole prompt to be computed.
 */
final class ConversationModels {

    /** Some megabytes, and more than the caches of a zoo's servers hold. */
    private static final int MOST = 16_384;

    private final Map<Long, String> models =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
                    return size() > MOST;
                }
            };

    /** The same turn with the model that was to answer the one before. */
    ChatTurn followed(ChatTurn turn) {
        return turn == null || turn.tokensBefore() == 0
                ? turn
                : turn.after(models.get(turn.before()));
    }

    /** A model is to answer a turn. */
    void decided(ChatTurn turn, String model) {
        if (turn != null) {
            models.put(turn.conversation(), model);
        }
    }
}
