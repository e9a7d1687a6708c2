package dev.messplus.replay.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The least price of quality lambda, in joules per unit of score, at which serving argmin_m E_m -
 * lambda Ahat_m reaches a mean score on rows whose scores are recorded. Forecasts choose, and
 * recorded scores count, so the mean score may also fall where the price rises.
 */
final class RecordedPrice {

    /** Keeps rounding from deciding the row at whose switch of models the price is. */
    private static final double MORE = 1 + 1e-9;

    private RecordedPrice() {}

    /**
     * A row.
     *
     * @param forecast of the row, made without it
     * @param scores recorded score of each model, in [0, 1]
     */
    record Row(Forecast forecast, double[] scores) {}

    /** At this price a row goes to another model, which scores that much more, or less. */
    private record Switch(double price, double gain) {}

    /**
     * The price.
     *
     * @param rows at least one
     * @param alpha mean score to reach, in [0, 1]
     * @return the least price that reaches it, 0 if none is needed; if no price does, the least one
     *     of the highest mean score
     */
    static double least(List<Row> rows, double alpha) {
        List<Switch> switches = new ArrayList<>();
        double missing = alpha * rows.size();
        for (Row row : rows) {
            missing -= row.scores()[row.forecast().model(0)];
            addSwitches(switches, row);
        }
        switches.sort(Comparator.comparingDouble(Switch::price));
        double best = missing;
        double price = 0;
        for (int i = 0; i < switches.size() && best > 0; i++) {
            missing -= switches.get(i).gain();
            boolean last =
                    i + 1 == switches.size()
                            || switches.get(i + 1).price() > switches.get(i).price();
            if (last && missing < best) {
                best = missing;
                price = MORE * switches.get(i).price();
            }
        }
        return price;
    }

    private static void addSwitches(List<Switch> switches, Row row) {
        Forecast forecast = row.forecast();
        int model = forecast.model(0);
        while (true) {
            int next = forecast.next(model);
            if (next == model) {
                return;
            }
            switches.add(
                    new Switch(
                            forecast.priceOf(model, next),
                            row.scores()[next] - row.scores()[model]));
            model = next;
        }
    }
}
