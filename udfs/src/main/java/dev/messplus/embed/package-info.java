/**
 * Embeds prompts: requests in, requests with features for the accuracy predictors out.
 *
 * <ul>
 *   <li>{@link dev.messplus.embed.EmbedFunction}: the operator
 *   <li>{@link dev.messplus.embed.PromptFeatures}: the features of a prompt
 *   <li>{@code prompt-kinds.txt} and {@code OrthonormalBasis}: the kind of a prompt, from its
 *       embedding
 *   <li>{@code SurfaceFeatures}: the surface of a prompt, from its characters
 *   <li>{@link dev.messplus.embed.Embedders} and {@link dev.messplus.embed.model.Embedder}: static
 *       embeddings ({@code tokens}), feature hashing, and sentence models, if the class path has a
 *       {@link dev.messplus.embed.model.SentenceModelProvider}
 * </ul>
 */
package dev.messplus.embed;
