package dev.messplus.inference;

import dev.messplus.energy.EnergyAccount;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * All metrics of the inference: per model what became of its calls, per device its books. Gauges
 * all, for calls end on threads that must not touch Flink's counters.
 *
 * <p>Calls are those of the subtask since its last start. The books of a device are those of the
 * whole JVM: every subtask of a TaskManager shows the same, so take the largest and not the sum.
 */
final class InferenceMetrics {

    /** {@code …infer.model.<model>.breakerState}: 0 closed, 1 half open, 2 open. */
    static final String BREAKER_STATE = "breakerState";

    /** {@code …infer.model.<model>.calls}: calls made, retries and hedges included. */
    static final String CALLS = "calls";

    /** {@code …infer.model.<model>.answers}: questions answered. */
    static final String ANSWERS = "answers";

    /** {@code …infer.model.<model>.callFailures}: calls that brought no answer. */
    static final String CALL_FAILURES = "callFailures";

    /** {@code …infer.model.<model>.hedges}: second calls because the first was late. */
    static final String HEDGES = "hedges";

    /** {@code …infer.model.<model>.fallbacks}: served for want of an answer of a better model. */
    static final String FALLBACKS = "fallbacks";

    /** {@code …infer.model.<model>.energyAssumed}: answers charged the running estimate. */
    static final String ENERGY_ASSUMED = "energyAssumed";

    /** {@code …infer.device.<device>.available}: 1 if the device can be read, else 0. */
    static final String AVAILABLE = "available";

    /** {@code …infer.device.<device>.watts}: mean power of late. */
    static final String WATTS = "watts";

    /** {@code …infer.device.<device>.attributedJoules}: charged to finished calls. */
    static final String ATTRIBUTED_JOULES = "attributedJoules";

    /** {@code …infer.device.<device>.inFlightJoules}: taken so far by calls in flight. */
    static final String IN_FLIGHT_JOULES = "inFlightJoules";

    /** {@code …infer.device.<device>.idleJoules}: used without any call. */
    static final String IDLE_JOULES = "idleJoules";

    /** {@code …infer.device.<device>.otherClientsJoules}: caused by others. */
    static final String OTHER_CLIENTS_JOULES = "otherClientsJoules";

    /** {@code …infer.device.<device>.unmeteredJoules}: used while it could not be read. */
    static final String UNMETERED_JOULES = "unmeteredJoules";

    /** {@code …infer.device.<device>.counterResets}: times its counter fell or leapt. */
    static final String COUNTER_RESETS = "counterResets";

    private final MetricGroup group;
    private final ModelZoo zoo;
    private final Set<String> devices = new HashSet<>();
    private boolean complete;

    InferenceMetrics(MetricGroup group, ModelZoo zoo) {
        this.group = group;
        this.zoo = zoo;
        zoo.callers().forEach((id, caller) -> calls(group.addGroup("model", id), caller));
        addDevices();
    }

    /** Adds the books of devices that were opened since; to be called on the task's thread. */
    void addDevices() {
        if (complete) {
            return;
        }
        complete = true;
        for (ModelCaller caller : zoo.callers().values()) {
            complete &= caller.meter().isOpen();
            for (EnergyAccount account : caller.meter().accounts()) {
                if (devices.add(account.device())) {
                    books(group.addGroup("device", account.device()), account);
                }
            }
        }
    }

    private static void calls(MetricGroup group, ModelCaller caller) {
        ModelStatistics statistics = caller.statistics();
        whole(group, BREAKER_STATE, caller.gate()::breakerState);
        whole(group, CALLS, statistics.calls::sum);
        whole(group, ANSWERS, statistics.answers::sum);
        whole(group, CALL_FAILURES, statistics.failures::sum);
        whole(group, HEDGES, statistics.hedges::sum);
        whole(group, FALLBACKS, statistics.fallbacks::sum);
        whole(group, ENERGY_ASSUMED, statistics.assumed::sum);
    }

    private static void books(MetricGroup group, EnergyAccount account) {
        whole(group, AVAILABLE, () -> account.available() ? 1 : 0);
        whole(group, COUNTER_RESETS, account::counterResets);
        real(group, WATTS, account::watts);
        real(group, ATTRIBUTED_JOULES, account::attributedJoules);
        real(group, IN_FLIGHT_JOULES, account::inFlightJoules);
        real(group, IDLE_JOULES, account::idleJoules);
        real(group, OTHER_CLIENTS_JOULES, account::otherClientsJoules);
        real(group, UNMETERED_JOULES, account::unmeteredJoules);
    }

    private static void whole(MetricGroup group, String name, LongSupplier value) {
        group.gauge(name, (Gauge<Long>) value::getAsLong);
    }

    private static void real(MetricGroup group, String name, DoubleSupplier value) {
        group.gauge(name, (Gauge<Double>) value::getAsDouble);
    }
}
