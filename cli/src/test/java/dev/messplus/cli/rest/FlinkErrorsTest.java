package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlinkErrorsTest {

    @Test
    void theInnermostCauseIsShown() {
        assertThat(
                        FlinkErrors.cause(
                                """
                                [Internal server error., <Exception on server side:
                                org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.
                                \tat org.apache.flink.runtime.webmonitor.handlers.JarRunHandler.x(JarRunHandler.java:114)
                                Caused by: java.util.concurrent.CompletionException: org.apache.flink.util.FlinkRuntimeException: Could not execute application.
                                \tat java.base/java.util.concurrent.CompletableFuture.encodeThrowable(CompletableFuture.java:315)
                                \t... 1 more
                                Caused by: dev.messplus.job.config.ConfigException: --config-text has 2 errors:
                                  slas.gold.alpha: must be between 0 and 1, was 1.2
                                  zoo: is missing
                                \tat dev.messplus.job.config.ConfigLoader.parse(ConfigLoader.java:93)
                                \t... 12 more

                                End of exception on server side>]"""))
                .isEqualTo(
                        "--config-text has 2 errors:%n  slas.gold.alpha: must be between 0 and 1, was 1.2%n  zoo: is missing"
                                .formatted());
    }

    @Test
    void anErrorWithoutACauseIsShownAsItIs() {
        assertThat(
                        FlinkErrors.cause(
                                "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (ab)\n\tat x.Y.z(Y.java:1)"))
                .isEqualTo("Could not find Flink job (ab)");
        assertThat(FlinkErrors.cause("java.lang.NullPointerException\n\tat x.Y.z(Y.java:1)"))
                .isEqualTo("java.lang.NullPointerException");
        assertThat(FlinkErrors.cause("[Unable to load requested file /nope.]"))
                .isEqualTo("Unable to load requested file /nope.");
        assertThat(FlinkErrors.cause("")).isEmpty();
    }
}
