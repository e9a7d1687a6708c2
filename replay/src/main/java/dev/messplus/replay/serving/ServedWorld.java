package dev.messplus.replay.serving;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.ledger.EnergyLedger;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.LedgerCharge;
import dev.messplus.energy.ledger.TokenRate;
import dev.messplus.energy.ledger.Work;
import dev.messplus.replay.serving.ServingResult.DeviceFigures;
import dev.messplus.replay.serving.ServingResult.Served;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Devices, servers and requests in virtual time, and a router in front of them. For one run. */
public final class ServedWorld {

    /** Work of a call that brought no answer. */
    private static final Work UNKNOWN_WORK = new Work(Double.NaN, Double.NaN, Double.NaN);

    private final VirtualTime time = new VirtualTime();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final Map<String, RunningModel> models = new LinkedHashMap<>();
    private final Map<String, Double> arrivedSeconds = new HashMap<>();
    private final List<Served> served = new ArrayList<>();
    private final List<double[]> usedJoules = new ArrayList<>();

    private final RequestDraws requests;
    private final ArrivalTimes arrivals;
    private final ServingRouter router;
    private long arrived;

    /**
     * A model.
     *
     * @param index in the zoo
     * @param number on its device
     */
    private record RunningModel(
            ServedModel model,
            int index,
            SimulatedDevice device,
            int number,
            BatchingServer server,
            TokenRate rate) {}

    /**
     * A world before its first request.
     *
     * @param devices the GPUs, at least one
     * @param models the zoo; each model names its device
     * @param curve how many requests arrive
     * @param requests what they are
     * @param seed of their times and of the phases of counters and readings
     */
    public ServedWorld(
            List<DeviceSpec> devices,
            List<ServedModel> models,
            RateCurve curve,
            RequestDraws requests,
            ServingRouter router,
            long seed) {
        for (int d = 0; d < devices.size(); d++) {
            this.devices.add(new SimulatedDevice(d, devices.get(d), time, seed + d));
        }
        for (ServedModel model : models) {
            SimulatedDevice device = this.devices.get(model.device());
            this.models.put(
                    model.id(),
                    new RunningModel(
                            model,
                            this.models.size(),
                            device,
                            device.ledger().addModel(model.id(), device.metering().modelWeight()),
                            device.add(model.server()),
                            new TokenRate()));
        }
        this.requests = requests;
        this.router = router;
        this.arrivals = new ArrivalTimes(curve, seed);
    }

    /**
     * Runs for some time. Calls in flight at its end are left out. To be called once.
     *
     * @param seconds from the start, above 0
     */
    public ServingResult run(double seconds) {
        router.begin(this);
        count();
        arriveLater();
        time.runUntil(VirtualTime.nanos(seconds));
        return new ServingResult(
                List.copyOf(models.keySet()),
                List.copyOf(served),
                List.copyOf(usedJoules),
                devices.stream().map(ServedWorld::figures).toList(),
                arrived);
    }

    private static DeviceFigures figures(SimulatedDevice device) {
        EnergyAccount account = device.ledger().account();
        return new DeviceFigures(
                device.usedJoules(), device.idleJoules(), device.readJoules(), account);
    }

    private void count() {
        usedJoules.add(devices.stream().mapToDouble(SimulatedDevice::usedJoules).toArray());
        time.after(TimeUnit.SECONDS.toNanos(1), this::count);
    }

    private void arriveLater() {
        double seconds = arrivals.next();
        time.at(VirtualTime.nanos(seconds), () -> arrive(seconds));
    }

    private void arrive(double seconds) {
        SimulatedRequest request = requests.next(arrived++, seconds);
        arrivedSeconds.put(request.id(), seconds);
        arriveLater();
        router.arrived(request);
    }

    /** The clock. */
    VirtualTime time() {
        return time;
    }

    /** The zoo, in its order. */
    public List<ServedModel> zoo() {
        return models.values().stream().map(RunningModel::model).toList();
    }

    /** Ids of the zoo, in its order. */
    public List<String> ids() {
        return List.copyOf(models.keySet());
    }

    /** How the device of a model is metered. */
    Metering metering(String model) {
        return models.get(model).device().metering();
    }

    /** The ledger of the device of a model. */
    EnergyLedger ledger(String model) {
        return models.get(model).device().ledger();
    }

    /** Calls that wait in the server of a model. */
    int waiting(String model) {
        return models.get(model).server().waiting();
    }

    /** Calls that the server of a model works on. */
    int running(String model) {
        return models.get(model).server().running();
    }

    /** The score of a model's answer to a request. */
    double score(String model, SimulatedRequest request) {
        return request.scores()[models.get(model).index()];
    }

    /**
     * Calls a model.
     *
     * @param timeoutMillis when the call is given up, in milliseconds from now
     * @param whenEnded runs when the call has ended, with an answer or without
     */
    public void call(
            String model,
            SimulatedRequest request,
            long timeoutMillis,
            Consumer<EndedCall> whenEnded) {
        new OpenCall(models.get(model), request, whenEnded).begin(timeoutMillis);
    }

    /** A request is answered, or got no answer; now. */
    public void respond(SimulatedRequest request, ServedResponse response) {
        double score = response.model() == null ? Double.NaN : score(response.model(), request);
        served.add(
                new Served(arrivedSeconds.remove(request.id()), time.seconds(), score, response));
    }

    /** One call of a model, from its begin to its end. */
    private final class OpenCall {

        private final RunningModel called;
        private final SimulatedRequest request;
        private final Consumer<EndedCall> whenEnded;
        private final boolean fails;
        private final ServerCall work;
        private final long beganNanos = time.nanoTime();
        private final double promptWeight;
        private EnergyLedger.Entry entry;
        private VirtualTime.Event timeout;

        OpenCall(RunningModel called, SimulatedRequest request, Consumer<EndedCall> whenEnded) {
            this.called = called;
            this.request = request;
            this.whenEnded = whenEnded;
            ServedModel model = called.model();
            fails = request.failureDraws()[called.index()] < model.failedShare();
            double factor = model.answerFactor() * (fails ? model.failedFactor() : 1);
            work =
                    new ServerCall(
                            request.promptTokens(),
                            request.cachedTokens(),
                            (int) Math.max(1, Math.round(factor * request.answerTokens())),
                            done -> end(!fails));
            promptWeight = called.device().metering().promptTokenWeight();
        }

        void begin(long timeoutMillis) {
            entry =
                    called.device()
                            .ledger()
                            .begin(
                                    new ExpectedWork(
                                            called.number(),
                                            promptWeight * request.promptTokens(),
                                            called.rate().perSecond()));
            timeout =
                    time.after(
                            TimeUnit.MILLISECONDS.toNanos(timeoutMillis),
                            () -> {
                                called.server().cancel(work);
                                end(false);
                            });
            called.server().add(work);
            called.device().wake();
        }

        private void end(boolean ok) {
            timeout.cancel();
            boolean saysWork = ok && called.model().server().reportsWork();
            double workSeconds = saysWork ? work.workSeconds() : Double.NaN;
            int tokens = work.madeTokens();
            double millis = (time.nanoTime() - beganNanos) / 1e6;
            if (ok) {
                called.rate().add(tokens, saysWork ? workSeconds : millis / 1e3);
            }
            LedgerCharge charge =
                    called.device().ledger().end(entry, ok ? work(workSeconds) : UNKNOWN_WORK);
            whenEnded.accept(
                    EndedCallBuilder.builder()
                            .model(called.model().id())
                            .ok(ok)
                            .millis(millis)
                            .workSeconds(workSeconds)
                            .tokens(tokens)
                            .charge(charge)
                            .trueJoules(work.trueJoules())
                            .trueSeconds(work.trueSeconds())
                            .beganSeconds(
                                    work.beganNanos() < 0
                                            ? Double.NaN
                                            : VirtualTime.seconds(work.beganNanos()))
                            .build());
        }

        private Work work(double workSeconds) {
            double computed = request.promptTokens() - (double) request.cachedTokens();
            double answer = work.madeTokens();
            return new Work(promptWeight * Math.max(0, computed) + answer, answer, workSeconds);
        }
    }
}
