/**
 * A door to the topics of a running job: OpenAI's API over HTTP.
 *
 * <p>A request goes to the requests topic, and its caller waits for the response by its id. All
 * that a door keeps is on topics, files and batches included: several may stand beside each other
 * behind a balancer, and others go on with the batches of one that ends.
 */
package dev.messplus.serve;
