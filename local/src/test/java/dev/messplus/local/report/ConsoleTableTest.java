package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsoleTableTest {

    @Test
    void rendersTheRun() {
        assertThat(ConsoleTable.render(TinyRun.measured()))
                .isEqualTo(
"""
MESS+ kept its promise of 0.750 with 32% less energy than the best static mix
Of 37.5 J per request, 33.0 J served answers, 2.50 J (7%) explored, 2.00 J (5%) failed

 policy                        J/request    energy vs   score   meets   explored   answered by, %
                                           static mix           0.750              small · large
--------------------------------------------------------------------------------------------------
 mess+                              37.5        0.68x   0.833     yes        25%   75 · 25
 mess+ (answers served only)        33.0        0.60x   0.833     yes        25%
 always small                       10.0        0.18x   0.500      no
 always large                        100        1.82x   1.000     yes
 random with constraint             55.0        1.00x   0.750     yes              50 · 50
 best static mix (hindsight)        55.0        1.00x   0.750     yes              50 · 50

Failed requests: 1; they count in no score and no share.
Answers without a score: 1.
Baselines are computed from a reference pass.
large has a score and joules for 2 of 3 reference prompts; its averages are over those.
""");
    }

    @Test
    void marksEstimates() {
        String table =
                ConsoleTable.render(
                        TinyRun.of(.75, "response: cpu_time (estimated)", "small", "large"));
        assertThat(table)
                .contains("\nOf 37.5 J per request (estimated), 33.0 J")
                .containsPattern("(?m)^ +\\(estimated\\)")
                .contains("All joules are estimated (response: cpu_time), not measured.");
    }

    @Test
    void saysThatAPromiseWasMissedOrOutOfReach() {
        assertThat(ConsoleTable.render(TinyRun.of(.9, "nvml", "small", "large")))
                .startsWith("MESS+ missed its promise of 0.900: it scored 0.833")
                .contains("its energy is not comparable with that of policies that meet it");
    }
}
