package dev.messplus.replay.policy;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * SLA settings of MESS+, by their names in mess.yaml, for the two rules that take them. Settings
 * apply to the stream rule if it is among the policies, or else to the paper's.
 *
 * @param ofStream settings of {@link PolicyKind#STREAM}; empty for the defaults
 * @param ofPaper settings of {@link PolicyKind#PAPER}; empty for the poster's
 */
public record RuleSettings(Map<String, String> ofStream, Map<String, String> ofPaper) {

    public RuleSettings {
        ofStream = Map.copyOf(ofStream);
        ofPaper = Map.copyOf(ofPaper);
    }

    /**
     * Checks the settings as the job checks an SLA.
     *
     * @throws IllegalArgumentException if a setting does not exist or has a value that is not
     *     allowed
     */
    public void validate(double alpha) {
        SlaPolicies.stream(alpha, ofStream, 1);
        SlaPolicies.paper(alpha, ofPaper, 1);
    }

    /** The window of the SLA. It is the same at every alpha that is valid. */
    public SlaWindow window(double alpha) {
        return SlaWindow.of(
                (ofPaper.isEmpty()
                                ? SlaPolicies.stream(alpha, ofStream, 1)
                                : SlaPolicies.paper(alpha, ofPaper, 1))
                        .sla());
    }

    /** Settings as one line, sorted by name, such as {@code V 0.1, window 500}. */
    static String describe(Map<String, String> settings) {
        return settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(setting -> setting.getKey() + " " + setting.getValue())
                .collect(Collectors.joining(", "));
    }
}
