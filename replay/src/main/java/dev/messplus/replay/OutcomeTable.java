package dev.messplus.replay;

import java.util.List;

/**
 * Recorded outcomes as the file has them.
 *
 * @param models ids, in the order of the columns
 * @param rows at least one
 */
record OutcomeTable(List<String> models, List<Outcome> rows) {

    OutcomeTable {
        models = List.copyOf(models);
        rows = List.copyOf(rows);
    }
}
