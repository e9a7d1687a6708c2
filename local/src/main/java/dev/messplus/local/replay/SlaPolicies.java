package dev.messplus.local.replay;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.messplus.core.Policy;
import dev.messplus.job.config.MessConfig;
import java.util.HashMap;
import java.util.Map;

/** Policies of MESS+, made as the job makes them of an SLA in mess.yaml. */
final class SlaPolicies {

    private static final JsonMapper MAPPER = new JsonMapper();

    private SlaPolicies() {}

    /**
     * The job's default, but for some settings.
     *
     * @throws IllegalArgumentException if there is no such setting, or it may not be so
     */
    static Policy stream(double alpha, Map<String, String> settings, long seed) {
        return policy("stream", alpha, settings, seed);
    }

    /**
     * The published rule with the poster's V = 0.1 and c = 3, but for some settings.
     *
     * @throws IllegalArgumentException if there is no such setting, or it may not be so
     */
    static Policy paper(double alpha, Map<String, String> settings, long seed) {
        return policy("paper", alpha, settings, seed);
    }

    private static Policy policy(
            String preset, double alpha, Map<String, String> settings, long seed) {
        Map<String, Object> sla = new HashMap<>(settings);
        sla.put("preset", preset);
        sla.put("alpha", alpha);
        sla.put("seed", seed);
        try {
            return MAPPER.convertValue(sla, MessConfig.Sla.class).policy();
        } catch (IllegalArgumentException e) {
            if (e.getCause() instanceof MismatchedInputException cause
                    && !cause.getPath().isEmpty()) {
                String name = cause.getPath().get(0).getFieldName();
                throw new IllegalArgumentException(
                        "--set %s: is no setting of an SLA, or cannot be %s"
                                .formatted(name, settings.get(name)),
                        e);
            }
            throw e;
        }
    }
}
