package dev.messplus.inference;

import dev.messplus.energy.EnergyAccount;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * All metrics of the inference operator: calls per model, energy accounts per device. All are
 * gauges, because calls end on threads that must not touch Flink's counters.
 *
 * <p>Call metrics count the calls of one subtask since its last start. Device metrics are shared by
 * the whole JVM: every subtask of a TaskManager reports the same values, so aggregate them by
 * maximum, not by sum.
 */
final class InferenceMetrics {

    /**
     * {@code …infer.model.<model>.breakerState}: state of the circuit breaker, 0 closed, 1
     * half-open, 2 open.
     */
    static final String BREAKER_STATE = "breakerState";

    /** {@code …infer.model.<model>.calls}: calls made, including retries and hedges. */
    static final String CALLS = "calls";

    /** {@code …infer.model.<model>.answers}: requests that the model answered. */
    static final String ANSWERS = "answers";

    /** {@code …infer.model.<model>.callFailures}: calls that returned no answer. */
    static final String CALL_FAILURES = "callFailures";

    /** {@code …infer.model.<model>.hedges}: second calls made because the first was late. */
    static final String HEDGES = "hedges";

    /**
     * {@code …infer.model.<model>.fallbacks}: answers served because the chosen model gave none.
     */
    static final String FALLBACKS = "fallbacks";

    /**
     * {@code …infer.model.<model>.energyAssumed}: answers whose energy is the router's estimate.
     */
    static final String ENERGY_ASSUMED = "energyAssumed";

    /** {@code …infer.device.<device>.available}: 1 if the device can be read, 0 otherwise. */
    static final String AVAILABLE = "available";

    /** {@code …infer.device.<device>.watts}: recent mean power, in watts. */
    static final String WATTS = "watts";

    /** {@code …infer.device.<device>.attributedJoules}: joules charged to finished calls. */
    static final String ATTRIBUTED_JOULES = "attributedJoules";

    /** {@code …infer.device.<device>.inFlightJoules}: joules used so far by calls in flight. */
    static final String IN_FLIGHT_JOULES = "inFlightJoules";

    /** {@code …infer.device.<device>.idleJoules}: joules used while no call was in flight. */
    static final String IDLE_JOULES = "idleJoules";

    /** {@code …infer.device.<device>.otherClientsJoules}: joules used by other clients. */
    static final String OTHER_CLIENTS_JOULES = "otherClientsJoules";

    /** {@code …infer.device.<device>.unmeteredJoules}: joules used while it could not be read. */
    static final String UNMETERED_JOULES = "unmeteredJoules";

    /** {@code …infer.device.<device>.counterResets}: times that its counter was reset. */
    static final String COUNTER_RESETS = "counterResets";

    /** {@code …infer.device.<device>.idleWatts}: power without calls, as it was learned. */
    static final String IDLE_WATTS = "idleWatts";

    /** {@code …infer.device.<device>.counterPeriodMillis}: time between steps of its counter. */
    static final String COUNTER_PERIOD_MILLIS = "counterPeriodMillis";

    /**
     * {@code …infer.device.<device>.joulesPerTokenDrift}: by how much calls were charged more per
     * token than the device used for all tokens that its servers counted, in the last hour; 0.1
     * means 10% more. {@code NaN} unless tokens are counted.
     */
    static final String JOULES_PER_TOKEN_DRIFT = "joulesPerTokenDrift";

    private final MetricGroup group;
    private final ModelZoo zoo;
    private final Set<String> devices = new HashSet<>();
    private boolean allDevicesOpen;

    InferenceMetrics(MetricGroup group, ModelZoo zoo) {
        this.group = group;
        this.zoo = zoo;
        zoo.callers().forEach((id, caller) -> addCalls(group.addGroup("model", id), caller));
        addDevices();
    }

    /** Registers devices that were opened since the last call; runs on the task's thread only. */
    void addDevices() {
        if (allDevicesOpen) {
            return;
        }
        allDevicesOpen = true;
        for (ModelCaller caller : zoo.callers().values()) {
            allDevicesOpen &= caller.meter().isOpen();
            for (EnergyAccount account : caller.meter().accounts()) {
                if (devices.add(account.device())) {
                    addAccount(group.addGroup("device", account.device()), account);
                }
            }
        }
    }

    private static void addCalls(MetricGroup group, ModelCaller caller) {
        ModelStatistics statistics = caller.statistics();
        longGauge(group, BREAKER_STATE, () -> number(caller.gate().breakerState()));
        longGauge(group, CALLS, statistics.calls::sum);
        longGauge(group, ANSWERS, statistics.answers::sum);
        longGauge(group, CALL_FAILURES, statistics.failures::sum);
        longGauge(group, HEDGES, statistics.hedges::sum);
        longGauge(group, FALLBACKS, statistics.fallbacks::sum);
        longGauge(group, ENERGY_ASSUMED, statistics.assumed::sum);
    }

    private static void addAccount(MetricGroup group, EnergyAccount account) {
        longGauge(group, AVAILABLE, () -> account.available() ? 1 : 0);
        longGauge(group, COUNTER_RESETS, account::counterResets);
        doubleGauge(group, WATTS, account::watts);
        doubleGauge(group, IDLE_WATTS, account::idleWatts);
        doubleGauge(group, COUNTER_PERIOD_MILLIS, account::counterPeriodMillis);
        doubleGauge(group, JOULES_PER_TOKEN_DRIFT, account::joulesPerTokenDrift);
        doubleGauge(group, ATTRIBUTED_JOULES, account::attributedJoules);
        doubleGauge(group, IN_FLIGHT_JOULES, account::inFlightJoules);
        doubleGauge(group, IDLE_JOULES, account::idleJoules);
        doubleGauge(group, OTHER_CLIENTS_JOULES, account::otherClientsJoules);
        doubleGauge(group, UNMETERED_JOULES, account::unmeteredJoules);
    }

    private static long number(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }

    private static void longGauge(MetricGroup group, String name, LongSupplier value) {
        group.gauge(name, (Gauge<Long>) value::getAsLong);
    }

    private static void doubleGauge(MetricGroup group, String name, DoubleSupplier value) {
        group.gauge(name, (Gauge<Double>) value::getAsDouble);
    }
}
