package dev.messplus.replay.policy;

import dev.messplus.core.belief.OutcomeRecorder;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.replay.outcome.Recorded;
import java.util.ArrayList;
import java.util.List;

/**
 * MESS+ without feedback: serves argmin_m E_m - lambda Ahat_m with the forecasts and joules of a
 * warm start, which do not learn, and a price lambda that does not change. There is no queue, and
 * nothing is explored.
 *
 * <p>The price is the {@link RecordedPrice} of alpha on the recorded rows. The forecast of a row
 * there is made from nine tenths of the rows, to which it does not belong (cross-validation in ten
 * folds): on rows that it has learned from, a forecast is too good.
 */
record FixedPricePolicy() implements ReplayPolicy {

    private static final int FOLDS = 10;

    @Override
    public SeedResult replay(Episode episode) {
        double price = price(episode);
        var forecasts = new FixedForecasts(episode, episode.history().warmStart());
        int requests = episode.arrivals().size();
        var tally = new Tally(episode.alpha(), episode.models().size(), requests);
        for (int i = 0; i < requests; i++) {
            Recorded request = episode.arrivals().get(i);
            int model = forecasts.of(request).model(price);
            tally.serve(request.scores()[model], request.joules()[model], 0);
            tally.answeredBy(model, 1);
        }
        return tally.result(episode.window());
    }

    /** The price for an episode, in joules per unit of score. */
    private static double price(Episode episode) {
        return RecordedPrice.least(forecastRows(episode), episode.alpha());
    }

    /** The recorded rows of an episode, each with a forecast that was made without it. */
    static List<RecordedPrice.Row> forecastRows(Episode episode) {
        List<Recorded> rows = episode.history().rows();
        List<RecordedPrice.Row> forecast = new ArrayList<>(rows.size());
        for (int fold = 0; fold < FOLDS; fold++) {
            var forecasts = new FixedForecasts(episode, recordedWithout(fold, episode));
            // Rows may be sorted, so a fold has every tenth.
            for (int i = fold; i < rows.size(); i += FOLDS) {
                forecast.add(
                        new RecordedPrice.Row(forecasts.of(rows.get(i)), rows.get(i).scores()));
            }
        }
        return forecast;
    }

    private static WarmStart recordedWithout(int fold, Episode episode) {
        WarmStart all = episode.history().warmStart();
        List<Recorded> rows = episode.history().rows();
        var recorder =
                new OutcomeRecorder(
                        all.embedding(), episode.models(), rows.get(0).features().length);
        for (int i = 0; i < rows.size(); i++) {
            if (i % FOLDS != fold) {
                Recorded row = rows.get(i);
                recorder.add(row.features(), row.scores(), row.joules());
            }
        }
        return recorder.result().atMost(all.weight());
    }
}
