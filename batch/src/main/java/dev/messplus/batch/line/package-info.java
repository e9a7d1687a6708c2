/**
 * The lines of a batch: what each asks, as a request of the job, and what became of it. Knows three
 * formats, one of which is that of OpenAI's batches.
 */
package dev.messplus.batch.line;
