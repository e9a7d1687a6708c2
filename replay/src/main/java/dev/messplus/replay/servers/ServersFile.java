package dev.messplus.replay.servers;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.SectionFile;
import dev.messplus.replay.servers.ServersSection.ArrivalSettings;
import dev.messplus.replay.servers.ServersSection.BurstSettings;
import dev.messplus.replay.servers.ServersSection.DaySettings;
import dev.messplus.replay.servers.ServersSection.ModelSettings;
import dev.messplus.replay.serving.DeviceSpec;
import dev.messplus.replay.serving.RateCurve;
import dev.messplus.replay.serving.ServedModel;
import dev.messplus.replay.serving.ServedModelBuilder;
import dev.messplus.replay.serving.ServerPreset;
import dev.messplus.replay.serving.ServerSpec;
import dev.messplus.replay.serving.ServerSpecBuilder;
import dev.messplus.replay.serving.TokenLengths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads the file of {@code mess replay --servers}. */
public final class ServersFile {

    /** Requests of a run, if the file does not say how many, and its curve is no day. */
    static final long DEFAULT_REQUESTS = 20_000;

    private final Path file;
    private final ServersSection section;

    private ServersFile(Path file, ServersSection section) {
        this.file = file;
        this.section = section;
    }

    /**
     * Opens a file.
     *
     * @throws ConfigException with all errors of its fields, each for itself
     */
    public static ServersFile open(Path file) {
        return new ServersFile(file, SectionFile.read(file, ServersSection.class));
    }

    /**
     * The servers for a table of outcomes.
     *
     * @param recorded models of the table
     * @throws ConfigException with all errors of the fields together
     */
    public ServersSetup setup(List<String> recorded) {
        Reader reader = new Reader(section, recorded);
        ServersSetup setup = reader.setup();
        if (!reader.errors.isEmpty()) {
            throw new ConfigException(file.toString(), reader.errors);
        }
        return setup;
    }

    /** Makes a world of a section, and notes what is wrong. */
    private static final class Reader {

        private final ServersSection section;
        private final List<String> recorded;
        private final List<String> errors = new ArrayList<>();

        Reader(ServersSection section, List<String> recorded) {
            this.section = section;
            this.recorded = recorded;
        }

        /** The world; of no use if there are errors. */
        ServersSetup setup() {
            Map<String, DeviceSpec> devices = new LinkedHashMap<>();
            List<ServedModel> zoo = new ArrayList<>();
            section.models()
                    .forEach(
                            (id, settings) -> {
                                String device = device(id, settings, devices);
                                int index = List.copyOf(devices.keySet()).indexOf(device);
                                model(id, settings, index).ifPresent(zoo::add);
                            });
            checkDevices();
            RateCurve curve = curve();
            return ServersSetupBuilder.builder()
                    .zoo(zoo)
                    .devices(List.copyOf(devices.values()))
                    .curve(curve)
                    .seconds(seconds(curve))
                    .lengths(
                            new TokenLengths(
                                    section.prompts().tokens(),
                                    section.prompts().cachedTokens(),
                                    section.answers().meanTokens(),
                                    section.answers().sigma()))
                    .labelDelayMillis(section.labelDelayMillis())
                    .build();
        }

        /** Adds the device of a model, unless it is there; returns its name. */
        private String device(String id, ModelSettings settings, Map<String, DeviceSpec> devices) {
            String path = "models." + id;
            if (settings.device() == null) {
                double idleWatts =
                        preset(settings)
                                .map(ServerPreset::idleWatts)
                                .orElse(ServerPreset.H100_IDLE_WATTS);
                // A name with spaces is none that the file can give.
                String own = "the device of " + id;
                devices.put(own, DeviceSpec.nvml(idleWatts, section.idle()));
                return own;
            }
            if (!section.devices().containsKey(settings.device())) {
                errors.add(
                        "%s.device: must be one of devices, was %s; add devices.%s: { idleWatts: ... }, or remove device for one of its own"
                                .formatted(path, settings.device(), settings.device()));
                return settings.device();
            }
            devices.put(
                    settings.device(),
                    DeviceSpec.nvml(
                            section.devices().get(settings.device()).idleWatts(), section.idle()));
            return settings.device();
        }

        private void checkDevices() {
            section.devices().keySet().stream()
                    .filter(
                            device ->
                                    section.models().values().stream()
                                            .noneMatch(model -> device.equals(model.device())))
                    .forEach(
                            device ->
                                    errors.add(
                                            "devices.%s: has no model; name it as device of one, or remove it"
                                                    .formatted(device)));
        }

        private Optional<ServedModel> model(String id, ModelSettings settings, int device) {
            String path = "models." + id;
            if (!recorded.contains(id)) {
                errors.add(
                        "%s: is not in the table, which has %s"
                                .formatted(path, String.join(", ", recorded)));
            }
            if (settings.preset() != null && preset(settings).isEmpty()) {
                errors.add(
                        "%s.preset: must be one of %s, was %s"
                                .formatted(
                                        path,
                                        String.join(", ", ServerPreset.titles()),
                                        settings.preset()));
                return Optional.empty();
            }
            return server(path, settings)
                    .map(
                            server ->
                                    ServedModelBuilder.builder()
                                            .id(id)
                                            .device(device)
                                            .server(server)
                                            .answerFactor(settings.answerFactor())
                                            .failedShare(settings.failedShare())
                                            .failedFactor(settings.failedFactor())
                                            .blamesServer(settings.blamesServer())
                                            .build());
        }

        private static Optional<ServerPreset> preset(ModelSettings settings) {
            return Optional.ofNullable(settings.preset()).flatMap(ServerPreset::named);
        }

        private Optional<ServerSpec> server(String path, ModelSettings settings) {
            if (settings.preset() == null && lacksSettings(path, settings)) {
                return Optional.empty();
            }
            ServerSpecBuilder server =
                    preset(settings)
                            .map(preset -> ServerSpecBuilder.builder(preset.server()))
                            .orElseGet(ServerSpecBuilder::builder);
            set(settings.stepMillis(), server::stepMillis);
            set(settings.stepMillisPerSequence(), server::stepMillisPerSequence);
            set(settings.stepMillisPerKiloToken(), server::stepMillisPerKiloToken);
            set(settings.prefillMillisPerToken(), server::prefillMillisPerToken);
            set(settings.maxSequences(), server::maxSequences);
            set(settings.maxBatchedTokens(), server::maxBatchedTokens);
            set(settings.kvTokens(), server::kvTokens);
            set(settings.wattsAlone(), server::wattsAlone);
            set(settings.wattsFull(), server::wattsFull);
            set(settings.saturation(), server::saturation);
            set(settings.prefillTokensPerSequence(), server::prefillTokensPerSequence);
            var unused = server.reportsWork(settings.reportsWork());
            try {
                return Optional.of(server.build());
            } catch (IllegalArgumentException e) {
                errors.add(path + "." + e.getMessage());
                return Optional.empty();
            }
        }

        /** Whether a setting is missing that has neither a preset nor a default. */
        private boolean lacksSettings(String path, ModelSettings settings) {
            Map<String, Double> needed = new TreeMap<>();
            needed.put("stepMillis", settings.stepMillis());
            needed.put("wattsAlone", settings.wattsAlone());
            needed.put("wattsFull", settings.wattsFull());
            needed.put("saturation", settings.saturation());
            needed.values().removeIf(Objects::nonNull);
            needed.keySet()
                    .forEach(
                            name ->
                                    errors.add(
                                            "%s.%s: is missing; give it, or a preset: %s"
                                                    .formatted(
                                                            path,
                                                            name,
                                                            String.join(
                                                                    ", ", ServerPreset.titles()))));
            return !needed.isEmpty();
        }

        private static <T> void set(T value, Consumer<T> setting) {
            if (value != null) {
                setting.accept(value);
            }
        }

        private RateCurve curve() {
            ArrivalSettings arrivals = section.arrivals();
            long given =
                    Stream.of(arrivals.poisson(), arrivals.bursts(), arrivals.day())
                            .filter(Objects::nonNull)
                            .count();
            if (given != 1) {
                errors.add(
                        "arrivals: must have one of poisson, bursts and day, had "
                                + (given == 0 ? "none" : given));
            } else if (arrivals.bursts() != null) {
                return bursts(arrivals.bursts());
            } else if (arrivals.day() != null) {
                return day(arrivals.day());
            }
            return RateCurve.constant(given == 1 ? arrivals.poisson().perSecond() : 1);
        }

        private RateCurve bursts(BurstSettings bursts) {
            if (bursts.burstSeconds() > bursts.periodSeconds()) {
                errors.add(
                        "arrivals.bursts.burstSeconds: must be at most periodSeconds, %s, was %s"
                                .formatted(bursts.periodSeconds(), bursts.burstSeconds()));
            }
            return RateCurve.bursts(
                    bursts.perSecond(),
                    bursts.inBurstsPerSecond(),
                    bursts.periodSeconds(),
                    bursts.burstSeconds());
        }

        private RateCurve day(DaySettings day) {
            if (day.lowPerSecond() > day.highPerSecond()) {
                errors.add(
                        "arrivals.day.lowPerSecond: must be at most highPerSecond, %s, was %s"
                                .formatted(day.highPerSecond(), day.lowPerSecond()));
            }
            return RateCurve.day(day.lowPerSecond(), day.highPerSecond(), day.periodSeconds());
        }

        private int seconds(RateCurve curve) {
            if (section.requests() != null && section.seconds() != null) {
                errors.add(
                        "seconds: has no effect beside requests, was %s; remove one of them"
                                .formatted(section.seconds()));
            }
            DaySettings day = section.arrivals().day();
            double seconds =
                    section.seconds() != null
                            ? section.seconds()
                            : section.requests() == null && day != null
                                    ? day.periodSeconds()
                                    : Objects.requireNonNullElse(
                                                    section.requests(), DEFAULT_REQUESTS)
                                            / curve.mean();
            return (int) Math.min(Integer.MAX_VALUE, Math.ceil(seconds));
        }
    }
}
