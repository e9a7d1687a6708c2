package dev.messplus.replay.outcome;

import java.util.List;

/**
 * Recorded outcomes, as they are in the file.
 *
 * @param models ids, in the order of the columns
 * @param rows at least one
 */
public record OutcomeTable(List<String> models, List<Outcome> rows) {

    public OutcomeTable {
        models = List.copyOf(models);
        rows = List.copyOf(rows);
    }
}
