/**
 * Who may be called: the waiting rooms of the models, fairness between SLAs, bytes, rates, circuit
 * breakers, and the places at each model.
 *
 * <p>A call of a model has one {@code Permit}, over all its attempts. {@code ModelPlaces} is where
 * {@code maxInFlight} and {@code callsPerSecond} are enforced, and where a permit comes back.
 */
package dev.messplus.infer.admission;
