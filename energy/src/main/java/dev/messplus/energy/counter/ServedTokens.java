package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.TokenCounters.Tokens;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that a model server has served to all its clients since they were last read. While the
 * server's page cannot be read, none are counted, and a device's energy is charged to our own
 * calls.
 *
 * <p>A balancer may pass the page's requests to several servers in turn. Where their pages say when
 * they started, each is counted on its own. Where they do not, a counter that falls has either been
 * reset by a restart or belongs to another server: a fall to many tokens, a second one soon after,
 * or a return to where it fell from is no restart, and then nothing is counted until a minute after
 * the last fall. What a server served before its first reading, or before the first after a
 * restart, is never counted.
 *
 * <p>Tokens of prompts that the server took from a cache do not count, because they cost nearly
 * nothing.
 *
 * <p>Not thread safe.
 */
public final class ServedTokens {

    private static final Logger LOG = LoggerFactory.getLogger(ServedTokens.class);

    /**
     * Tokens per second that no server reaches. On a rack of 72 GB200, SGLang computes 26,000
     * tokens of prompts and 13,000 of answers per second and GPU, 2.8 million in all.
     *
     * @see <a href="https://lmsys.org/blog/2025-10-14-sa-inference-max">SGLang on GB200</a>
     */
    private static final double MAX_TOKENS_PER_SECOND = 3_000_000;

    /** Servers that count when an answer is done add up its tokens at once. */
    private static final double MIN_SECONDS = 1;

    /**
     * No server restarts twice in this time, since it must load its model. Readings of one of
     * several servers that are further apart are not subtracted: the difference is not recent.
     */
    private static final long MEMORY_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Processes to remember; restarts add more and more of them. */
    private static final int MAX_PROCESSES = 64;

    /** Stands for all processes that a page does not distinguish. */
    private static final String ANY_PROCESS = "";

    private static final String FIX = "point tokenCounters at one server, not at a balancer";

    private final PrometheusPage page;
    private final double promptTokenWeight;
    private final LongSupplier nanoClock;
    private final Map<String, Reading> processes = new LinkedHashMap<>();

    /** {@code null} until the page has been read. */
    private TokenCounters counters;

    /** The process that answered last; {@code null} if the last reading failed. */
    private String lastProcess;

    /** What the last fall began at; {@code null} if there was none. */
    private Tokens fellFrom;

    private long fellNanos;

    /** Whether several servers seem to answer that nothing distinguishes. */
    private boolean mixed;

    private boolean warnedOfSeveral;
    private boolean warnedOfJump;
    private boolean failing;

    /**
     * A reading of a process.
     *
     * @param unusedHits tokens from a cache whose prompts were not counted yet. Older versions of
     *     vLLM count a hit when they schedule a prompt, but the prompt when it is done
     */
    private record Reading(Tokens tokens, double unusedHits, long nanos) {

        Reading next(Tokens now, long nextNanos) {
            double unused = unusedHits + hits(now) - (now.prompt() - tokens.prompt());
            return new Reading(now, Math.max(0, Math.min(hits(now), unused)), nextNanos);
        }

        /** Tokens of prompts since then, without those from a cache. */
        double computed(Tokens now) {
            return Math.max(0, now.prompt() - tokens.prompt() - hits(now) - unusedHits);
        }

        private double hits(Tokens now) {
            return Math.max(0, now.cached() - tokens.cached());
        }
    }

    /**
     * Reads nothing yet.
     *
     * @param page the server's page of metrics
     * @param promptTokenWeight what a prompt token counts, in tokens of an answer, from 0 to 1
     * @param nanoClock a monotonic clock
     */
    public ServedTokens(PrometheusPage page, double promptTokenWeight, LongSupplier nanoClock) {
        this.page = page;
        this.promptTokenWeight = promptTokenWeight;
        this.nanoClock = nanoClock;
    }

    /**
     * Reads the server's counters. Blocks until the page is there.
     *
     * @return weighted tokens since the last reading, at least 0; 0 for the first reading, and
     *     while the page cannot be read or mixes servers that it does not distinguish
     */
    public double sinceLastReading() {
        try {
            if (counters == null) {
                counters = TokenCounters.open(page);
            }
            Tokens now = counters.read();
            failing = false;
            return served(now, nanoClock.getAsLong());
        } catch (EnergyUnavailableException | RuntimeException e) {
            if (!failing) {
                LOG.warn(
                        "Token counters cannot be read; until they can, our calls are also charged"
                                + " for other clients: {}",
                        e.getMessage());
            }
            failing = true;
            // Another server may start in its place, and what was served meanwhile is not known.
            counters = null;
            lastProcess = null;
            processes.clear();
            return 0;
        }
    }

    /** Whether the server counts a token when it is produced, not when the answer is done. */
    public boolean countsAsProduced() {
        return counters != null && counters.countsAsProduced();
    }

    /** Whether these are the tokens on a page. */
    public boolean isOn(PrometheusPage other) {
        return page.url().equals(other.url());
    }

    private double served(Tokens now, long nanos) {
        String process = now.process() == null ? ANY_PROCESS : now.process();
        // Removed first, so that the map is in the order of the last readings.
        Reading last = processes.remove(process);
        processes.put(process, last == null ? new Reading(now, 0, nanos) : last.next(now, nanos));
        if (processes.size() > MAX_PROCESSES) {
            processes.remove(processes.keySet().iterator().next());
        }
        boolean returned = last != null && !process.equals(lastProcess);
        lastProcess = process;
        if (returned) {
            warnOfSeveral();
        }
        if (fellFrom != null && nanos - fellNanos > MEMORY_NANOS) {
            fellFrom = null;
            mixed = false;
        }
        if (last == null || (returned && nanos - last.nanos > MEMORY_NANOS)) {
            return 0;
        }
        double seconds = Math.max(MIN_SECONDS, (nanos - last.nanos) / 1e9);
        double max = MAX_TOKENS_PER_SECOND * seconds;
        if (isBelow(now, last.tokens)) {
            fell(last.tokens, now, max, nanos);
            return 0;
        }
        if (fellFrom != null && !isBelow(now, fellFrom)) {
            mix(last.tokens, now);
        }
        return mixed ? 0 : increase(last, now, max);
    }

    private double increase(Reading last, Tokens now, double max) {
        double served = weighted(last.computed(now), now.completion() - last.tokens.completion());
        if (served > max) {
            warnOfJump(served);
            return 0;
        }
        return served;
    }

    private void fell(Tokens last, Tokens now, double max, long nanos) {
        boolean restarted =
                now.process() == null
                        && fellFrom == null
                        && weighted(now.prompt(), now.completion()) <= max;
        fellFrom = last;
        fellNanos = nanos;
        if (!restarted) {
            mix(last, now);
        }
    }

    private static boolean isBelow(Tokens now, Tokens before) {
        return now.prompt() < before.prompt() || now.completion() < before.completion();
    }

    private void mix(Tokens last, Tokens now) {
        if (mixed) {
            return;
        }
        mixed = true;
        LOG.warn(
                "{}: the tokens of prompts went from {} to {} and those of answers from {} to {},"
                        + " unlike those of one server. Perhaps several answer in turn; until that"
                        + " ends, our calls are also charged for other clients. If so, {}",
                page.shown(),
                (long) last.prompt(),
                (long) now.prompt(),
                (long) last.completion(),
                (long) now.completion(),
                FIX);
    }

    private void warnOfSeveral() {
        if (!warnedOfSeveral) {
            warnedOfSeveral = true;
            LOG.warn(
                    "{}: is the page of several servers in turn; their tokens are added up, as if"
                            + " all of them ran on the device. If they do not, {}",
                    page.shown(),
                    FIX);
        }
    }

    private void warnOfJump(double served) {
        if (!warnedOfJump) {
            warnedOfJump = true;
            LOG.warn(
                    "{}: counts {} tokens since the last reading, more than any server computes;"
                            + " they are left out. Check that this is the page of the model server",
                    page.shown(),
                    (long) served);
        }
    }

    private double weighted(double prompt, double completion) {
        return promptTokenWeight * prompt + completion;
    }
}
