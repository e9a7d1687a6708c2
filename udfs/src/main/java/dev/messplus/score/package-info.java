/**
 * Scores of answers: what a scorer is given, and what it returns. A scorer is a class of its own,
 * with a serializable {@link dev.messplus.score.ScorerConfig} that opens it.
 *
 * <ul>
 *   <li>{@code metric}: comparisons with the references of a request
 *   <li>{@code check}: what an answer must be like, whatever it says
 *   <li>{@code http}: a service of the user
 *   <li>{@code judge}: a model that grades
 *   <li>{@code combine}: several scorers as one
 *   <li>{@code sql}: the metrics as functions of Flink SQL
 * </ul>
 */
package dev.messplus.score;
