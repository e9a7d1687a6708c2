/**
 * Who may be called: the waiting rooms of the models, fairness between SLAs, bytes, rates, circuit
 * breakers, and the places at each model.
 *
 * <p>A request waits in the {@code WaitingRoom} of its model. Once it has begun and calls another
 * model, it waits in that model's {@code ModelPlaces}. {@code ModelQueue} bounds the number of
 * requests that wait, and {@code ByteBudget} the bytes of all requests in the JVM. Beyond these
 * bounds, the operator reads no further request.
 *
 * <p>A call of a model has one {@code Permit}, over all its attempts; its hedge has another. {@code
 * ModelPlaces} is where {@code maxInFlight} and {@code callsPerSecond} are enforced, and where a
 * permit comes back.
 */
package dev.messplus.infer.admission;
