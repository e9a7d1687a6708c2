package dev.messplus.infer.charge;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the attempts of one call are charged, in sum. {@code Attempt} decides whether an attempt is
 * charged, and its {@link dev.messplus.energy.EnergyMeter} how much.
 *
 * @param answered of the attempt that was answered; {@code null} if there is none
 * @param failed of the attempts that reached a server and brought no answer, or one that came after
 *     that of the hedge
 */
public record CallCharge(EnergyCharge answered, List<EnergyCharge> failed) {

    /** Of no attempt. */
    public static final CallCharge NONE = new CallCharge(null, List.of());

    /** The same, with the attempts of an earlier call that brought no answer. */
    public CallCharge after(CallCharge earlier) {
        if (earlier.failed.isEmpty()) {
            return this;
        }
        List<EnergyCharge> all = new ArrayList<>(failed);
        all.addAll(earlier.failed);
        return new CallCharge(answered, all);
    }

    /** How long to wait for the meter of the answer, in milliseconds; 0 if it is not worth it. */
    public long waitMillis() {
        return answered == null ? 0 : answered.waitMillis();
    }

    /** The energy as it is known now. */
    public CallEnergy now() {
        // Before the rest, or what a meter reports meanwhile would be reported never.
        boolean settled = isSettled();
        EnergyReading reading = CallEnergy.NONE.answered();
        boolean provisional = false;
        if (answered != null) {
            provisional = !answered.settled().isDone();
            reading = provisional ? answered.reading() : answered.settled().join();
        }
        double failedJoules = 0;
        int failedUnmetered = 0;
        for (EnergyCharge charge : failed) {
            EnergyReading lost = charge.reading();
            if (lost.known()) {
                failedJoules += lost.joules();
            } else {
                failedUnmetered++;
            }
        }
        return new CallEnergy(reading, provisional, false, failedJoules, failedUnmetered, settled);
    }

    private boolean isSettled() {
        return (answered == null || answered.settled().isDone())
                && failed.stream().allMatch(charge -> charge.settled().isDone());
    }

    /**
     * Completes once the meters have reported everything, with the energy that is known then, on a
     * thread that must not be blocked.
     */
    CompletableFuture<CallEnergy> settled() {
        List<CompletableFuture<EnergyReading>> all = new ArrayList<>();
        failed.forEach(charge -> all.add(charge.settled()));
        if (answered != null) {
            all.add(answered.settled());
        }
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                .thenApply(settled -> now());
    }
}
