/** The same scores as functions of Flink SQL. */
package dev.messplus.scoring.sql;
