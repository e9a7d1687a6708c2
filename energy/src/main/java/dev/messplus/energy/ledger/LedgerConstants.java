package dev.messplus.energy.ledger;

import java.util.concurrent.TimeUnit;

/**
 * The constants of the ledger: unit, source, and what happens without them. What depends on a
 * device is learned instead: its idle and its busy power, how much they vary, the period of its
 * counter, the tokens per second of its calls.
 *
 * <p>Constants without another source are orders of magnitude. {@code docs/energy.md} says how
 * little figures move if those that are chosen freely are halved or doubled, which was not done
 * with those of models that share a device.
 */
final class LedgerConstants {

    // The counter

    /**
     * Watts that no device draws: a larger step is an error of the counter. A GPU of today draws
     * less than 1,500 W, and each is a device of its own. Without it, one broken reading is charged
     * to the calls in flight.
     */
    static final double MAX_WATTS = 5_000;

    /**
     * How long after the energy was used a counter may move, in seconds; see {@link #MAX_WATTS}.
     */
    static final double COUNTER_LAG_SECONDS = 1;

    /**
     * Weight of the last step in the period that is shown and waited for: about ten steps count.
     * Without smoothing, an answer is held back or not by the jitter of one step.
     */
    static final double PERIOD_SMOOTHING = 0.1;

    /** Weight of the last step in the power that is shown, and nothing else: about four count. */
    static final double SHOWN_POWER_SMOOTHING = 0.25;

    /**
     * A counter that stands still for this many times the length of its last step hangs. With
     * fewer, a device is lost whenever its exporter is late; with more, it takes longer until a
     * counter that hangs is noticed, and charges that wait for it stay open.
     */
    static final int STILL_STEPS = 4;

    /**
     * How long to extrapolate, in steps of the length of the last one. Beyond it, a call is charged
     * the running estimate of its model until the counter moves.
     */
    static final int HORIZON_STEPS = 2;

    /** How long to extrapolate at least, because steps and readings are irregular. */
    static final long MIN_HORIZON_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    // Idle and busy power

    /**
     * Least weight of a step in smoothed powers: about the last 20 steps count, which are 2 s of a
     * GPU, and ten minutes of an exporter with its default. Fewer and estimates are noise, more and
     * they lag behind the load.
     */
    static final double POWER_SMOOTHING = 0.05;

    /**
     * Relative deviation of the busy power until {@link #BUSY_DEVIATION_STEPS} steps have shown it:
     * that of a GPU between one call and many. Only steps with sure ends do. Where calls always
     * cross the ends of steps, it stays.
     */
    static final double BUSY_DEVIATION = 0.3;

    /** Steps after which the deviation that was seen counts. */
    static final long BUSY_DEVIATION_STEPS = 4;

    /**
     * Relative deviation of the idle power, at least: clocks and fans never stand quite still.
     * Without it, a call of a moment would pay for all noise of a long step.
     */
    static final double IDLE_DEVIATION = 0.02;

    /**
     * Standard error of an extrapolated idle power over itself, at most. Assumed. Without it, one
     * step at the beginning says what the idle power of a device is that is never idle: all of its
     * power or none.
     */
    static final double EXTRAPOLATION_ERROR = 0.25;

    /**
     * Rise of the lowest mean power per step, as a part of the way to that of the step. It bounds
     * the idle power of a device that is never idle. Without it, one low step would count forever.
     */
    static final double MIN_POWER_RISE = 0.01;

    /** Variance of which side of a boundary something is on, if either is as likely: 1/2 x 1/2. */
    static final double EITHER_SIDE_VARIANCE = 0.25;

    /**
     * Variance of the share of busy time that says nothing of a slope: that of rounding. Without
     * it, the idle power of a device that is never idle is extrapolated from rounding errors.
     */
    static final double MIN_SHARE_VARIANCE = 1e-6;

    /**
     * Relative deviation of all that the variance leaves out: neighbors at the boundaries of steps,
     * late readings. Without it, a call that had a device for itself would seem to be exact. The
     * accuracy of the sensor is not in it, as it is the same for all calls.
     */
    static final double UNEXPLAINED_DEVIATION = 0.01;

    /**
     * Over how many seconds idle energy is spread, in the mean. Shorter, and the first calls after
     * a night pay for all of it; longer, and a price says nothing of today's load.
     */
    static final double AMORTISATION_SECONDS = TimeUnit.HOURS.toSeconds(1);

    // Tokens

    /**
     * Tokens per second of an answer until a call has reported its tokens: what a server of one GPU
     * streams to one of several clients. It matters only beside prompts; without them calls then
     * share by time.
     */
    static final double TYPICAL_TOKENS_PER_SECOND = 30;

    /** After this many tokens, an answer counts for about 37%: ten to a hundred answers later. */
    static final double TOKEN_RATE_MEMORY_TOKENS = 10_000;

    /**
     * Weight of the last page in the tokens per second of other clients: about four pages count.
     * Without smoothing, what others take until the next page depends on one page alone.
     */
    static final double OTHERS_SMOOTHING = 0.25;

    /**
     * Share of the tokens by which a server may differ from us without having other clients:
     * templates and stop tokens are counted by one and not by the other. Without it, idle energy
     * seems to be that of others.
     */
    static final double MISCOUNT = 0.1;

    /**
     * Calls over which it is learned how far the two ways to split differ: enough for rare long
     * prompts to be among them.
     */
    static final double DOUBT_MEMORY_CALLS = 1_000;

    /**
     * Over how long joules are compared with tokens, in seconds: long enough for both to even out,
     * which come with delays.
     */
    static final double CHECK_SECONDS = TimeUnit.HOURS.toSeconds(1);

    // Models that share a device

    /**
     * Least length of a stretch of time whose work and joules are compared, in seconds; assumed:
     * some steps of a counter, and not much longer than calls. Shorter, and the ends of steps are
     * noise; longer, and all stretches are alike in who was in flight, so that they tell nothing.
     */
    static final double STRETCH_SECONDS = 1;

    /**
     * After so many stretches, one counts for about 37%; assumed: a quarter of an hour of work.
     * Fewer, and the quiet times are forgotten in which models were alone; more, and a server that
     * is started anew with other settings is charged by the old ones for longer.
     */
    static final double PRICE_MEMORY_STRETCHES = 1_000;

    /**
     * Stretches that count as much as that models differ in size only; assumed. Fewer, and noise
     * tells models apart that are always in flight together; more, and it takes longer until they
     * differ.
     */
    static final double PRIOR_STRETCHES = 5;

    /**
     * What is typical counts as this part of what was learned, in the shape that models have in
     * common; assumed. Without it, a coefficient that once was 0 would stay that.
     */
    static final double TYPICAL_PART = 0.1;

    /**
     * Relative deviation of models from what they have in common; assumed. It is how far the part
     * of a model is off if no model was ever alone, and divided by the root of the seconds in which
     * one was. Nothing but the uncertainty depends on it. Without it, models that are always in
     * flight together would soon seem to be told apart for sure.
     */
    static final double SIZE_DEVIATION = 0.3;

    /**
     * Tokens that take as much as the part of a step that does not depend on their number; assumed:
     * batching saves on GPUs. It matters while nothing is learned, and by {@link #TYPICAL_PART}
     * then. Without it, a model with many calls would be taken to use as much per token as one with
     * a single call.
     */
    static final double TOKENS_OF_STEP = 10;

    /**
     * Calls at which half of what a batch gains is gained; assumed. It is the shape of the part of
     * a step that rises less than in proportion to its calls; how large that part is, is learned.
     * Without it, a step would be a straight line over its calls, and wrong in the middle.
     */
    static final double BATCH_CALLS = 16;

    /**
     * Rounds of coordinate descent each time that stretches become known; assumed. The next time
     * goes on from there, so fewer learn later, and more only take longer under the ledger's lock.
     */
    static final int PRICE_SWEEPS = 20;

    /**
     * After so many calls, one counts for about 37% in the pace of its model; assumed. Fewer, and a
     * pace is noise; more, and it lags behind the load.
     */
    static final double PACE_MEMORY_CALLS = 300;

    /**
     * Least part of the mean pace that a pace is taken to be; assumed: calls beside others do go
     * on. Without it, noise could make a pace 0 or negative, and its model free.
     */
    static final double LEAST_PACE = 0.1;

    /**
     * Calls that are at least so many times as fast as others of their model are not learned from;
     * assumed: more than a full batch slows calls down. Without it, one answer of absurd tokens
     * would change what all calls on the device are charged.
     */
    static final double MAX_SPEED = 20;

    /**
     * Calls of a model in a row that are not learned from because of {@link #MAX_SPEED}; assumed.
     * Without it, a model whose first call took very long would never be learned.
     */
    static final int DOUBTED_CALLS = 10;

    /**
     * Weighted tokens per second that no call has; assumed: far above what servers reach. A call
     * with more is taken to have reported none; without it, a first call of absurd tokens would
     * teach a pace.
     */
    static final double MAX_TOKENS_PER_SECOND = 100_000;

    // Memory

    /**
     * Stretches that wait for the ends of their calls, at most; assumed: ten minutes. With fewer,
     * the begin of long calls is learned without their work; more only take memory.
     */
    static final int MAX_STRETCHES = 600;

    /**
     * Calls that wait for their step, at most: some 15 MB. More than these keep their estimates,
     * which happens if thousands of calls a second end on one device within 30 s.
     */
    static final int MAX_WAITING = 100_000;

    private LedgerConstants() {}
}
