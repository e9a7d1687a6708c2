package dev.messplus.job.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.messplus.core.LabelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Section {@code labels} of an SLA: who rates its answers. Each source has fields of its own.
 *
 * @param source who rates
 * @param share audit: share of the answers that is rated, in (0, 1]
 * @param ratedGood users: probability that an answer of score 1 is rated, in [0, 1]
 * @param ratedBad users: probability that an answer of score 0 is rated, in [0, 1]
 */
public record LabelsSection(Source source, Double share, Double ratedGood, Double ratedBad) {

    /** What a file without the section means. */
    static final LabelsSection SCORER = new LabelsSection(Source.SCORER, null, null, null);

    public LabelsSection {
        source = Defaults.or(source, Source.SCORER);
    }

    /** {@link LabelSource.Kind}, as the file spells it. */
    public enum Source {
        @JsonProperty("scorer")
        SCORER,
        @JsonProperty("audit")
        AUDIT,
        @JsonProperty("users")
        USERS;

        /** As the file spells it. */
        String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The source. */
    LabelSource labelSource() {
        return switch (source) {
            case SCORER -> LabelSource.scorer();
            case AUDIT -> LabelSource.audit(share);
            case USERS -> LabelSource.users(ratedGood, ratedBad);
        };
    }

    /** What is wrong with the fields together, each error with its field. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        check("share", share, Source.AUDIT, errors);
        check("ratedGood", ratedGood, Source.USERS, errors);
        check("ratedBad", ratedBad, Source.USERS, errors);
        if (source == Source.USERS && isZero(ratedGood) && isZero(ratedBad)) {
            errors.add("ratedGood: must be above 0 where ratedBad is 0, was 0");
        }
        return errors;
    }

    private void check(String field, Double value, Source owner, List<String> errors) {
        if (owner == source && value == null) {
            errors.add(
                    "%s: is missing; source %s needs a number between 0 and 1"
                            .formatted(field, source.spelling()));
        } else if (owner != source && value != null) {
            errors.add(
                    "%s: has no effect with source %s, was %s; remove it, or set source: %s"
                            .formatted(field, source.spelling(), value, owner.spelling()));
        }
    }

    private static boolean isZero(Double value) {
        return value != null && value == 0;
    }
}
