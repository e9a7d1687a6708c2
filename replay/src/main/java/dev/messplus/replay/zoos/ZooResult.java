package dev.messplus.replay.zoos;

import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.outcome.RandomZoo;
import java.util.List;

/**
 * The figures of one random zoo.
 *
 * @param number of the zoo, from 1
 * @param models number of models
 * @param alpha average score to reach, in [0, 1]
 * @param traits what was drawn of the zoo
 * @param rows by number in flight and policy, in that order
 */
public record ZooResult(
        int number, int models, double alpha, RandomZoo.Traits traits, List<ReplayRow> rows) {

    public ZooResult {
        rows = List.copyOf(rows);
    }
}
