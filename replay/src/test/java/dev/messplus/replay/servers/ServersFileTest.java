package dev.messplus.replay.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.energy.IdlePolicy;
import dev.messplus.job.config.ConfigException;
import dev.messplus.replay.serving.ServerPreset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServersFileTest {

    private static final List<String> RECORDED = List.of("small", "large", "huge");

    @TempDir private Path folder;

    @Test
    void aFileOfAFewLinesIsEnough() throws IOException {
        ServersSetup setup =
                read(
                        """
                        models:
                          large: { preset: 14b-on-h100 }
                          small: { preset: 8b-on-h100, maxSequences: 64 }
                        arrivals:
                          poisson: { perSecond: 10 }
                        """);

        assertThat(setup.models()).containsExactly("large", "small");
        assertThat(setup.zoo().get(0).server()).isEqualTo(ServerPreset.QWEN_14B.server());
        assertThat(setup.zoo().get(1).server().maxSequences()).isEqualTo(64);
        assertThat(setup.zoo().get(1).server().stepMillis()).isEqualTo(6.7);
        assertThat(setup.devices()).hasSize(2);
        assertThat(setup.devices().get(0).idleWatts()).isEqualTo(120);
        assertThat(setup.devices().get(0).metering().idle()).isEqualTo(IdlePolicy.INCLUDE);
        assertThat(setup.seconds()).isEqualTo(2_000);
        assertThat(setup.requests()).isEqualTo(20_000);
        assertThat(setup.lengths().meanAnswerTokens()).isEqualTo(200);
        assertThat(setup.labelDelayMillis()).isZero();
    }

    @Test
    void everythingCanBeSaid() throws IOException {
        ServersSetup setup =
                read(
                        """
                        models:
                          small: { stepMillis: 3, wattsAlone: 100, wattsFull: 300, saturation: 20,
                                   device: gpu, answerFactor: 2, failedShare: 0.1 }
                          large: { preset: 70b-on-4-h100 }
                          huge: { preset: 8b-on-h100, device: gpu, reportsWork: true }
                        devices:
                          gpu: { idleWatts: 55 }
                        idle: subtract
                        arrivals:
                          day: { lowPerSecond: 1, highPerSecond: 9, periodSeconds: 600 }
                        answers: { meanTokens: 50, sigma: 0 }
                        prompts: { tokens: 70, cachedTokens: 20 }
                        labelDelayMillis: 5000
                        """);

        assertThat(setup.zoo()).extracting(model -> model.device()).containsExactly(0, 1, 0);
        assertThat(setup.devices())
                .extracting(device -> device.idleWatts())
                .containsExactly(55., 480.);
        assertThat(setup.devices().get(1).metering().idle()).isEqualTo(IdlePolicy.SUBTRACT);
        assertThat(setup.zoo().get(0).answerFactor()).isEqualTo(2);
        assertThat(setup.zoo().get(2).server().reportsWork()).isTrue();
        // One day.
        assertThat(setup.seconds()).isEqualTo(600);
        assertThat(setup.requests()).isEqualTo(3_000);
        assertThat(setup.lengths().promptTokens()).isEqualTo(70);
        assertThat(setup.labelDelayMillis()).isEqualTo(5_000);
    }

    @Test
    void theLengthOfARunIsInSecondsOrRequests() throws IOException {
        String file =
                """
                models: { small: { preset: 8b-on-h100 } }
                arrivals:
                  bursts: { perSecond: 1, inBurstsPerSecond: 11, periodSeconds: 100, burstSeconds: 10 }
                """;

        assertThat(read(file + "requests: 400").seconds()).isEqualTo(200);
        assertThat(read(file + "seconds: 300").seconds()).isEqualTo(300);
        assertThat(errors(file + "seconds: 300\nrequests: 400"))
                .containsExactly(
                        "seconds: has no effect beside requests, was 300.0; remove one of them");
    }

    @Test
    void allErrorsOfTheSchemaAreReported() throws IOException {
        assertThat(
                        errors(
                                """
                                models:
                                  small: { preset: 8b-on-h100, wattFull: 300, failedShare: 2 }
                                arrivals:
                                  poisson: { perSecond: 0 }
                                idle: none
                                requests: many
                                """))
                .containsExactly(
                        "arrivals.poisson.perSecond: must be above 0 and at most 100000, was 0",
                        "idle: must be one of include, subtract, amortise, was none",
                        "models.small.failedShare: must be between 0 and 1, was 2",
                        "models.small.wattFull: is unknown; did you mean wattsFull?",
                        "requests: must be a whole number, was the string \"many\"");
        assertThat(errors("models: {}"))
                .containsExactly("arrivals: is missing", "models: must have at least one entry");
        assertThat(errors("")).singleElement().asString().startsWith("file: must be a mapping");
    }

    @Test
    void allErrorsBetweenFieldsAreReported() throws IOException {
        assertThat(
                        errors(
                                """
                                models:
                                  tiny: { preset: 8b-on-h100 }
                                  small: { preset: 9b }
                                  large: { stepMillis: 3, wattsFull: 300 }
                                  huge: { preset: 8b-on-h100, wattsFull: 100, device: gpu1 }
                                devices:
                                  gpu0: { idleWatts: 55 }
                                arrivals:
                                  poisson: { perSecond: 1 }
                                  day: { lowPerSecond: 1, highPerSecond: 9 }
                                """))
                .containsExactly(
                        "models.tiny: is not in the table, which has small, large, huge",
                        "models.small.preset: must be one of 8b-on-h100, 14b-on-h100, 32b-on-2-h100, 70b-on-4-h100, was 9b",
                        "models.large.saturation: is missing; give it, or a preset: 8b-on-h100, 14b-on-h100, 32b-on-2-h100, 70b-on-4-h100",
                        "models.large.wattsAlone: is missing; give it, or a preset: 8b-on-h100, 14b-on-h100, 32b-on-2-h100, 70b-on-4-h100",
                        "models.huge.device: must be one of devices, was gpu1; add devices.gpu1: { idleWatts: ... }, or remove device for one of its own",
                        "models.huge.wattsFull: must be at least wattsAlone, was 100.0",
                        "devices.gpu0: has no model; name it as device of one, or remove it",
                        "arrivals: must have one of poisson, bursts and day, had 2");
        assertThat(
                        errors(
                                """
                                models: { small: { preset: 8b-on-h100 } }
                                arrivals: { day: { lowPerSecond: 10, highPerSecond: 9 } }
                                """))
                .containsExactly(
                        "arrivals.day.lowPerSecond: must be at most highPerSecond, 9.0, was 10.0");
        assertThat(
                        errors(
                                """
                                models: { small: { preset: 8b-on-h100 } }
                                arrivals:
                                  bursts: { perSecond: 1, inBurstsPerSecond: 9, periodSeconds: 5, burstSeconds: 6 }
                                """))
                .containsExactly(
                        "arrivals.bursts.burstSeconds: must be at most periodSeconds, 5.0, was 6.0");
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        ConfigException e =
                catchThrowableOfType(
                        ConfigException.class, () -> ServersFile.open(folder.resolve("none.yaml")));

        assertThat(e.errors()).containsExactly("file: does not exist");
    }

    private List<String> errors(String yaml) throws IOException {
        Path file = write(yaml);
        return catchThrowableOfType(
                        ConfigException.class, () -> ServersFile.open(file).setup(RECORDED))
                .errors();
    }

    private ServersSetup read(String yaml) throws IOException {
        return ServersFile.open(write(yaml)).setup(RECORDED);
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("servers.yaml"), yaml);
    }
}
