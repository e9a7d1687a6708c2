package dev.messplus.score.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import dev.messplus.score.JudgeModel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the grade in a judge's reply. */
final class JudgeGrade {

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    private JudgeGrade() {}

    /**
     * The grade.
     *
     * @param grades number of grades
     * @return from 1 to {@code grades}: the expected grade where the token of the grade has
     *     log-probabilities; {@code NaN} if there is no grade
     */
    static double grade(JudgeModel.Reply reply, int grades) {
        String text = reply.text() == null ? "" : reply.text();
        // The last one: a judge that explains its grade begins with the scale.
        int written = 0;
        Matcher digits = DIGITS.matcher(text);
        while (digits.find()) {
            int number = grade(digits.group(), grades);
            written = number > 0 ? number : written;
        }
        if (written == 0) {
            return Double.NaN;
        }
        double expected = expected(reply.output().logprobs(), written, grades);
        return Double.isNaN(expected) ? written : expected;
    }

    /**
     * The mean of all grades that the token of the grade could have been, by their probabilities;
     * {@code NaN} if they are not known.
     */
    private static double expected(String logprobs, int written, int grades) {
        if (logprobs == null) {
            return Double.NaN;
        }
        JsonNode tokens;
        try {
            tokens = Json.MAPPER.readTree(logprobs).path("content");
        } catch (JsonProcessingException e) {
            return Double.NaN;
        }
        for (int i = tokens.size() - 1; i >= 0; i--) {
            if (grade(tokens.get(i).path("token").asText(), grades) == written) {
                return mean(tokens.get(i).path("top_logprobs"), grades);
            }
        }
        return Double.NaN;
    }

    private static double mean(JsonNode alternatives, int grades) {
        double sum = 0;
        double weights = 0;
        for (JsonNode alternative : alternatives) {
            int grade = grade(alternative.path("token").asText(), grades);
            double probability = Math.exp(alternative.path("logprob").asDouble(Double.NaN));
            if (grade > 0 && probability >= 0 && probability <= 1 + 1e-6) {
                sum += probability * grade;
                weights += probability;
            }
        }
        return weights > 0 ? Math.max(1, Math.min(grades, sum / weights)) : Double.NaN;
    }

    /** The grade that a token is; 0 if it is none. */
    private static int grade(String token, int grades) {
        String digits = token.strip();
        return digits.length() == 1 && digits.charAt(0) >= '1' && digits.charAt(0) <= '0' + grades
                ? digits.charAt(0) - '0'
                : 0;
    }
}
