/**
 * The records that flow through the job.
 *
 * <p>Four of them are public: requests ({@link dev.messplus.record.PromptRequest}), responses
 * ({@link dev.messplus.record.Response}), feedback ({@link dev.messplus.record.Feedback}) and dead
 * letters ({@link dev.messplus.record.DeadLetter}) are JSON with snake_case names on Kafka topics.
 * The others only travel between operators. All are Java records of types that Flink's POJO
 * serializer supports: none falls back to Kryo, and fields can be added.
 */
package dev.messplus.record;
