package dev.messplus.testkit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the models of a test know, and what their calls take. Prompts are of one of two forms:
 *
 * <ul>
 *   <li>Those of {@link TestRequest}, such as {@code easy 17}. {@code small} knows the answers to
 *       easy ones, {@code medium} to easy and fair ones, any other model all.
 *   <li>Any that ends with what is right, such as {@code a sum of two numbers; say north}. All
 *       models know nine of ten answers, but {@code small} only four of ten if there is no {@code
 *       sum} in the prompt. Which ones follows from the prompt.
 * </ul>
 *
 * <p>Needs nothing but the JDK.
 */
final class Knowledge {

    private static final Pattern MODEL = Pattern.compile("\"model\":\"(\\w+)\"");

    /** As a string, or as the first part of a list. */
    private static final Pattern PROMPT =
            Pattern.compile("\"content\":(?:\\[\\{\"type\":\"text\",\"text\":)?\"([^\"]*)\"");

    private static final Pattern GRADED = Pattern.compile("(easy|fair|hard) (\\d+).*");
    private static final Pattern SAID = Pattern.compile(".*; say (\\w+)");

    private static final double SHARE_KNOWN = 0.9;
    private static final double SHARE_KNOWN_TO_SMALL = 0.4;
    private static final int DISTINCT_CALLS = 1_000;
    private static final double JOULES_OF_A_STEP = 0.001;
    private static final String UNKNOWN = "unknown";

    private Knowledge() {}

    /** The model that a call is to. */
    static String model(String call) {
        return find(MODEL, call).group(1);
    }

    /** The prompt of a call. */
    static String prompt(String call) {
        return find(PROMPT, call).group(1);
    }

    /** What the model of a call answers to its prompt. */
    static String answer(String call) {
        String model = model(call);
        String prompt = prompt(call);
        Matcher graded = GRADED.matcher(prompt);
        if (graded.matches()) {
            return knows(model, graded.group(1)) ? graded.group(2) : UNKNOWN;
        }
        Matcher said = SAID.matcher(prompt);
        if (!said.matches()) {
            throw new IllegalArgumentException("not a call of a test: " + call);
        }
        boolean isHard = model.equals("small") && !prompt.contains("sum");
        return uniform(prompt + model) < (isHard ? SHARE_KNOWN_TO_SMALL : SHARE_KNOWN)
                ? said.group(1)
                : UNKNOWN;
    }

    /**
     * What a call takes. It identifies the call: an answer that nobody saw does not take the same
     * as the one that was served instead.
     *
     * @param number of the call at its server
     */
    static double joules(String call, long number) {
        double joules =
                switch (model(call)) {
                    case "small" -> 1;
                    case "medium" -> 4;
                    default -> 10;
                };
        return joules + JOULES_OF_A_STEP * (number % DISTINCT_CALLS);
    }

    private static boolean knows(String model, String difficulty) {
        return switch (model) {
            case "small" -> difficulty.equals("easy");
            case "medium" -> !difficulty.equals("hard");
            default -> true;
        };
    }

    private static Matcher find(Pattern pattern, String call) {
        Matcher matcher = pattern.matcher(call);
        if (!matcher.find()) {
            throw new IllegalArgumentException("not a call of a test: " + call);
        }
        return matcher;
    }

    /** A number in [0, 1) that depends on a text alone: FNV-1a, with MurmurHash3's finalizer. */
    static double uniform(String text) {
        int hash = 0x811c9dc5;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x01000193;
        }
        hash = (hash ^ (hash >>> 15)) * 0x85ebca77;
        hash ^= hash >>> 13;
        return Integer.toUnsignedLong(hash) / (double) (1L << 32);
    }
}
