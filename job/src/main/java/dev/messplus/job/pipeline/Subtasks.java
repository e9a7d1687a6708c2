package dev.messplus.job.pipeline;

import dev.messplus.job.config.ParallelismSection;
import dev.messplus.route.share.Shards;
import java.util.stream.IntStream;

/** The parallelism of each operator. */
public final class Subtasks {

    private final int job;
    private final ParallelismSection configured;

    /**
     * The parallelism of the operators of a job.
     *
     * @param job parallelism of the job, at least 1
     * @param configured what the configuration says instead
     */
    public Subtasks(int job, ParallelismSection configured) {
        this.job = job;
        this.configured = configured;
    }

    int sources() {
        return or(configured.sources());
    }

    int embed() {
        return or(configured.embed());
    }

    /** At most the number of key groups: no more subtasks could have a key. */
    int route() {
        return Math.min(or(configured.route()), Shards.MAX);
    }

    int infer() {
        return or(configured.infer());
    }

    /** Slots that the job takes. Its operators share them. */
    public int slots() {
        return IntStream.of(sources(), embed(), route(), infer()).max().getAsInt();
    }

    private int or(Integer own) {
        return own == null ? job : own;
    }
}
