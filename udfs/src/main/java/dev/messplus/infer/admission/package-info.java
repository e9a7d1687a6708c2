/**
 * Who may be called: the waiting rooms of the models, fairness between SLAs, bytes, rates, circuit
 * breakers, and the places at each model.
 *
 * <p>A request waits in the {@code ModelQueue} of the model whose regret and whose wait cost least
 * together ({@code QueueChoice}, {@code WaitPrice}), before its first call and between two calls.
 * {@code ByteBudget} bounds the bytes of all requests in the JVM, and the credits of {@code
 * Admission} their number: the free places, and the {@code Room} to wait.
 *
 * <p>A call of a model has one {@code Permit}, over all its attempts; its hedge has another. {@code
 * ModelPlaces} is where {@code maxInFlight}, fixed or learned, and {@code callsPerSecond} are
 * enforced, and where a permit comes back.
 */
package dev.messplus.infer.admission;
