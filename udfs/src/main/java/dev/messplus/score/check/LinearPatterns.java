package dev.messplus.score.check;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/**
 * The regular expressions of one schema, which take time in proportion to a text, and little
 * memory.
 */
final class LinearPatterns implements RegularExpressionFactory {

    /** Largest pattern, as {@link PatternSize} has it; one for an IPv6 address has about 500. */
    private static final int MAX_SIZE = 5_000;

    private volatile String problem;

    @Override
    public RegularExpression getRegularExpression(String regex) {
        if (PatternSize.of(regex) > MAX_SIZE) {
            return unusable(
                    "has a pattern whose repetitions are too many, or that has \\Q; change it");
        }
        try {
            Pattern pattern = Pattern.compile(regex);
            return text -> pattern.matcher(text).find();
        } catch (PatternSyntaxException e) {
            return unusable(
                    "has a pattern that is no regular expression of RE2, which has no"
                            + " backreferences and no lookaround; change it");
        }
    }

    /** The validator would log what is thrown when it compiles a pattern, with the pattern. */
    private RegularExpression unusable(String itsProblem) {
        problem = itsProblem;
        return text -> {
            throw new UnusableSchemaException(itsProblem);
        };
    }

    /** Requires that all patterns so far can be used. */
    void check() {
        if (problem != null) {
            throw new UnusableSchemaException(problem);
        }
    }
}
