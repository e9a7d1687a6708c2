package dev.messplus.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final Offset<Double> EXACT = within(1e-9);

    /** 100 requests; half of them only the large model answers, the others both. */
    private static final Traffic TRAFFIC =
            TinyTraffic.of(
                    IntStream.range(0, 100)
                            .mapToObj(i -> new double[] {i % 2, 1})
                            .toArray(double[][]::new));

    private static final ReplayReport REPORT = replay(List.of(.75, 1.0), 3);

    @Test
    void hasARowForEveryPolicyAndSetting() {
        assertThat(REPORT.rows()).hasSize(2 * 2 * 9);
        assertThat(REPORT.rows(.75, 0))
                .extracting(ReplayRow::policy)
                .containsExactly(
                        "mess+ (stream)",
                        "mess+ (paper)",
                        "mess+ (paper, best V and c)",
                        "always small",
                        "always large",
                        "random with constraint",
                        "best single model that meets alpha",
                        "best static mix (hindsight)",
                        "clairvoyant");
    }

    @Test
    void comparesWithTheStaticMixOfTheRowsReplayed() {
        // Half of each: 5.5 J. Always large takes 10, always small 1.
        ReplayRow large = row(.75, "always large");
        assertThat(large.energy().mean()).isCloseTo(10, EXACT);
        assertThat(large.vsStaticMix().mean()).isCloseTo(10 / 5.5, EXACT);
        assertThat(large.vsStaticMix().ci95()).isCloseTo(0, EXACT);
        assertThat(large.metShare()).isEqualTo(1);
        assertThat(row(.75, "always small").metShare()).isZero();
        // It knows who needs the large model: 25 of 100 do, at 9 J more each.
        assertThat(row(.75, "clairvoyant").energy().mean()).isCloseTo(1 + .25 * 9, EXACT);
        assertThat(row(.75, "best single model that meets alpha").modelShare())
                .containsExactly(0.0, 1.0);
        ReplayRow mix = row(.75, "best static mix (hindsight)");
        assertThat(mix.vsStaticMix().mean()).isBetween(.8, 1.2);
        assertThat(mix.vsStaticMix().ci95()).isGreaterThan(0);
    }

    @Test
    void theTableSaysItAll() {
        String table = ReplayTables.render(REPORT);
        assertThat(table)
                .startsWith(
                        "tiny: 100 requests, 2 models; random order, 100% of labels come, 3 seeds")
                .contains(
                        "alpha 0.75, 0 in flight", "alpha 1.0, 4 in flight", "V 0.1 per joule, c 3")
                .containsPattern("(?m)^ always large +10\\.0 +1\\.82x +1\\.000 +100% ")
                .contains("Over the alphas: geometric mean")
                .contains("mess+ (paper, best V and c): the best in hindsight of V in [0.05, ")
                .doesNotContain("NaN");
    }

    @Test
    void theWorstShardIsShownWhereThereAreShards() throws IOException {
        ReplayReport report = replay(TRAFFIC, List.of(.75), 3, Map.of("shards", "4"));
        // Headers stand over two lines.
        assertThat(ReplayTables.columns(report))
                .extracting(ReplayTables.Column::flatHeader)
                .contains("worst shard");
        assertThat(ReplayTables.render(report)).containsPattern("(?m) worst .*\\n.* shard ");
        assertThat(ReplayTables.columns(REPORT))
                .extracting(ReplayTables.Column::flatHeader)
                .doesNotContain("worst shard");

        JsonNode stream = Json.MAPPER.readTree(ReplayJson.render(report)).at("/runs/0");
        assertThat(stream.get("worstShard").doubleValue())
                .isBetween(0.0, stream.get("score").doubleValue());
        assertThat(stream.get("shardMetShare").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void theSummaryIsTheGeometricMeanOverTheAlphas() {
        SummaryRow large =
                REPORT.summary().stream()
                        .filter(row -> row.policy().equals("always large"))
                        .findFirst()
                        .orElseThrow();
        // 10 / 5.5 at alpha .75, 10 / 10 at alpha 1.
        assertThat(large.energyVsStaticMix()).isCloseTo(Math.sqrt(10 / 5.5), EXACT);
        assertThat(large.metShareMin()).isEqualTo(1);
    }

    @Test
    void theJsonHasTheFieldsAndNothingThatIsNoNumber() throws IOException {
        String text = ReplayJson.render(REPORT);
        assertThat(text).doesNotContain("NaN").doesNotContain("Infinity");
        JsonNode run = Json.MAPPER.readTree(text).at("/runs/0");
        Set<String> fields = new HashSet<>();
        run.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .contains(
                        "data",
                        "alpha",
                        "inFlight",
                        "feedbackRate",
                        "policy",
                        "seeds",
                        "energyPerRequest",
                        "energyPerRequestCi95",
                        "energyServedOnly",
                        "energyVsStaticMix",
                        "score",
                        "metShare",
                        "maxDeficit",
                        "worstShortfall",
                        "worstShortfallP95",
                        "worstWindow",
                        "exploredShare",
                        "modelShare");
        assertThat(run.at("/modelShare/small").doubleValue()).isBetween(0.0, 1.0);
        assertThat(run.get("policy").textValue()).isEqualTo("mess+ (stream)");
        assertThat(Json.MAPPER.readTree(text).at("/summary")).hasSize(2 * 9);
    }

    @Test
    void oneSeedHasNoInterval() throws IOException {
        ReplayReport report = replay(List.of(.75), 1);
        JsonNode run = Json.MAPPER.readTree(ReplayJson.render(report)).at("/runs/0");
        assertThat(run.has("energyPerRequest")).isTrue();
        assertThat(run.has("energyPerRequestCi95")).isFalse();
        assertThat(ReplayTables.render(report)).doesNotContain("\u00b1").contains("1 seed");
    }

    @Test
    void thePageIsOneFileWithItsData() throws IOException {
        String html = ReplayPage.render(REPORT);
        assertThat(html)
                .containsPattern(
                        "in hindsight and met alpha with (every seed|at least \\d+% of seeds)")
                .contains(
                        "Chart.js v4.5.1", "default-src 'none'", "\"headline\":\"With 0 in flight")
                .doesNotContain("{{")
                .doesNotContain("sourceMappingURL");
    }

    @Test
    void saysWhenNoStaticMixReachesAlpha() {
        Traffic poor = TinyTraffic.of(new double[] {0, .5}, new double[] {0, .5});
        ReplayReport report = replay(poor, List.of(.9), 1, Map.of());
        assertThat(report.notes()).anyMatch(note -> note.startsWith("No static mix reaches 0.9"));
    }

    @Test
    void theBestOfTheGridMeetsAlphaOrElseMeetsItMost() {
        ReplayRow dear = scored(5, 1);
        ReplayRow cheap = scored(3, .9);
        ReplayRow missing = scored(1, .5);
        assertThat(PaperGrid.best(List.of(dear, cheap, missing))).isSameAs(cheap);
        ReplayRow worse = scored(.5, .4);
        assertThat(PaperGrid.best(List.of(worse, missing))).isSameAs(missing);
    }

    @Test
    void settingsAreThoseOfMessYaml() {
        assertThat(SlaPolicies.stream(.6, Map.of("V", "auto", "window", "500"), 7).window())
                .isEqualTo(500);
        assertThat(SlaPolicies.stream(.6, Map.of("V", "auto"), 7).v()).isNaN();
        assertThat(SlaPolicies.stream(.6, Map.of(), 7).seed()).isEqualTo(7);
        assertThat(SlaPolicies.paper(.6, Map.of(), 7).explorationRate()).isEqualTo(3);
        assertThatThrownBy(() -> SlaPolicies.stream(.6, Map.of("colour", "red"), 7))
                .hasMessage("--set colour: is no setting of an SLA, or cannot be red");
        assertThatThrownBy(() -> SlaPolicies.stream(.6, Map.of("window", "wide"), 7))
                .hasMessage("--set window: is no setting of an SLA, or cannot be wide");
    }

    @Test
    void anIntervalIsStudents() {
        // Mean 2, deviation 1, t of 2 degrees of freedom 4.30265.
        Estimate estimate = Estimate.of(new double[] {1, 2, 3});
        assertThat(estimate.ci95()).isCloseTo(4.30265 / Math.sqrt(3), within(1e-4));
        assertThat(estimate.max()).isEqualTo(3);
        assertThat(Estimate.of(new double[] {.1, .1, .1}).ci95()).isZero();
    }

    private static ReplayRow scored(double joules, double metShare) {
        Estimate energy = Estimate.of(new double[] {joules});
        return new ReplayRow(
                ReplayPolicy.PAPER_BEST,
                "paper",
                "",
                .5,
                0,
                10,
                energy,
                energy,
                energy,
                energy,
                energy,
                energy,
                metShare,
                metShare,
                energy,
                energy,
                joules,
                energy,
                0,
                List.of(),
                null);
    }

    private static ReplayRow row(double alpha, String policy) {
        return REPORT.rows(alpha, 0).stream()
                .filter(row -> row.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    private static ReplayReport replay(List<Double> alphas, int seeds) {
        return replay(TRAFFIC, alphas, seeds, Map.of());
    }

    private static ReplayReport replay(
            Traffic traffic, List<Double> alphas, int seeds, Map<String, String> settings) {
        PrintStream log =
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Replay(TinyTraffic.options(alphas, List.of(0, 4), seeds, settings), log)
                .run("tiny", traffic);
    }
}
