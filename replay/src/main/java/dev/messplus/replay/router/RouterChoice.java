package dev.messplus.replay.router;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a router does with a prompt.
 *
 * @param served index of the model whose answer is served; it is among {@code asked}
 * @param asked indices of the models that answer, at least one; energy is paid for each
 */
public record RouterChoice(int served, List<Integer> asked) {

    public RouterChoice {
        asked = List.copyOf(asked);
    }

    /** One model answers. */
    public static RouterChoice of(int model) {
        return new RouterChoice(model, List.of(model));
    }

    /**
     * Every model answers, so that all of them can be labelled.
     *
     * @param models number of models
     */
    public static RouterChoice ofAll(int served, int models) {
        return new RouterChoice(served, IntStream.range(0, models).boxed().toList());
    }

    /** Whether other models answer beside the one that is served. */
    public boolean explores() {
        return asked.size() > 1;
    }
}
