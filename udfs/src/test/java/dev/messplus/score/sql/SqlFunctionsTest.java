package dev.messplus.score.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.score.metric.Metric;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.Test;

/** The functions as users use them: created by class name and called in SQL. */
class SqlFunctionsTest {

    private static final String ANSWERS =
            "(VALUES"
                    + " (1, 'The dog bit the man.', ARRAY['The dog bit the man.',"
                    + " 'The dog had bit the man.']),"
                    + " (2, 'It wasn''t surprising.', ARRAY['It was not unexpected.',"
                    + " 'No one was surprised.']),"
                    + " (3, 'The man had just bitten him.', ARRAY['The man bit him first.',"
                    + " 'The man had bitten the dog.']))"
                    + " AS answers(id, output, refs)";

    @Test
    void eachMetricIsAFunction() {
        TableEnvironment sql = environment(EnvironmentSettings.inBatchMode());

        List<Row> rows =
                query(
                        sql,
                        "SELECT EXACT_MATCH(o, r), TOKEN_F1(o, r), ROUGE1(o, r), ROUGE2(o, r),"
                                + " ROUGE_L(o, r), CHOICE(o, r), BLEU(o, r) FROM (VALUES"
                                + " ('The answer is B. Paris', 'b) paris, france, the'))"
                                + " AS t(o, r)");

        double bleu = Metric.BLEU.score("The answer is B. Paris", List.of("b) paris, france, the"));
        assertThat(rows)
                .containsExactly(Row.of(0.0, 4 / 7.0, 6 / 9.0, 2 / 7.0, 4 / 9.0, 1.0, bleu));
    }

    @Test
    void scoreTakesTheMetricFromTheRow() {
        TableEnvironment sql = environment(EnvironmentSettings.inBatchMode());

        assertThat(
                        query(
                                sql,
                                "SELECT SCORE(m, o, r), SCORE(m, o, ARRAY['x', r]) FROM (VALUES"
                                        + " ('rouge1', 'testing', 'testing one two'),"
                                        + " ('choice', '(b)', 'B'),"
                                        + " ('exact', 'Rome', 'Paris')) AS t(m, o, r)"))
                .containsExactlyInAnyOrder(Row.of(0.5, 0.5), Row.of(1.0, 1.0), Row.of(0.0, 0.0));
        assertThatThrownBy(() -> query(sql, "SELECT SCORE('meteor', 'a', 'b')"))
                .hasStackTraceContaining("unknown metric 'meteor', must be one of exact");
    }

    @Test
    void nullArgumentsGiveNull() {
        TableEnvironment sql = environment(EnvironmentSettings.inBatchMode());

        assertThat(
                        query(
                                sql,
                                "SELECT BLEU(o, 'a'), BLEU('a', o), BLEU(o, ARRAY['a']),"
                                        + " BLEU('a', ARRAY[o]), SCORE(o, 'a', 'a'),"
                                        + " SCORE('bleu', o, 'a'), SCORE('bleu', 'a', o),"
                                        + " ROUGE1('a', ARRAY[o, 'a'])"
                                        + " FROM (VALUES (CAST(NULL AS STRING))) AS t(o)"))
                .containsExactly(Row.of(null, null, null, null, null, null, null, 1.0));
    }

    @Test
    void corpusBleuOfATableIsTheOnePublishedBySacreBleu() {
        TableEnvironment sql = environment(EnvironmentSettings.inBatchMode());

        // mjpost/sacrebleu, test/test_bleu.py, test_corpus_bleu_cases: 48.530827
        List<Row> rows = query(sql, "SELECT CORPUS_BLEU(output, refs) FROM " + ANSWERS);

        assertThat(rows).hasSize(1);
        assertThat((Double) rows.get(0).getField(0)).isCloseTo(0.48530827, within(5e-9));
    }

    @Test
    void corpusBleuIgnoresNulls() {
        TableEnvironment sql = environment(EnvironmentSettings.inBatchMode());

        assertThat(
                        query(
                                sql,
                                "SELECT g, CORPUS_BLEU(o, r) FROM (VALUES"
                                        + " ('some', 'a b c d', 'a b c d'),"
                                        + " ('some', CAST(NULL AS STRING), 'a b c d'),"
                                        + " ('some', 'e f g h', CAST(NULL AS STRING)),"
                                        + " ('none', 'a', CAST(NULL AS STRING)))"
                                        + " AS t(g, o, r) GROUP BY g"))
                .containsExactlyInAnyOrder(Row.of("some", 1.0), Row.of("none", null));
    }

    @Test
    void corpusBleuFollowsUpdatesOfAStream() {
        TableEnvironment sql = environment(EnvironmentSettings.inStreamingMode());
        sql.getConfig().set("parallelism.default", "1");

        // Each id is answered again, so its first answer must be retracted.
        List<Row> changes =
                query(
                        sql,
                        "SELECT CORPUS_BLEU(o, r) FROM (SELECT LAST_VALUE(o) AS o, LAST_VALUE(r) AS"
                                + " r FROM (VALUES (1, 'wrong answer', 'a b c d'),"
                                + " (1, 'a b c d', 'a b c d'), (2, 'wrong again', 'e f g h'),"
                                + " (2, 'e f g h', 'e f g h')) AS t(id, o, r) GROUP BY id)");

        assertThat(changes.get(changes.size() - 1).getField(0)).isEqualTo(1.0);
        assertThat(changes).hasSizeGreaterThan(1);
    }

    private static TableEnvironment environment(EnvironmentSettings settings) {
        TableEnvironment sql = TableEnvironment.create(settings);
        create(sql, "BLEU", BleuFunction.class);
        create(sql, "ROUGE1", Rouge1Function.class);
        create(sql, "ROUGE2", Rouge2Function.class);
        create(sql, "ROUGE_L", RougeLFunction.class);
        create(sql, "TOKEN_F1", TokenF1Function.class);
        create(sql, "EXACT_MATCH", ExactMatchFunction.class);
        create(sql, "CHOICE", ChoiceFunction.class);
        create(sql, "SCORE", ScoreFunction.class);
        create(sql, "CORPUS_BLEU", CorpusBleuFunction.class);
        return sql;
    }

    private static void create(TableEnvironment sql, String name, Class<?> function) {
        sql.executeSql("CREATE FUNCTION %s AS '%s'".formatted(name, function.getName()));
    }

    private static List<Row> query(TableEnvironment sql, String query) {
        return CollectionUtil.iteratorToList(sql.executeSql(query).collect());
    }
}
