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
 * @param before of further attempts that brought no answer, whose energy is settled
 */
public record CallCharge(EnergyCharge answered, List<EnergyCharge> failed, Failed before) {

    /** Of no attempt. */
    public static final CallCharge NONE = new CallCharge(null, List.of());

    /** Joules of attempts that brought no answer, and how many others were not metered. */
    record Failed(double joules, int unmetered) {

        static final Failed NONE = new Failed(0, 0);

        Failed plus(EnergyReading reading) {
            return reading.known()
                    ? new Failed(joules + reading.joules(), unmetered)
                    : new Failed(joules, unmetered + 1);
        }

        Failed plus(Failed other) {
            return new Failed(joules + other.joules, unmetered + other.unmetered);
        }
    }

    /** What attempts are charged that no others came before. */
    public CallCharge(EnergyCharge answered, List<EnergyCharge> failed) {
        this(answered, failed, Failed.NONE);
    }

    /**
     * The same, with the attempts of an earlier call that brought no answer. Those that are settled
     * are added up: a request is called again for as long as its models are down.
     */
    public CallCharge after(CallCharge earlier) {
        Failed sum = before.plus(earlier.before);
        List<EnergyCharge> open = new ArrayList<>(failed);
        for (EnergyCharge charge : earlier.failed) {
            if (charge.settled().isDone()) {
                sum = sum.plus(charge.reading());
            } else {
                open.add(charge);
            }
        }
        return new CallCharge(answered, open, sum);
    }

    /** What each attempt is charged, if no earlier call was made. */
    public List<EnergyCharge> charges() {
        List<EnergyCharge> all = new ArrayList<>(failed);
        if (answered != null) {
            all.add(answered);
        }
        return all;
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
        Failed lost = before;
        for (EnergyCharge charge : failed) {
            lost = lost.plus(charge.reading());
        }
        return new CallEnergy(reading, provisional, false, lost.joules, lost.unmetered, settled);
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
