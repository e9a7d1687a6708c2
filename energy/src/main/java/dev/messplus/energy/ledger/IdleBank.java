package dev.messplus.energy.ledger;

import dev.messplus.energy.IdlePolicy;

/** The energy that nobody is charged for, and who pays for it. Not thread safe. */
final class IdleBank {

    private final IdlePolicy policy;
    private double joules;

    /** What busy seconds recently paid for idle time, in watts. */
    private final Smoothed amortisedWatts = new Smoothed();

    IdleBank(IdlePolicy policy) {
        this.policy = policy;
    }

    void add(double more) {
        joules += more;
    }

    /** Takes joules out, at most all. */
    double take(double wanted) {
        double taken = Math.max(0, Math.min(wanted, joules));
        joules -= taken;
        return taken;
    }

    double joules() {
        return joules;
    }

    /**
     * The price of a step by the policy. What calls do not pay goes into the bank, and what they
     * pay beyond the step comes out of it.
     */
    StepPrice adjust(StepPrice price, StepMeasurement step) {
        if (step.busySeconds() <= 0) {
            return price;
        }
        return switch (policy) {
            case INCLUDE -> price;
            case SUBTRACT -> {
                joules += price.idleJoules();
                yield price.plusIdle(-price.idleJoules());
            }
            case AMORTISE -> {
                double due = -Math.expm1(-step.seconds() / LedgerConstants.AMORTISATION_SECONDS);
                double taken = take(joules * due);
                amortisedWatts.add(taken / step.busySeconds());
                yield price.plusIdle(taken);
            }
        };
    }

    /** Those joules of a step that its work took, without what it pays for idle time. */
    double ofWork(StepPrice price) {
        return policy == IdlePolicy.SUBTRACT
                ? price.busyJoules() - price.idleJoules()
                : price.busyJoules();
    }

    /** What a busy second probably costs. */
    Watts watts(PowerModel power) {
        Watts busy = Watts.of(power.busyWatts(), power.idleWatts());
        return switch (policy) {
            case INCLUDE -> busy;
            case SUBTRACT -> busy.plusIdle(-busy.idle());
            case AMORTISE -> busy.plusIdle(amortisedWatts.mean());
        };
    }
}
