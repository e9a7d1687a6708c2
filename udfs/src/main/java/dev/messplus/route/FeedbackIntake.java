package dev.messplus.route;

import dev.messplus.core.Observation;
import dev.messplus.core.account.Booking;
import dev.messplus.core.account.JoinResult;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.record.Correction;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Energy;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.JobFeedback;
import dev.messplus.record.Label;
import dev.messplus.record.Measurement;
import dev.messplus.record.ModelLoad;
import dev.messplus.route.RoutingState.Routing;
import dev.messplus.route.runs.RunHistory;
import dev.messplus.route.share.ShardFeedback;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes bundles of feedback into what is known under a key. A pending request is read and written
 * once per bundle, however many labels of it are in it.
 */
final class FeedbackIntake {

    private final List<String> zoo;
    private final PendingRequests pending;
    private final EarlyLabels early;
    private final RunHistory starts;
    private final RoutingCounters counters;

    /**
     * An intake.
     *
     * @param zoo ids of the models
     * @param starts knows which measurements a failure undid
     */
    FeedbackIntake(
            List<String> zoo,
            PendingRequests pending,
            EarlyLabels early,
            RunHistory starts,
            RoutingCounters counters) {
        this.zoo = zoo;
        this.pending = pending;
        this.early = early;
        this.starts = starts;
        this.counters = counters;
    }

    /**
     * Takes in all of a bundle for the current key.
     *
     * @param nowMillis the processing time in milliseconds
     */
    void take(FeedbackBundle bundle, Routing routing, long nowMillis) throws Exception {
        Turn turn = new Turn(routing, nowMillis);
        for (ShardFeedback feedback : bundle.feedback()) {
            turn.take(feedback);
        }
        turn.save();
    }

    /** Applies the labels that came before their request, which was just added. */
    void takeEarly(EmbeddedRequest embedded, Routing routing, long nowMillis) throws Exception {
        String sla = embedded.request().sla();
        String requestId = embedded.request().id();
        Map<String, Double> labels = early.take(routing.key(), requestId);
        if (labels.isEmpty()) {
            return;
        }
        Turn turn = new Turn(routing, nowMillis);
        for (Map.Entry<String, Double> label : labels.entrySet()) {
            turn.take(new Label(requestId, sla, label.getKey(), label.getValue(), null));
        }
        turn.save();
    }

    /** The work on one bundle. */
    private final class Turn {

        private final Routing routing;
        private final long nowMillis;

        /** The requests that it is about; without a request where none waits. */
        private final Map<String, Touched> touched = new HashMap<>();

        Turn(Routing routing, long nowMillis) {
            this.routing = routing;
            this.nowMillis = nowMillis;
        }

        void take(ShardFeedback feedback) throws Exception {
            if (feedback.isOwn()) {
                take(feedback.own());
            } else {
                routing.algorithm().learnFromOtherShards(feedback.ofOthers());
                routing.markChanged();
            }
        }

        private void take(FeedbackRecord record) throws Exception {
            if (record.label() != null) {
                take(record.label());
            } else if (record.measurement() != null) {
                take(record.measurement());
            } else {
                take(record.correction());
            }
        }

        void take(Label label) throws Exception {
            Touched touchedNow = touch(label.requestId());
            if (touchedNow.request != null) {
                join(label.requestId(), touchedNow, label.observation());
            } else if (!early.keep(routing.key(), label)) {
                counters.unmatchedFeedback(1);
            }
        }

        private void take(Measurement measurement) throws Exception {
            if (starts.undid(measurement)) {
                bookUndone(measurement);
                return;
            }
            markUnavailable(measurement);
            if (measurement.load() != null) {
                measurement.load().forEach(this::load);
            }
            String id = measurement.requestId();
            Touched touchedNow = touch(id);
            if (touchedNow.request == null) {
                // What the job itself reports always follows a decision in the state.
                counters.unmatchedFeedback(1);
            } else if (isOfAnotherDecision(measurement, touchedNow.request)) {
                bookRepeat(measurement, measurement.decision(), touchedNow);
            } else if (join(id, touchedNow, measurement.observation()) == JoinResult.APPLIED) {
                noteEnergySource(measurement);
            }
        }

        /** A meter reports after the measurement, whatever became of the request since. */
        private void take(Correction correction) throws Exception {
            PendingRequest request = touch(correction.requestId()).request;
            boolean counts =
                    !starts.undid(correction)
                            && (request == null || !isOfAnotherDecision(correction, request));
            routing.algorithm().correct(correction.energyCorrection(), counts);
            routing.algorithm().bookScoring(correction.scoringJoules(), counts);
            noteEnergySource(correction);
            routing.markChanged();
        }

        /** This is news about the model, whatever became of the request. */
        private void markUnavailable(Measurement measurement) {
            if (measurement.unavailableMillis() > 0
                    && routing.algorithm()
                            .markUnavailable(
                                    measurement.model(),
                                    nowMillis + measurement.unavailableMillis())) {
                routing.markChanged();
            }
        }

        private void load(String model, ModelLoad load) {
            routing.algorithm().load(model, load.concurrency(), load.maxConcurrency());
            routing.markChanged();
        }

        private JoinResult join(String id, Touched touchedNow, Observation seen) throws Exception {
            PendingRequest request = touchedNow.request;
            boolean waited = !request.resolved;
            boolean judgeSaidNothing = JudgeAlarm.isFoundOut(routing);
            JoinResult result = routing.algorithm().observe(request, seen);
            JudgeAlarm.check(routing, judgeSaidNothing);
            if (waited && isLabelled(request)) {
                counters.labelledAfter(Math.max(0, nowMillis - request.decidedAtMillis));
            }
            boolean early = result == JoinResult.EARLY && request.answer(seen.model()) != null;
            counters.joined(early ? JoinResult.APPLIED : result);
            if (result == JoinResult.APPLIED) {
                routing.markChanged();
            }
            if (result == JoinResult.APPLIED && request.isComplete()) {
                pending.remove(id, request, routing.waiting());
                touchedNow.request = null;
                touchedNow.changed = false;
            } else if (result == JoinResult.APPLIED || result == JoinResult.EARLY) {
                touchedNow.changed = true;
            }
            return result;
        }

        /**
         * The energy of an undone answer was spent, but another answer was given in its place. The
         * decision may have been undone too, and not be made again yet. Then nothing is known of
         * the request; but the record is read once in the history that counts, because what its
         * reader and this state had done after the checkpoint was undone together.
         */
        private void bookUndone(Measurement measurement) throws Exception {
            Touched touchedNow = touch(measurement.requestId());
            if (touchedNow.request != null && measurement.decision() != null) {
                // The decision may be the one that the request waits for, and each start of the
                // job may have asked for an answer under it.
                bookRepeat(
                        measurement,
                        measurement.decision()
                                ^ ((long) measurement.run().hashCode() << Integer.SIZE),
                        touchedNow);
                return;
            }
            Booking booking = routing.algorithm().bookUndone(measurement.observation());
            counters.booked(booking);
            if (booking == Booking.BOOKED) {
                noteEnergySource(measurement);
                routing.markChanged();
            }
        }

        /** The energy of such an answer was spent, but one answer per request counts. */
        private void bookRepeat(Measurement measurement, long decision, Touched repeated) {
            Booking booking =
                    routing.algorithm()
                            .bookRepeat(repeated.request, decision, measurement.observation());
            counters.booked(booking);
            if (booking == Booking.BOOKED) {
                noteEnergySource(measurement);
                routing.markChanged();
                repeated.changed = true;
            }
        }

        private void noteEnergySource(JobFeedback feedback) {
            int model = zoo.indexOf(feedback.model());
            Energy energy = feedback.energy();
            if (model >= 0 && energy.source() != null) {
                routing.algorithm().state().models()[model].energyEstimated = energy.isEstimated();
            }
        }

        private Touched touch(String requestId) throws Exception {
            Touched known = touched.get(requestId);
            if (known == null) {
                known = new Touched(pending.get(requestId, routing.waiting()));
                touched.put(requestId, known);
            }
            return known;
        }

        void save() throws Exception {
            for (Map.Entry<String, Touched> entry : touched.entrySet()) {
                if (entry.getValue().changed) {
                    pending.save(entry.getKey(), entry.getValue().request, routing.waiting());
                    routing.markChanged();
                }
            }
        }
    }

    /** A request that a bundle is about. */
    private static final class Touched {

        private PendingRequest request;
        private boolean changed;

        Touched(PendingRequest request) {
            this.request = request;
        }
    }

    /** Whether its label is in Q. */
    private static boolean isLabelled(PendingRequest request) {
        return request.resolved
                && request.served >= 0
                && !Double.isNaN(request.servedAnswer().score);
    }

    /**
     * Whether this is about an answer that another decision on the same request asked for. Either
     * the request was repeated, or a failure rolled that decision back, and its answer may never
     * have been delivered.
     */
    private static boolean isOfAnotherDecision(JobFeedback feedback, PendingRequest request) {
        return feedback.decision() != null && feedback.decision() != request.decision;
    }
}
