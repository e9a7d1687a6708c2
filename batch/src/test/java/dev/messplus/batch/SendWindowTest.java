package dev.messplus.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A window before a simulated job: a queue, servers, and responses that become visible later. */
class SendWindowTest {

    private static final long MILLIS = 1_000_000;

    /** Answers per second, milliseconds of a call, milliseconds between two checkpoints. */
    @ParameterizedTest
    @CsvSource({
        "1000, 20, 0",
        "1000, 20, 1000",
        "1000, 20, 10000",
        "20, 4000, 0",
        "20, 4000, 10000",
        "2, 500, 0",
        "4000, 100, 1000"
    })
    void theModelsAreBusyAndTheQueueIsShort(int perSecond, int callMillis, int visibleMillis) {
        Job job = new Job(perSecond, callMillis, visibleMillis);
        SendWindow window = SendWindow.adaptive();
        job.run(window, 200_000);
        job.forget();
        job.run(window, 100_000);

        assertThat(job.answers / 100.0).as("answers per second").isGreaterThan(.9 * perSecond);
        assertThat(job.meanWaitMillis())
                .as("queue")
                .isLessThan(2.0 * SendWindow.TARGET_MILLIS + 8_000.0 / perSecond);
    }

    @Test
    void othersDisplaceTheBatchAndItTakesTheirPlaceAgain() {
        Job job = new Job(1_000, 20, 0);
        SendWindow window = SendWindow.adaptive();
        job.run(window, 60_000);
        job.othersPerSecond = 900;
        job.run(window, 60_000);
        job.forget();
        job.run(window, 60_000);
        assertThat(job.answers / 60.0).isBetween(50.0, 150.0);
        assertThat(job.meanWaitMillis()).isLessThan(2.0 * SendWindow.TARGET_MILLIS);

        job.othersPerSecond = 0;
        job.run(window, 60_000);
        job.forget();
        job.run(window, 60_000);
        assertThat(job.answers / 60.0).isGreaterThan(900);
    }

    /** Lines that waited for the job itself say nothing of a queue. */
    @ParameterizedTest
    @CsvSource({"1000, 1000, 20000", "1000, 0, 5000", "200, 0, 600000", "1000, 10000, 60000"})
    void anOutageOfTheJobIsOverSoonAfterItIsOver(
            int perSecond, int visibleMillis, long outageMillis) {
        Job job = new Job(perSecond, 20, visibleMillis);
        SendWindow window = SendWindow.adaptive();
        job.run(window, 300_000);
        job.outage(outageMillis);
        job.run(window, 10_000);
        job.forget();
        job.run(window, 20_000);
        assertThat(job.answers / 20.0).isGreaterThan(.9 * perSecond);
    }

    /** The queue of the batch itself is not taken for the wait without a queue. */
    @Test
    void theQueueDoesNotGrowInAnHour() {
        Job job = new Job(200, 20, 0);
        SendWindow window = SendWindow.adaptive();
        job.run(window, 3_600_000);
        job.forget();
        job.run(window, 120_000);
        assertThat(job.meanWaitMillis()).isLessThan(2.0 * SendWindow.TARGET_MILLIS);
        assertThat(job.answers / 120.0).isGreaterThan(190);
    }

    /** Clocks of the broker and of the job differ; only differences count. */
    @Test
    void theClocksNeedNotAgree() {
        Job job = new Job(1_000, 20, 0);
        job.skewMillis = 7_000;
        SendWindow window = SendWindow.adaptive();
        job.run(window, 100_000);
        job.forget();
        job.run(window, 60_000);
        assertThat(job.answers / 60.0).isGreaterThan(900);
    }

    @Test
    void aWindowThatIsSetStays() {
        SendWindow window = SendWindow.of(7);
        new Job(1_000, 20, 0).run(window, 10_000);
        assertThat(window.size()).isEqualTo(7);
    }

    /** A job in steps of a millisecond: requests are decided in order, at a rate. */
    private static final class Job {

        private record Sent(long line, long atMillis) {}

        private record Answered(long line, long visibleMillis, long waitedMillis) {}

        private static final long OTHERS = 0;

        private final int perSecond;
        private final int callMillis;
        private final int visibleMillis;
        private final Deque<Sent> queue = new ArrayDeque<>();
        private final PriorityQueue<Answered> answered =
                new PriorityQueue<>(Comparator.comparingLong(Answered::visibleMillis));
        private final List<Long> waits = new ArrayList<>();
        private double othersPerSecond;
        private long skewMillis;
        private long nowMillis;
        private double credit;
        private double othersCredit;
        private int out;
        private long answers;
        private long line;

        Job(int perSecond, int callMillis, int visibleMillis) {
            this.perSecond = perSecond;
            this.callMillis = callMillis;
            this.visibleMillis = visibleMillis;
        }

        void run(SendWindow window, long millis) {
            for (long end = nowMillis + millis; nowMillis < end; nowMillis++) {
                othersCredit += othersPerSecond / 1_000;
                for (; othersCredit >= 1; othersCredit--) {
                    queue.add(new Sent(OTHERS, nowMillis));
                }
                for (long room = window.room(out, nowMillis * MILLIS); room > 0; room--) {
                    queue.add(new Sent(++line, nowMillis));
                    window.sent(line, nowMillis * MILLIS);
                    out++;
                }
                credit = queue.isEmpty() ? 0 : credit + perSecond / 1_000.0;
                for (; credit >= 1 && !queue.isEmpty(); credit--) {
                    decide(queue.remove());
                }
                while (!answered.isEmpty() && answered.peek().visibleMillis() <= nowMillis) {
                    Answered answer = answered.remove();
                    window.answered(
                            answer.line(),
                            answer.waitedMillis() + skewMillis,
                            out,
                            nowMillis * MILLIS);
                    out--;
                    answers++;
                }
            }
        }

        private void decide(Sent sent) {
            waits.add(nowMillis - sent.atMillis());
            if (sent.line() != OTHERS) {
                long done = nowMillis + callMillis;
                long visible =
                        visibleMillis == 0 ? done : (done / visibleMillis + 1) * visibleMillis;
                answered.add(new Answered(sent.line(), visible, nowMillis - sent.atMillis()));
            }
        }

        void outage(long millis) {
            nowMillis += millis;
        }

        void forget() {
            answers = 0;
            waits.clear();
        }

        double meanWaitMillis() {
            return waits.stream().mapToLong(Long::longValue).average().orElse(0);
        }
    }
}
