package dev.messplus.cli.failure;

/**
 * What came of one fault.
 *
 * @param lost requests without a response
 * @param repeated responses beyond the first to a request
 * @param recoveryMillis the longest from the fault on that no response came
 * @param waitMillis the longest that a request waited for its first response, from the fault on or,
 *     when it was sent later, from then on: until the backlog was worked off, too
 * @param stateBytes of the last checkpoint, all that it refers to
 */
record Row(
        String mode,
        int round,
        String fault,
        long requests,
        long lost,
        long repeated,
        long recoveryMillis,
        long waitMillis,
        long stateBytes) {}
