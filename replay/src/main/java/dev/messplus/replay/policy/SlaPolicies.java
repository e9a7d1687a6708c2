package dev.messplus.replay.policy;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.messplus.core.Sla;
import dev.messplus.job.config.Defaults;
import dev.messplus.job.config.SlaSection;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Policies of MESS+, made as the job makes them of an SLA in mess.yaml. */
public final class SlaPolicies {

    private SlaPolicies() {}

    /**
     * The job's default for an episode, but for some settings. Where labels come from is declared.
     */
    static SlaRouting stream(Episode episode, Map<String, String> settings) {
        SlaRouting routing = stream(episode.alpha(), settings, episode.seed());
        Sla sla = Sla.from(routing.sla()).labels(episode.conditions().labelSource()).build();
        return new SlaRouting(sla, routing.rule(), routing.repeatWindowMillis());
    }

    /**
     * The job's default where answers are scored, but for some settings.
     *
     * @throws IllegalArgumentException if there is no such setting, or it may not be so
     */
    public static SlaRouting stream(double alpha, Map<String, String> settings, long seed) {
        return policy("stream", alpha, settings, seed);
    }

    /**
     * The published rule with the poster's V = 0.1 and c = 3, but for some settings.
     *
     * @throws IllegalArgumentException if there is no such setting, or it may not be so
     */
    static SlaRouting paper(double alpha, Map<String, String> settings, long seed) {
        return policy("paper", alpha, settings, seed);
    }

    private static SlaRouting policy(
            String preset, double alpha, Map<String, String> settings, long seed) {
        for (String name : List.of("preset", "alpha", "seed")) {
            if (settings.containsKey(name)) {
                throw new IllegalArgumentException(
                        "--set %s: is not for --set; mess replay --help says what sets it"
                                .formatted(name));
            }
        }
        Map<String, Object> sla = new HashMap<>(settings);
        sla.put("preset", preset);
        sla.put("alpha", alpha);
        sla.put("seed", seed);
        try {
            SlaSection config = Defaults.section(SlaSection.class, sla);
            return new SlaRouting(config.sla(), config.rule(), 0);
        } catch (IllegalArgumentException e) {
            if (e.getCause() instanceof MismatchedInputException cause
                    && !cause.getPath().isEmpty()) {
                String name = cause.getPath().get(0).getFieldName();
                throw new IllegalArgumentException(
                        "--set %s: is not a setting of an SLA, or must not be %s"
                                .formatted(name, settings.get(name)),
                        e);
            }
            throw e;
        }
    }
}
