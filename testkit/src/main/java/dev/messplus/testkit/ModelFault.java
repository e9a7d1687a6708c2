package dev.messplus.testkit;

/** What is wrong with {@link FaultyModels}. */
public enum ModelFault {
    /** Nothing: it answers. */
    HEALTHY,
    /** 3 of 10 calls get status 500, 502 or 503. */
    ERRORS,
    /** 1 of 10 answers takes 30 s; half of those begin at once and then hang. */
    STALLS,
    /** 1 of 2 calls gets status 429, some with a {@code Retry-After} of one second. */
    RATE_LIMITED,
    /** Connections close before, in or after the answer, with FIN, with RST or on one side. */
    HALF_CLOSED,
    /** Answers are not completions, or not HTTP. */
    GARBAGE,
    /** It refuses connections. */
    DEAD
}
