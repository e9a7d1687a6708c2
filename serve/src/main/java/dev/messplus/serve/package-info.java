/**
 * A door to the topics of a running job: OpenAI's API over HTTP.
 *
 * <p>A request goes to the requests topic, and its caller waits for the response by its id. The
 * door itself has no state: several may stand beside each other behind a balancer, and each reads
 * the responses topic for itself.
 */
package dev.messplus.serve;
