package dev.messplus.score.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.Fixtures;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.ModelOutputBuilder;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;

/** CheckedAnswers that are checked, and what a check finds. */
final class CheckedAnswers {

    private CheckedAnswers() {}

    static AnsweredRequest text(String text) {
        return text(text, null);
    }

    static AnsweredRequest text(String text, String params) {
        return answer(ModelOutputBuilder.builder().text(text).build(), params);
    }

    static AnsweredRequest toolCalls(String calls, String params) {
        return answer(ModelOutputBuilder.builder().toolCalls(calls).build(), params);
    }

    private static AnsweredRequest answer(ModelOutput output, String params) {
        return new AnsweredRequest(
                Fixtures.prompt("1").params(params).build(), "small", output, output.text());
    }

    /** The score; {@code NaN} for none. */
    static double score(ScorerConfig config, AnsweredRequest answered) {
        try (Scorer scorer = config.open(null)) {
            return scorer.score(answered, Long.MAX_VALUE).join().value();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void assertTravels(ScorerConfig config) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(config);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(config);
        }
    }
}
