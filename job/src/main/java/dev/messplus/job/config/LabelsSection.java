package dev.messplus.job.config;

import dev.messplus.core.LabelSource;
import dev.messplus.core.LabelSource.Kind;
import dev.messplus.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Section {@code labels} of an SLA: who rates its answers. Each source has fields of its own. */
public record LabelsSection(
        @Setting(required = true) Kind source,
        @Setting(range = "(0, 1]") Double share,
        @Setting(range = "(0, 1]") Double audit,
        @Setting(range = "[0, 1]") Double ratedGood,
        @Setting(range = "[0, 1]") Double ratedBad) {

    /**
     * The source.
     *
     * @param beforeServing whether the SLA's scorer scores every answer before one is served
     */
    LabelSource labelSource(boolean beforeServing) {
        return switch (source) {
            case SCORER -> LabelSource.scorer();
            case AUDIT -> LabelSource.audit(share);
            case JUDGE -> LabelSource.judge(audit, beforeServing);
            case SIGNAL -> LabelSource.signal(audit, beforeServing);
            case USERS -> LabelSource.users(ratedGood, ratedBad);
        };
    }

    /** What is wrong with the fields together, each error with its field. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        check("share", share, List.of(Kind.AUDIT), errors);
        check("audit", audit, List.of(Kind.JUDGE, Kind.SIGNAL), errors);
        check("ratedGood", ratedGood, List.of(Kind.USERS), errors);
        check("ratedBad", ratedBad, List.of(Kind.USERS), errors);
        if (source == Kind.USERS && isZero(ratedGood) && isZero(ratedBad)) {
            errors.add("ratedGood: must be above 0 where ratedBad is 0, was 0");
        }
        return errors;
    }

    private void check(String field, Double value, List<Kind> owners, List<String> errors) {
        boolean owned = owners.contains(source);
        if (owned && value == null) {
            errors.add(
                    "%s: is missing; source %s needs a number between 0 and 1"
                            .formatted(field, SettingsSchema.spelling(source)));
        } else if (!owned && value != null) {
            errors.add(
                    "%s: has no effect with source %s, was %s; remove it, or set source: %s"
                            .formatted(
                                    field,
                                    SettingsSchema.spelling(source),
                                    value,
                                    owners.stream()
                                            .map(SettingsSchema::spelling)
                                            .collect(Collectors.joining(" or "))));
        }
    }

    private static boolean isZero(Double value) {
        return value != null && value == 0;
    }
}
