/**
 * The client of OpenAI-compatible servers: JSON, connections, and what the errors of a server mean.
 *
 * <p>{@code ChatClient} posts a request and completes with a {@code Completion}, or with an {@code
 * AttemptException}. {@code ModelServerErrors} decides of each error whether the same call may
 * succeed soon, and whether the server is to blame.
 */
package dev.messplus.infer.openai;
