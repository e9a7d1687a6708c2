package dev.messplus.job.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The ACLs that {@code docs/security.md} asks for. */
final class DocumentedAcls {

    private static final Path DOCUMENTATION = Path.of("..", "docs", "security.md");

    /** A row of the table: resource, its name, operations, when. */
    private static final Pattern ROW =
            Pattern.compile(
                    "^\\| (Topic|Group|TransactionalId) \\| `([^`]+)`(, prefixed)? \\| ([A-Za-z, ]+)"
                            + " \\| (always|exactly_once) \\|",
                    Pattern.MULTILINE);

    private DocumentedAcls() {}

    /**
     * Grants what the table asks for, under the name of a job instead of the default name.
     *
     * @param name user, group and prefix of the topics of the job
     * @param when {@code always}, or the delivery that needs it as well
     */
    static void grant(SecureBroker broker, String name, String when) throws Exception {
        for (MatchResult row : rows()) {
            if (row.group(5).equals(when)) {
                broker.grant(name, resource(row, name), operations(row));
            }
        }
    }

    private static List<MatchResult> rows() throws IOException {
        List<MatchResult> rows = ROW.matcher(Files.readString(DOCUMENTATION)).results().toList();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(6);
        return rows;
    }

    private static ResourcePattern resource(MatchResult row, String name) {
        return new ResourcePattern(
                ResourceType.fromString(row.group(1).replace("lI", "l_I")),
                row.group(2).replaceFirst("^mess", name),
                row.group(3) == null ? PatternType.LITERAL : PatternType.PREFIXED);
    }

    private static List<AclOperation> operations(MatchResult row) {
        return Arrays.stream(row.group(4).split(", ", -1))
                .map(each -> AclOperation.fromString(each.toUpperCase(Locale.ROOT)))
                .toList();
    }
}
