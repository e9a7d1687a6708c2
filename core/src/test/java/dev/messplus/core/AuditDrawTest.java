package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditDrawTest {

    private static final int REQUESTS = 200_000;

    /** Three standard deviations of a share of .02 are .001, and of .01 .0007. */
    @Test
    void theShareIsDrawnWhateverTheDrawOfExplorationWas() {
        long drawn =
                IntStream.range(0, REQUESTS).filter(i -> AuditDraw.draws(7, "r" + i, 0.02)).count();
        long both =
                IntStream.range(0, REQUESTS)
                        .filter(i -> Exploration.draw(7, "r" + i) < 0.5)
                        .filter(i -> AuditDraw.draws(7, "r" + i, 0.02))
                        .count();
        assertThat(drawn / (double) REQUESTS).isCloseTo(0.02, within(0.001));
        assertThat(both / (double) REQUESTS).isCloseTo(0.01, within(0.0007));
    }

    @Test
    void onlyWhatAJudgeScoresIsAudited() {
        Sla audit = Sla.custom(0.6).labels(LabelSource.audit(1)).build();
        Sla judge = Sla.custom(0.6).labels(LabelSource.judge(1, false)).build();
        assertThat(AuditDraw.draws(audit, "a")).isFalse();
        assertThat(AuditDraw.draws(judge, "a")).isTrue();
    }
}
