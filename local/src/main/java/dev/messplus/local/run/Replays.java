package dev.messplus.local.run;

import dev.messplus.local.report.ReferencePass;
import dev.messplus.local.report.Rival;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What can be done with recorded outcomes, which is not this module's business. */
public interface Replays {

    /**
     * Writes recorded outcomes as the table that {@code mess replay} reads.
     *
     * @return number of rows: prompts of which every model's score and joules are known
     */
    int write(Path table, ReferencePass recorded) throws IOException;

    /**
     * Replays published routers, and MESS+ as it is where scores come after serving.
     *
     * @param table a table that {@link #write} wrote, with at least one row
     * @param alpha the promised average score, in [0, 1]
     * @param inFlight requests that are decided before the score of one is known, at least 0
     */
    List<Rival> rivals(Path table, double alpha, int inFlight);

    /**
     * Writes what recorded outcomes say of the models, for the {@code warmStart} of an SLA.
     *
     * @param table a table that {@link #write} wrote, with at least one row
     * @param file the file for {@code warmStart.file}
     */
    void save(Path table, Path file) throws IOException;
}
