package dev.messplus.replay.policy;

import dev.messplus.core.Decision;
import dev.messplus.core.Prompt;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.replay.outcome.Recorded;
import java.util.Arrays;
import java.util.Map;

/** The forecasts with which MESS+ would begin an episode. They learn nothing. */
final class FixedForecasts {

    private final MessPlus mess;

    /**
     * Forecasts.
     *
     * @param recorded what they are made from
     */
    FixedForecasts(Episode episode, WarmStart recorded) {
        mess =
                StreamReplay.algorithm(
                        episode, SlaPolicies.stream(episode, Map.of()).beginningWith(recorded));
    }

    /** The forecast of a request. */
    Forecast of(Recorded request) {
        Decision decision =
                mess.decide(
                        request.id(), new Prompt(request.features(), request.promptTokens(), 0), 0);
        return new Forecast(
                Arrays.stream(decision.accuracy).map(Predictor::clamped).toArray(),
                decision.joules.clone());
    }
}
