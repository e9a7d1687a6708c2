/**
 * The metrics of {@link dev.messplus.scoring} as functions of Flink SQL: strings in, a DOUBLE in
 * [0, 1] out.
 */
package dev.messplus.scoring.sql;
