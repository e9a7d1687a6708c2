package dev.messplus.metrics;

import static dev.messplus.metrics.MetricScope.DEVICE;
import static dev.messplus.metrics.MetricScope.EMBED;
import static dev.messplus.metrics.MetricScope.INFER;
import static dev.messplus.metrics.MetricScope.MODEL;
import static dev.messplus.metrics.MetricScope.PARSE;
import static dev.messplus.metrics.MetricScope.ROUTE;
import static dev.messplus.metrics.MetricScope.SLA;
import static dev.messplus.metrics.MetricScope.SLA_MODEL;

import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric of the job: its name, type and unit, what it means, and the question that it
 * answers. The tables of docs/metrics.md are made of it, and a test compares them. Those of an SLA
 * and its models come from state; all others begin anew with each start of the job.
 */
public enum JobMetric {
    SLA_ALPHA(SLA, gauge("alpha", "score"), "the target", "What is promised?"),
    SLA_SCORE(
            SLA,
            gauge("score", "score"),
            "average label of the whole run",
            "Were the rated answers good enough so far?"),
    SLA_SCORE_SUM(
            SLA, gauge("scoreSum", "score"), "sum of those labels", "What is `score` over shards?"),
    SLA_WINDOW_SCORE(
            SLA,
            gauge("windowScore", "score"),
            "average label of the sliding window",
            "Are answers good enough of late?"),
    SLA_WINDOW_SCORE_SUM(
            SLA,
            gauge("windowScoreSum", "score"),
            "sum of those labels",
            "What is `windowScore` over shards?"),
    SLA_WINDOW_LABELLED(
            SLA,
            gauge("windowLabelled", "labels"),
            "number of those labels",
            "How many labels is `windowScore` made of?"),
    SLA_SCORE_ESTIMATE(
            SLA,
            gauge("scoreEstimate", "score"),
            "[estimated average](routing.md#how-sure-the-average-is) of all answers of the whole"
                    + " run, rated or not",
            "How good are the answers that nobody rates?"),
    SLA_SCORE_LOWER_BOUND(
            SLA,
            gauge("scoreLowerBound", "score"),
            "that average is at least this, with 95% at all times; not a number before the first"
                    + " requests are settled",
            "Is the promise kept beyond doubt?"),
    SLA_SCORE_UPPER_BOUND(
            SLA,
            gauge("scoreUpperBound", "score"),
            "that average is at most this, with 95% at all times",
            "Is the promise broken beyond doubt?"),
    SLA_SETTLED(
            SLA,
            gauge("settled", "requests"),
            "requests behind the estimate and its bounds",
            "How far do the bounds lag, and what are they over shards?"),
    SLA_UNRATED_STREAK(
            SLA,
            gauge("unratedStreak", "requests"),
            "requests that expired since the last label",
            "Do labels still come?"),
    SLA_UNRATED_STREAK_LIMIT(
            SLA,
            gauge("unratedStreakLimit", "requests"),
            "the streak above which the source of labels is taken to be silent",
            "Or is the silence chance?"),
    SLA_Q(
            SLA,
            gauge("q", "requests"),
            "the virtual queue Q; below 0 when answers are ahead of the target",
            "How much quality is owed?"),
    SLA_MOST_Q(
            SLA,
            gauge("mostQ", "requests"),
            "the most that Q may be: what the window tolerates and chance explains. More is not made"
                    + " up for. Infinite with `preset: paper`",
            "Is Q at its bound?"),
    SLA_TOLERATED_REQUESTS(
            SLA,
            gauge("toleratedRequests", "requests"),
            "what the labels of the window may fall short by: `window` x `tolerance`, of a shard its"
                    + " part",
            "How much is tolerated?"),
    SLA_DRIFT(
            SLA,
            gauge("drift", "requests"),
            "D, the predicted shortfall of the requests in flight",
            "What will the requests in flight add to it?"),
    SLA_DEFICIT(
            SLA,
            gauge("deficit", "requests"),
            "shortfall of all labels against the target, now",
            "How far is the whole run behind?"),
    SLA_MAX_DEFICIT(
            SLA,
            gauge("maxDeficit", "requests"),
            "the largest of them so far",
            "How far was it behind at most?"),
    SLA_JOULES_PER_SCORE(
            SLA,
            gauge("joulesPerScore", "joules per unit of score"),
            "the [price of quality](routing.md#3-the-price) λ: what a unit of score may cost now."
                    + " With `preset: paper`, Q / V",
            "Why does routing choose dear models, or cheap ones?"),
    SLA_REQUESTS(SLA, gauge("requests", "requests"), "requests decided", "How much traffic?"),
    SLA_IN_FLIGHT(
            SLA,
            gauge("inFlight", "requests"),
            "requests that wait for their label",
            "How much is not known yet?"),
    SLA_LABELLED(
            SLA,
            gauge("labelled", "requests"),
            "requests whose label is in Q; with `labels.source: users`, or the pseudo-score of"
                    + " their silence",
            "How many labels is `score` made of?"),
    SLA_EXPIRED(
            SLA,
            gauge("expired", "requests"),
            "requests whose label did not come in time",
            "Do labels come too late?"),
    SLA_EXPLORED(
            SLA,
            gauge("explored", "requests"),
            "requests for which more than one model was called",
            "How much is spent on learning?"),
    SLA_FAILED(
            SLA,
            gauge("failed", "requests"),
            "requests that no model answered, those that expired before a call included",
            "How many senders got no answer?"),
    SLA_ENERGY_JOULES(
            SLA,
            gauge("energyJoules", "joules"),
            "energy of all calls: the sum of the next four",
            "What did it take?"),
    SLA_SERVED_JOULES(
            SLA,
            gauge("servedJoules", "joules"),
            "energy of the served answers",
            "What did the answers take?"),
    SLA_EXPLORATION_JOULES(
            SLA,
            gauge("explorationJoules", "joules"),
            "energy of the answers that were not served",
            "What did learning take?"),
    SLA_FAILED_JOULES(
            SLA,
            gauge("failedJoules", "joules"),
            "energy of calls without an answer",
            "What did failures take?"),
    SLA_REPEAT_JOULES(
            SLA,
            gauge("repeatJoules", "joules"),
            "energy of calls for repeats of a request that waits for its label, and for answers"
                    + " that a failure undid",
            "What did repeats take?"),

    SLA_DEAREST_JOULES_ESTIMATE(
            SLA,
            gauge("dearestJoulesEstimate", "joules per request"),
            "what a request would take if the model of most joules answered them all: an"
                    + " [estimate](#saving)",
            "What is saved against always the dearest model?"),
    SLA_STATIC_MIX_JOULES_ESTIMATE(
            SLA,
            gauge("staticMixJoulesEstimate", "joules per request"),
            "what a request would take with the best fixed mix of two models that reaches the"
                    + " target: an [estimate](#saving)",
            "What is saved against routing that looks at no prompt?"),

    SLA_MODEL_SERVED(
            SLA_MODEL,
            gauge("served", "answers"),
            "answers that were served",
            "Which model answers?"),
    SLA_MODEL_FAILURES(
            SLA_MODEL,
            gauge("failures", "requests"),
            "times the model was called and gave no answer",
            "Whose servers fail?"),
    SLA_MODEL_AVAILABLE(
            SLA_MODEL,
            gauge("available", "0 or 1"),
            "0 while the model is marked unavailable, because of its circuit breaker or a"
                    + " `Retry-After`",
            "Is a model left out?"),
    SLA_MODEL_LABELS(
            SLA_MODEL,
            gauge("labels", "labels"),
            "labels that the job learned from",
            "How much is known of a model?"),
    SLA_MODEL_MEAN_SCORE(
            SLA_MODEL, gauge("meanScore", "score"), "mean of those labels", "How good is a model?"),
    SLA_MODEL_JOULES_PER_REQUEST(
            SLA_MODEL,
            gauge("joulesPerRequest", "joules"),
            "recent mean",
            "What does a model take?"),
    SLA_MODEL_ENERGY_ESTIMATED(
            SLA_MODEL,
            gauge("energyEstimated", "0 or 1"),
            "0 if the last joules were measured",
            "Are the joules real?"),
    SLA_MODEL_ENERGY_ERROR_JOULES(
            SLA_MODEL,
            gauge("energyErrorJoules", "joules"),
            "recent mean absolute error of the estimates before the call; with shards, of its own"
                    + " requests",
            "How well does routing foresee them?"),
    SLA_MODEL_ENERGY_ERROR_RELATIVE(
            SLA_MODEL,
            gauge("energyErrorRelative", "ratio"),
            "the same, relative to the mean joules",
            "The same, to compare models"),
    SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE(
            SLA_MODEL,
            gauge("energyUncertaintyRelative", "ratio"),
            "recent mean uncertainty of the measured joules of an answer, relative to their mean;"
                    + " none if the meter reports none",
            "How sure is the meter?"),

    FEEDBACK_UNMATCHED(
            ROUTE,
            counter("feedbackUnmatched", "records"),
            "feedback for requests that are unknown, complete or expired, and for SLAs that are no"
                    + " longer configured. For two checkpoint intervals after a start, at least a"
                    + " minute, a label whose request is unknown is"
                    + " [kept](delivery.md#labels-and-restores); it counts if its request does not"
                    + " come",
            "Do labels miss their requests?"),
    FEEDBACK_DUPLICATE(
            ROUTE,
            counter("feedbackDuplicate", "records"),
            "feedback without news",
            "Are labels sent twice?"),
    FEEDBACK_UNEXPECTED(
            ROUTE,
            counter("feedbackUnexpected", "records"),
            "feedback on a model that was not called for the request, as far as is known",
            "Do labels name the wrong model?"),
    FEEDBACK_STALE(
            ROUTE,
            counter("feedbackStale", "records"),
            "the job's own feedback on a repeat of a request that waits for its label, or on an"
                    + " answer that a [failure undid](delivery.md#labels-and-restores); its joules"
                    + " count, its score does not",
            "How much work was done twice?"),
    FEEDBACK_UNBOOKED(
            ROUTE,
            counter("feedbackUnbooked", "records"),
            "stale feedback whose joules do not count either, because the request was repeated too"
                    + " often",
            "Do joules go missing?"),
    REQUESTS_REPEATED(
            ROUTE,
            counter("requestsRepeated", "requests"),
            "requests with the id of one that waits for its label, or that is remembered",
            "Do senders use an id twice?"),
    LABEL_MILLIS(
            ROUTE,
            histogram("labelMillis", "milliseconds"),
            "from the decision to the label of the served answer",
            "How long do labels take, and is `feedbackTimeoutMillis` long enough?"),

    DEAD_LETTERS(
            PARSE,
            counter("deadLetters", "records"),
            "records that could not be used",
            "Does somebody send what the job cannot read?"),
    RECORDS_DROPPED(
            PARSE,
            counter("recordsDropped", "records"),
            "measurements under an SLA that has left the configuration",
            "What is left of an old configuration?"),
    UNKNOWN_FIELDS(
            PARSE,
            counter("unknownFields", "fields"),
            "fields that were ignored: [How records are read](records.md#how-records-are-read)",
            "Is a field misspelt?"),
    HEADERS_DROPPED(
            PARSE,
            counter("headersDropped", "headers"),
            "[Kafka headers](records.md#kafka-headers) of requests that do not travel on",
            "Do senders miss headers in responses?"),

    EMBEDDING_FAILURES(
            EMBED,
            counter("embeddingFailures", "requests"),
            "prompts that could not be embedded; they are routed by surface features such as their"
                    + " length",
            "Does routing see what is asked?"),
    EMBEDDING_MICROS(
            EMBED,
            histogram("embeddingMicros", "microseconds"),
            "time to embed a prompt",
            "What does embedding cost?"),

    INFER_IN_FLIGHT(
            INFER,
            gauge("inFlight", "requests"),
            "requests that are called now",
            "How busy is a subtask?"),
    INFER_MAX_IN_FLIGHT(
            INFER,
            gauge("maxInFlight", "requests"),
            "requests that may be called at a time",
            "Is it at its limit?"),
    INFER_IN_FLIGHT_BYTES(
            INFER,
            gauge("inFlightBytes", "bytes"),
            "what requests and answers hold; the same for all subtasks of a TaskManager",
            "How much of the heap do they take?"),
    INFER_MAX_IN_FLIGHT_BYTES(
            INFER,
            gauge("maxInFlightBytes", "bytes"),
            "what they may hold; the same for all subtasks of a TaskManager",
            "Does memory hold calls back?"),
    INFER_EXPIRED(
            INFER,
            counter("expired", "requests"),
            "requests whose time was up before a call, by their `timeout_ms` or `shedAfterMillis`",
            "Do senders wait in vain?"),
    END_TO_END_MILLIS(
            INFER,
            histogram("endToEndMillis", "milliseconds"),
            "from when the request was sent, or else from the timestamp of its Kafka record, to"
                    + " its response; before the response is written or committed",
            "How long do senders wait?"),
    INFER_SPANS_EXPORTED(
            INFER,
            gauge("spansExported", "spans"),
            "[spans](tracing.md) that reached the collector since the job started; 0 without"
                    + " `tracing`; the same for all subtasks of a TaskManager",
            "Are requests traced?"),
    INFER_SPANS_DROPPED(
            INFER,
            gauge("spansDropped", "spans"),
            "spans that did not, because the collector did not take them or too many waited for it;"
                    + " the same for all subtasks of a TaskManager",
            "Do traces have holes?"),

    MODEL_IN_FLIGHT(
            MODEL,
            gauge("inFlight", "calls"),
            "calls to the model that hold a place",
            "How busy is a model?"),
    MODEL_MAX_IN_FLIGHT(
            MODEL,
            gauge("maxInFlight", "calls"),
            "calls to the model that may hold a place",
            "Is it at its limit?"),
    MODEL_WAITING(
            MODEL,
            gauge("waiting", "requests"),
            "requests that were routed to the model and wait to be called",
            "Which model is the bottleneck?"),
    MODEL_BREAKER_STATE(
            MODEL,
            gauge("breakerState", "0, 1, 2"),
            "0 closed, 1 half open, 2 open",
            "Is a server taken to be down?"),
    MODEL_CALLS(
            MODEL,
            gauge("calls", "calls"),
            "calls, including retries and hedges",
            "What load do servers get?"),
    MODEL_ANSWERS(
            MODEL,
            gauge("answers", "requests"),
            "requests that the model answered, however many calls it took",
            "How many calls does an answer take?"),
    MODEL_CALL_FAILURES(
            MODEL,
            gauge("callFailures", "calls"),
            "calls without an answer",
            "Which server fails?"),
    MODEL_HEDGES(
            MODEL,
            gauge("hedges", "calls"),
            "second calls because the first was late",
            "What does impatience cost?"),
    MODEL_FALLBACKS(
            MODEL,
            gauge("fallbacks", "answers"),
            "answers that were served because a better model gave none",
            "Who stands in?"),
    MODEL_ENERGY_ASSUMED(
            MODEL,
            gauge("energyAssumed", "answers"),
            "answers that were charged the estimate because the meter knew nothing yet, or was"
                    + " down",
            "Is the meter read?"),
    MODEL_METER_OPEN(
            MODEL,
            gauge("meterOpen", "0 or 1"),
            "0 while the devices of the model could not be opened since the start; 1 without a"
                    + " meter",
            "Is a meter lost?"),
    MODEL_QUEUE_MILLIS(
            MODEL,
            histogram("queueMillis", "milliseconds"),
            "from when `infer` took the request to its first call",
            "Which model makes requests wait?"),
    MODEL_CALL_MILLIS(
            MODEL,
            histogram("callMillis", "milliseconds"),
            "time of a call that was answered",
            "How fast is a server?"),
    MODEL_ANSWER_MILLIJOULES(
            MODEL,
            histogram("answerMillijoules", "millijoules"),
            "energy of a served answer as its response states, measured or estimated; corrections"
                    + " that come later are not in it",
            "Which answers are dear?"),

    DEVICE_AVAILABLE(
            DEVICE,
            gauge("available", "0 or 1"),
            "whether the device can be read",
            "Is a meter lost?"),
    DEVICE_WATTS(DEVICE, gauge("watts", "watts"), "recent mean power", "What does it draw?"),
    DEVICE_IDLE_WATTS(
            DEVICE,
            gauge("idleWatts", "watts"),
            "power without calls, as it was learned",
            "What does it draw for nothing?"),
    DEVICE_COUNTER_PERIOD_MILLIS(
            DEVICE,
            gauge("counterPeriodMillis", "milliseconds"),
            "time between two steps of its counter that were seen",
            "How exact can the joules of a call be?"),
    DEVICE_JOULES_PER_TOKEN_DRIFT(
            DEVICE,
            gauge("joulesPerTokenDrift", "ratio"),
            "by how much calls were charged more per token than the device used for all tokens that"
                    + " were counted, in the last hour; only with `tokenCounters`",
            "Do the charges add up?"),
    DEVICE_ATTRIBUTED_JOULES(
            DEVICE,
            gauge("attributedJoules", "joules"),
            "charged to finished calls",
            "Where does its energy go?"),
    DEVICE_IN_FLIGHT_JOULES(
            DEVICE,
            gauge("inFlightJoules", "joules"),
            "used so far by calls in flight",
            "Where does its energy go?"),
    DEVICE_IDLE_JOULES(
            DEVICE,
            gauge("idleJoules", "joules"),
            "used without any call",
            "What does idling cost?"),
    DEVICE_OTHER_CLIENTS_JOULES(
            DEVICE,
            gauge("otherClientsJoules", "joules"),
            "caused by other clients of the model server",
            "Who else uses it?"),
    DEVICE_UNMETERED_JOULES(
            DEVICE,
            gauge("unmeteredJoules", "joules"),
            "used while the device could not be read",
            "How much is charged to nobody?"),
    DEVICE_COUNTER_RESETS(
            DEVICE,
            gauge("counterResets", "resets"),
            "times its counter fell or jumped",
            "Does its driver or exporter restart?");

    private final MetricScope scope;
    private final Form form;
    private final String meaning;
    private final String question;

    /** Types of Flink's metrics. */
    public enum Type {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    private record Form(Type type, String name, String unit) {}

    JobMetric(MetricScope scope, Form form, String meaning, String question) {
        this.scope = scope;
        this.form = form;
        this.meaning = meaning;
        this.question = question;
    }

    private static Form gauge(String name, String unit) {
        return new Form(Type.GAUGE, name, unit);
    }

    private static Form counter(String name, String unit) {
        return new Form(Type.COUNTER, name, unit);
    }

    private static Form histogram(String name, String unit) {
        return new Form(Type.HISTOGRAM, name, unit);
    }

    /** What it is of. */
    public MetricScope scope() {
        return scope;
    }

    public Type type() {
        return form.type();
    }

    /** Its name below its scope. */
    public String metricName() {
        return form.name();
    }

    public String unit() {
        return form.unit();
    }

    /** What it is, in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** The question that it answers. */
    public String question() {
        return question;
    }

    /** Its name in Prometheus. */
    public String prometheusName() {
        return scope.prometheusPrefix() + metricName();
    }

    /**
     * A metric with this name, if there is one.
     *
     * @param name its name below the operator, such as {@code model.small.calls}
     */
    public static Optional<JobMetric> find(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(metric -> last.equals(metric.metricName()))
                .filter(metric -> metric.scope.contains(name))
                .findFirst();
    }

    /** Registers the gauge in the group of its scope. */
    public void gauge(MetricGroup group, Gauge<?> gauge) {
        group.gauge(nameOf(Type.GAUGE), gauge);
    }

    /** Registers the counter in the group of its scope. */
    public Counter counter(MetricGroup group) {
        return group.counter(nameOf(Type.COUNTER));
    }

    /** Registers the histogram in the group of its scope, and returns it. */
    public Histogram histogram(MetricGroup group, Histogram histogram) {
        return group.histogram(nameOf(Type.HISTOGRAM), histogram);
    }

    private String nameOf(Type type) {
        if (form.type() != type) {
            throw new IllegalStateException(this + " is a " + form.type() + ", not a " + type);
        }
        return form.name();
    }
}
