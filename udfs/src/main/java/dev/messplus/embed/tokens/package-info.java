/**
 * Static embeddings: a tokenizer, and a table with a vector for each of its tokens. Plain Java,
 * without native code. {@code dev.messplus.embed.distill} makes the table when this project is
 * built.
 */
package dev.messplus.embed.tokens;
