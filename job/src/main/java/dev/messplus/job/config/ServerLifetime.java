package dev.messplus.job.config;

/** Whether the servers of a model run when there is no work for them. */
public enum ServerLifetime {
    /** They run anyway: the power that they draw while idle is none of what a request adds. */
    ALWAYS_ON,
    /** They are started for the work and stopped without it: a request pays for idle power, too. */
    ELASTIC
}
