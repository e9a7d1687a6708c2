package dev.messplus.infer.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.infer.openai.CancelAllSteps.Steps;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.concurrent.Cancellable;
import org.junit.jupiter.api.Test;

class CancelAllStepsTest {

    private final Steps steps = new Steps();
    private final List<String> canceled = new ArrayList<>();

    @Test
    void aStepThatIsSetAfterALaterOneDoesNotReplaceIt() {
        steps.setDependency(step("exchange"));
        steps.setDependency(step("lease"));

        assertThat(steps.isCancelled()).isFalse();
        assertThat(steps.cancel()).isTrue();

        assertThat(steps.isCancelled()).isTrue();
        assertThat(canceled).containsExactlyInAnyOrder("exchange", "lease");
    }

    @Test
    void aStepOfACanceledCallIsCanceledImmediately() {
        steps.cancel();

        steps.setDependency(step("exchange"));

        assertThat(canceled).containsExactly("exchange");
    }

    @Test
    void aStepIsCanceledOnce() {
        steps.setDependency(step("exchange"));

        steps.cancel();
        assertThat(steps.cancel()).isFalse();

        assertThat(canceled).containsExactly("exchange");
    }

    private Cancellable step(String name) {
        return () -> canceled.add(name);
    }
}
