package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The energy of calls that brought no answer, as it was known when they were told.
 *
 * @param joules of the calls whose energy was known, at least 0
 * @param unmetered number of calls whose energy was not known
 * @param charges what all of them are charged
 */
record FailedEnergy(double joules, int unmetered, List<EnergyCharge> charges) {

    /** Of no call. */
    static final FailedEnergy NONE = new FailedEnergy(0, 0, List.of());

    /** The energy of calls as it is known now. */
    static FailedEnergy of(List<EnergyCharge> charges) {
        if (charges.isEmpty()) {
            return NONE;
        }
        List<EnergyReading> readings = charges.stream().map(EnergyCharge::reading).toList();
        return new FailedEnergy(
                sum(readings),
                (int) readings.stream().filter(reading -> !reading.known()).count(),
                charges);
    }

    /** The energy of the same calls as it is known now. */
    FailedEnergy now() {
        return of(charges);
    }

    /** Whether the meters will tell no more of them. */
    boolean isSettled() {
        return charges.isEmpty() || charges.stream().allMatch(charge -> charge.settled().isDone());
    }

    FailedEnergy plus(FailedEnergy other) {
        List<EnergyCharge> all = new ArrayList<>(charges);
        all.addAll(other.charges);
        return new FailedEnergy(joules + other.joules, unmetered + other.unmetered, all);
    }

    /** Completes with the joules beyond those that were known, once all are settled. */
    CompletableFuture<Double> joulesMore() {
        return CompletableFuture.allOf(
                        charges.stream()
                                .map(EnergyCharge::settled)
                                .toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        all -> sum(charges.stream().map(EnergyCharge::reading).toList()) - joules);
    }

    private static double sum(List<EnergyReading> readings) {
        return readings.stream()
                .filter(EnergyReading::known)
                .mapToDouble(EnergyReading::joules)
                .sum();
    }
}
