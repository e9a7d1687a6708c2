/**
 * A batch: a file of prompts in, a file of answers out, over the topics of a running job.
 *
 * <p>Each line becomes a request whose id names the batch and the line. So the responses topic says
 * what became of each line, and the requests topic which lines were sent: a batch that is killed
 * goes on from its last {@link dev.messplus.batch.BatchProgress}, and neither sends nor records a
 * line twice.
 */
package dev.messplus.batch;
