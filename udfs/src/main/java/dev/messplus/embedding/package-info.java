/**
 * From prompts to what the accuracy predictors learn on, in order:
 *
 * <ul>
 *   <li>{@link dev.messplus.embedding.EmbedFunction}: the operator
 *   <li>{@link dev.messplus.embedding.PromptFeatures}: the features of a prompt
 *   <li>{@code PromptKinds} and {@code OrthonormalBasis}: what kind of prompt it is, out of its
 *       embedding
 *   <li>{@code SurfaceFeatures}: what it looks like
 *   <li>{@link dev.messplus.embedding.model.Embedder} and {@link dev.messplus.embedding.Embedders}:
 *       sentence models on ONNX, and feature hashing
 *   <li>{@code SharedOnnx}: how the jobs of a session cluster share what runs these models
 * </ul>
 */
package dev.messplus.embedding;
