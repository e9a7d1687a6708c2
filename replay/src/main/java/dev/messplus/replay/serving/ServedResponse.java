package dev.messplus.replay.serving;

import java.util.List;

/**
 * What became of a request.
 *
 * @param model id of the model whose answer was served; {@code null} if there was none
 * @param estimatedJoules what the answer was expected to take when it was decided; {@code NaN} if
 *     nobody knew
 * @param calls all its calls, that of the served answer among them
 */
public record ServedResponse(String model, double estimatedJoules, List<EndedCall> calls) {

    public ServedResponse {
        calls = List.copyOf(calls);
    }
}
