/**
 * What flows through the job. The public records of the four topics ({@link
 * dev.messplus.record.Response}, {@link dev.messplus.record.Feedback}, {@link
 * dev.messplus.record.DeadLetter}, and requests as {@link dev.messplus.record.PromptRequest} holds
 * them once parsed) are JSON with snake_case names; the others only travel between operators. All
 * are Java records of types that Flink's POJO serialiser knows, so that none falls back to Kryo and
 * fields can be added.
 */
package dev.messplus.record;
