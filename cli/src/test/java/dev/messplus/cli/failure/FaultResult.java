package dev.messplus.cli.failure;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The outcome of one fault.
 *
 * @param scheduler scheduler of the cluster
 * @param mode delivery of the job
 * @param energy where the joules of the job come from
 * @param round round of the suite, from 1
 * @param fault name of the fault
 * @param requests requests sent while the fault was tried
 * @param lost requests without a response
 * @param failed requests whose response says that they failed
 * @param repeated responses beyond the first to a request
 * @param recoveryMillis longest time after the fault without any response
 * @param waitMillis longest time from the fault, or from the request if it was sent later, to its
 *     first response; includes the time to work off the backlog
 * @param stateBytes bytes of the last checkpoint, including all files that it refers to
 */
@RecordBuilder
record FaultResult(
        String scheduler,
        String mode,
        String energy,
        int round,
        String fault,
        long requests,
        long lost,
        long failed,
        long repeated,
        long recoveryMillis,
        long waitMillis,
        long stateBytes) {}
