package dev.messplus.score.check;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/** The regular expressions of one schema, which take time in proportion to a text. */
final class LinearPatterns implements RegularExpressionFactory {

    private volatile boolean isAnyUnusable;

    @Override
    public RegularExpression getRegularExpression(String regex) {
        try {
            Pattern pattern = Pattern.compile(regex);
            return text -> pattern.matcher(text).find();
        } catch (PatternSyntaxException e) {
            // The validator would log what is thrown here as an error, with the pattern.
            isAnyUnusable = true;
            return text -> {
                throw unusable();
            };
        }
    }

    /** Requires that all patterns so far can be used. */
    void check() {
        if (isAnyUnusable) {
            throw unusable();
        }
    }

    private static UnusableSchemaException unusable() {
        return new UnusableSchemaException(
                "has a pattern that is no regular expression of RE2, which has no backreferences"
                        + " and no lookaround; change the pattern");
    }
}
