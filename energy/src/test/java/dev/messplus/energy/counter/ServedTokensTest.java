package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.energy.counter.Pages.page;
import static dev.messplus.energy.counter.Pages.serves;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.http.Access;
import dev.messplus.testkit.LogCapture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Readings of a page a second apart. Expected counts are computed by hand. */
@Timeout(120)
class ServedTokensTest {

    private static final double PROMPT_WEIGHT = 0.1;

    @RegisterExtension
    static final WireMockExtension SERVER =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5));
    private ServedTokens served;

    @BeforeEach
    void open() {
        served = new ServedTokens(page(SERVER), PROMPT_WEIGHT, nanos::get);
    }

    @Test
    void weighsPromptsAndAnswers() {
        assertThat(read(vllm(1_000, 500))).isZero();
        assertThat(read(vllm(1_200, 530))).isCloseTo(0.1 * 200 + 30, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({
        "vllm, vllm:prompt_tokens_cached_total",
        "vllm, vllm:prefix_cache_hits_total",
        "vllm, vllm:gpu_prefix_cache_hits_total",
        "sglang, sglang:cached_tokens_total"
    })
    void promptTokensFromACacheCostNothing(String server, String cached) {
        String page =
                server + ":prompt_tokens_total %s\n" + server + ":generation_tokens_total 0\n";
        // SGLang has no such counter before the first hit.
        read(page.formatted(1_000));

        String hits = cached + "{cache_source=\"device\"} 250\n" + cached + "{a=\"b\"} 50\n";
        assertThat(read(page.formatted(1_400) + hits)).isCloseTo(10, within(1e-9));
    }

    @Test
    void aHitThatIsCountedBeforeItsPromptIsSubtractedOnce() {
        String hits = "vllm:prefix_cache_hits_total %s\n";
        read(vllm(1_000, 0) + hits.formatted(0));

        assertThat(read(vllm(1_000, 0) + hits.formatted(300))).isZero();
        assertThat(read(vllm(1_400, 0) + hits.formatted(300))).isCloseTo(10, within(1e-9));
        assertThat(read(vllm(1_800, 0) + hits.formatted(300))).isCloseTo(40, within(1e-9));
    }

    @Test
    void moreHitsThanPromptsCostNothing() {
        String hits = "vllm:prompt_tokens_cached_total %s\n";
        read(vllm(1_000, 0) + hits.formatted(900));

        assertThat(read(vllm(1_100, 5) + hits.formatted(1_500))).isEqualTo(5);
    }

    @Test
    void addsUpReplicasThatStartTimesTellApart() {
        read(vllm(9_000_000, 900_000) + started(1.7e9));
        read(vllm(4_000_000, 400_000) + started(1.7e9 + 5));

        // A fall from one replica to the other is no restart, a rise is nothing that was served.
        assertThat(read(vllm(9_000_000, 900_007) + started(1.7e9))).isEqualTo(7);
        assertThat(read(vllm(4_000_000, 400_002) + started(1.7e9 + 5))).isEqualTo(2);
    }

    @Test
    void addsUpReplicasThatTheBirthOfTheirCountersTellsApart() {
        read(vllm(9_000_000, 900_000) + created(1.7e9));
        read(vllm(4_000_000, 400_000) + created(1.7e9 + 5));

        assertThat(read(vllm(9_000_000, 900_007) + created(1.7e9))).isEqualTo(7);
        assertThat(read(vllm(4_000_000, 400_002) + created(1.7e9 + 5))).isEqualTo(2);
    }

    /** Otherwise our calls would pay nearly nothing: each fall looks like millions of tokens. */
    @ParameterizedTest
    @CsvSource({"9000000, 4000000", "9000, 4000"})
    void countsNothingWhileReplicasAlternateThatNothingTellsApart(double high, double low) {
        double counted = 0;
        for (int pair = 0; pair < 10; pair++) {
            counted += read(vllm(0, high + pair));
            counted += read(vllm(0, low + pair));
        }
        assertThat(counted).isZero();
    }

    @Test
    void countsAgainAMinuteAfterReplicasHaveStoppedToAlternate() {
        read(vllm(0, 9_000));
        read(vllm(0, 4_000));
        read(vllm(0, 9_000));
        read(vllm(0, 4_000));

        assertThat(readAfter(60, vllm(0, 4_100))).isZero();
        assertThat(readAfter(1, vllm(0, 4_130))).isEqualTo(30);
    }

    @Test
    void countsOnAfterARestart() {
        read(vllm(200, 9_000));

        assertThat(read(vllm(0, 10))).isZero();
        assertThat(read(vllm(0, 30))).isEqualTo(20);
    }

    /** What a replica served in a minute must not count as that of one second. */
    @Test
    void aReplicaThatWasNotReadForLongBeginsAgain() {
        read(vllm(0, 9_000) + started(1));
        read(vllm(0, 4_000) + started(2));

        assertThat(readAfter(61, vllm(0, 99_000) + started(1))).isZero();
        assertThat(read(vllm(0, 99_005) + started(1))).isEqualTo(5);
    }

    @Test
    void namesThePageOnceAndTheFix() {
        try (LogCapture log = LogCapture.of(ServedTokens.class)) {
            for (int pair = 0; pair < 5; pair++) {
                read(vllm(0, 9_000_000));
                read(vllm(0, 4_000_000));
            }
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(Pages.url(SERVER).toString(), "from 9000000 to 4000000")
                    .endsWith("point tokenCounters at one server, not at a balancer");
        }
        try (LogCapture log = LogCapture.of(ServedTokens.class)) {
            for (int pair = 0; pair < 5; pair++) {
                read(vllm(0, 9_000_000) + started(1));
                read(vllm(0, 4_000_000) + started(2));
            }
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(Pages.url(SERVER).toString(), "several servers in turn")
                    .endsWith("point tokenCounters at one server, not at a balancer");
        }
    }

    @Test
    void anImpossibleJumpTakesNoEnergyFromOurCalls() {
        read(vllm(0, 100));
        try (LogCapture log = LogCapture.of(ServedTokens.class)) {
            assertThat(read(vllm(0, 1e12))).isZero();
            assertThat(read(vllm(0, 1e12 + 50))).isEqualTo(50);
            read(vllm(0, 2e12));
            assertThat(log.messages()).singleElement().asString().contains("999999999900 tokens");
        }
    }

    /** At most 3,000,000 tokens per second. */
    @Test
    void whatIsPossibleGrowsWithTheTimeBetweenReadings() {
        read(vllm(0, 0));
        assertThat(readAfter(10, vllm(0, 25_000_000))).isEqualTo(25_000_000);
        assertThat(readAfter(1, vllm(0, 50_000_000))).isZero();
    }

    @Test
    void whatIsServedWhileThePageIsBrokenIsNotCounted() {
        read(vllm(0, 100));
        try (LogCapture log = LogCapture.of(ServedTokens.class)) {
            assertThat(read("broken{")).isZero();
            assertThat(read("broken{")).isZero();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("Token counters cannot be read");
            assertThat(read(vllm(0, 500))).isZero();
            assertThat(read(vllm(0, 530))).isEqualTo(30);
            read("broken{");
            assertThat(log.messages()).hasSize(2);
        }
    }

    @Test
    void tellsWhenItsServerCountsAndWhichPageItIs() throws Exception {
        assertThat(served.countsAsProduced()).isFalse();
        read(vllm(0, 100));
        assertThat(served.countsAsProduced()).isTrue();
        assertThat(served.isOn(page(SERVER))).isTrue();
        assertThat(served.isOn(PrometheusPage.at("http://127.0.0.1:1/metrics", 0, Access.NONE)))
                .isFalse();
    }

    private double read(String page) {
        return readAfter(1, page);
    }

    private double readAfter(long seconds, String page) {
        serves(SERVER, page);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        return served.sinceLastReading();
    }

    private static String vllm(double prompt, double completion) {
        return "vllm:prompt_tokens_total{model_name=\"a\"} %s\n".formatted(prompt)
                + "vllm:generation_tokens_total{model_name=\"a\"} %s\n".formatted(completion);
    }

    private static String started(double seconds) {
        return "process_start_time_seconds %s\n".formatted(seconds);
    }

    private static String created(double seconds) {
        return "vllm:generation_tokens_created{model_name=\"a\"} %s\n".formatted(seconds);
    }
}
