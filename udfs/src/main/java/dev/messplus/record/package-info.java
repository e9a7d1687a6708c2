/**
 * The records that flow through the job, one a message.
 *
 * <p>On Kafka topics are requests ({@link dev.messplus.record.PromptRequest}), responses ({@link
 * dev.messplus.record.Response}), labels ({@link dev.messplus.record.Label}), what the job measured
 * ({@link dev.messplus.record.Measurement}, {@link dev.messplus.record.Correction}), and dead
 * letters ({@link dev.messplus.record.DeadLetter}): JSON with snake_case names, without what is
 * unknown. The others only travel between operators, or are parts that several records have in
 * common, such as {@link dev.messplus.record.Energy}. The fields of a part stand beside those of
 * the record in JSON.
 *
 * <p>All are Java records of types that Flink's POJO serializer supports: none falls back to Kryo,
 * and fields can be added. An unknown number is {@code NaN}, an unknown text {@code null}.
 */
package dev.messplus.record;
