/**
 * Integration tests of the whole job on a real broker and a real cluster, seen from outside: they
 * send records to topics, and read topics, metrics and Flink's REST API. Each class is about one
 * promise of the job.
 */
package dev.messplus.local;
