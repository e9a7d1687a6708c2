/**
 * Static embeddings: a tokenizer, and a table with a vector for each of its tokens. Plain Java,
 * without native code. The table is an artifact of its own, the module static-vectors.
 */
package dev.messplus.embed.tokens;
