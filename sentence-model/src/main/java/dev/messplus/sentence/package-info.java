/**
 * Sentence models, for jobs that ask for them ({@code embedding.model}), for the zoo of {@code mess
 * local} and for the build.
 *
 * <ul>
 *   <li>{@link dev.messplus.sentence.OnnxProvider}: how {@link dev.messplus.embed.Embedders} opens
 *       them
 *   <li>{@code SharedOnnx}: shares ONNX Runtime among the jobs of a session cluster
 *   <li>{@code onnx}: the models, run by DJL and ONNX Runtime
 *   <li>{@code distill}: makes the table of the static embedding
 * </ul>
 */
package dev.messplus.sentence;
