package dev.messplus.infer.charge;

import dev.messplus.energy.EnergyReading;
import dev.messplus.record.Energy;
import dev.messplus.record.FailedAttempts;

/**
 * The energy of a call, as it is known at one moment.
 *
 * @param answered of the attempt that was answered; not known if there is none, or if the meter
 *     does not know it
 * @param provisional whether the meter will report {@code answered} better later
 * @param assumed whether {@code answered} is the router's own estimate because nothing was measured
 * @param failedJoules of the attempts that brought no answer and whose energy is known, at least 0
 * @param failedUnmetered number of attempts that brought no answer and whose energy is not known
 * @param settled whether the meters will report no more
 */
public record CallEnergy(
        EnergyReading answered,
        boolean provisional,
        boolean assumed,
        double failedJoules,
        int failedUnmetered,
        boolean settled) {

    private static final EnergyReading NOT_KNOWN = new EnergyReading(Double.NaN, "");

    /** Of a call whose energy nobody has asked for. */
    public static final CallEnergy NONE = new CallEnergy(NOT_KNOWN, false, false, 0, 0, true);

    /** Energy of the answer in joules; {@code NaN} if it is not known. */
    public double joules() {
        return answered.joules();
    }

    /** Whether the energy of the answer is known. */
    public boolean known() {
        return answered.known();
    }

    /** The same, with an estimate of the answer's energy instead of none, in joules. */
    public CallEnergy assuming(double estimatedJoules) {
        return new CallEnergy(
                answered.assuming(estimatedJoules),
                provisional,
                true,
                failedJoules,
                failedUnmetered,
                settled);
    }

    /** The energy of the answer, as records state it. */
    public Energy answer() {
        return new Energy(
                answered.joules(),
                answered.idleJoules(),
                answered.uncertaintyJoules(),
                answered.source(),
                assumed,
                provisional);
    }

    /** The attempts that brought no answer, as records state them. */
    public FailedAttempts failed() {
        return FailedAttempts.of(failedJoules, failedUnmetered);
    }
}
