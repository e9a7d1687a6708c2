package dev.messplus.batch;

import dev.messplus.batch.line.LineFormats;

/** Watches a batch. Called from the thread that runs it. */
public interface BatchListener {

    /**
     * Reports that the batch begins, or goes on.
     *
     * @param batch its id
     * @param format of its lines
     * @param lines number of its lines
     * @param figures what has become of them
     */
    void begins(String batch, LineFormats format, long lines, BatchFigures figures);

    /**
     * Reports what the batch does, several times a second.
     *
     * @param figures what has become of its lines
     * @param out lines that were sent and are not answered
     */
    void progress(BatchFigures figures, long out);

    /** Reports that lines are out, and none has been answered for a while. */
    void silence(long seconds);
}
