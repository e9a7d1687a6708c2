/**
 * The metrics of {@link dev.messplus.score} as functions of Flink SQL: strings in, a DOUBLE in [0,
 * 1] out.
 */
package dev.messplus.score.sql;
