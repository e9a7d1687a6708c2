package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.testkit.LogCapture;
import org.junit.jupiter.api.Test;

class RackVariableTest {

    @Test
    void withoutTheVariableNoReplicaIsNearerAndTheLogSaysSo() {
        try (LogCapture log = LogCapture.of(RackVariable.class)) {
            assertThat(new RackVariable("NO_SUCH_RACK_VARIABLE").get()).isNull();

            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("kafka.rackVariable: NO_SUCH_RACK_VARIABLE is not set");
        }
    }
}
