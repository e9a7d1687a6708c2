package dev.messplus.score.check;

/**
 * How large a regular expression of RE2 becomes when its counted repetitions are written out. RE2J
 * limits each count, but not their product: {@code ((a{1000}){1000}){1000}} takes more memory than
 * there is. Groups, escapes and classes of characters are read as RE2J's parser reads them.
 */
final class PatternSize {

    private final String regex;
    private int at;

    private PatternSize(String regex) {
        this.regex = regex;
    }

    /**
     * The size in characters, classes and groups, roughly what a compiled pattern has instructions.
     *
     * @return infinite for a quotation ({@code \Q}), which JSON schemas do not have
     */
    static double of(String regex) {
        PatternSize pattern = new PatternSize(regex);
        double size = 0;
        // A closing parenthesis too many is an error that RE2J finds.
        while (pattern.at < regex.length()) {
            size += pattern.alternatives();
            pattern.at++;
        }
        return size;
    }

    /** The size up to the end of the group, or of the pattern. */
    private double alternatives() {
        double size = 0;
        while (at < regex.length() && regex.charAt(at) != ')') {
            double atom = atom();
            size += atom * count();
        }
        return size;
    }

    private double atom() {
        switch (regex.charAt(at++)) {
            case '(':
                double inside = alternatives();
                at++;
                return 2 + inside;
            case '[':
                skipClass();
                return 1;
            case '\\':
                boolean quotes = regex.startsWith("Q", at);
                at++;
                return quotes ? Double.POSITIVE_INFINITY : 1;
            default:
                return 1;
        }
    }

    private void skipClass() {
        at += regex.startsWith("^", at) ? 1 : 0;
        // At the beginning, a bracket does not close the class.
        at += regex.startsWith("]", at) ? 1 : 0;
        while (at < regex.length() && regex.charAt(at) != ']') {
            int namedEnd = regex.startsWith("[:", at) ? regex.indexOf(":]", at + 2) : -1;
            if (namedEnd >= 0) {
                at = namedEnd + 2;
            } else {
                at += regex.charAt(at) == '\\' ? 2 : 1;
            }
        }
        at++;
    }

    /** How often the atom before is written out. Braces without a count are atoms of their own. */
    private int count() {
        int end = regex.startsWith("{", at) ? regex.indexOf('}', at) : -1;
        if (end < 0 || !regex.substring(at + 1, end).matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
            return 1;
        }
        String[] bounds = regex.substring(at + 1, end).split(",");
        at = end + 1;
        int most = 1;
        for (String bound : bounds) {
            most = Math.max(most, Integer.parseInt(bound));
        }
        return most;
    }
}
