/**
 * The topics of the job, as a batch uses them: sends lines, reads responses, finds what was sent.
 */
package dev.messplus.batch.kafka;
