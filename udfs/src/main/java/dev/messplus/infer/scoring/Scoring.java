package dev.messplus.infer.scoring;

import dev.messplus.core.Exploration;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.call.Answer;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.PromptRequest;
import dev.messplus.score.AnsweredRequest;
import dev.messplus.score.JudgeModel;
import dev.messplus.score.Score;
import dev.messplus.score.Scorer;
import dev.messplus.score.ScorerConfig;
import dev.messplus.score.ScorerContext;
import dev.messplus.score.ScoringConfig;
import dev.messplus.score.ScoringException;
import dev.messplus.score.SlaScoring;
import dev.messplus.score.SlaScoring.When;
import dev.messplus.sharing.Futures;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.flink.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scorers of one subtask. What takes longer than a change of threads runs on threads of its
 * own, because it would delay those that call servers. An answer is served even if scoring it fails
 * or takes too long.
 */
public final class Scoring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

    /** Has this draw be another one than those of the decision, which hash the same ids. */
    private static final long DRAW_SEED = 0x5c0_4e5L;

    private final ScoringConfig config;
    private final Map<String, CalledModel> models;
    private final Admission admission;
    private final Executor executor;
    private final Deadlines deadlines;
    private final Map<String, NamedScorer> scorers = new LinkedHashMap<>();

    /**
     * Opens the scorers.
     *
     * @param models that judges may be
     * @param admission has the places of these models, and makes those of other scorers
     * @param executor runs what takes long
     * @throws ScoringException if a scorer cannot be opened
     */
    public Scoring(
            ScoringConfig config,
            Map<String, CalledModel> models,
            Admission admission,
            Executor executor,
            Deadlines deadlines) {
        this.config = config;
        this.models = models;
        this.admission = admission;
        this.executor = executor;
        this.deadlines = deadlines;
        config.scorers().keySet().stream().sorted().forEach(this::scorer);
    }

    /** The scorer of a name, which is opened when it is first asked for. */
    private NamedScorer scorer(String name) {
        NamedScorer opened = scorers.get(name);
        if (opened == null) {
            ScorerConfig settings = config.scorers().get(name);
            ModelPlaces places =
                    settings.maxInFlight() == ScorerConfig.UNLIMITED
                            ? null
                            : admission.placesOf(name, settings.maxInFlight());
            opened =
                    new NamedScorer(
                            name,
                            settings.open(new Context()),
                            settings.timeoutMillis(),
                            places,
                            deadlines);
            scorers.put(name, opened);
        }
        return opened;
    }

    private final class Context implements ScorerContext {

        @Override
        public Scorer scorer(String name) {
            return Scoring.this.scorer(name);
        }

        @Override
        public JudgeModel judge(String id) {
            return new ZooJudge(models.get(id), admission.places(id));
        }
    }

    /** What each scorer did, by its name. */
    public Map<String, ScorerStatistics> statistics() {
        Map<String, ScorerStatistics> statistics = new LinkedHashMap<>();
        scorers.forEach((name, scorer) -> statistics.put(name, scorer.statistics()));
        return Collections.unmodifiableMap(statistics);
    }

    /** What a score of an answer to a request takes on average, in nanoseconds; 0 if unknown. */
    public double meanNanos(PromptRequest request) {
        return scorer(config.of(request.sla()).scorer()).meanNanos();
    }

    /** Whether the answers to a request are scored, before they are served or afterwards. */
    public boolean scores(PromptRequest request, When when) {
        SlaScoring scoring = config.of(request.sla());
        return scoring.when() == when
                && (scoring.share() >= 1
                        || Exploration.draw(DRAW_SEED + request.sla().hashCode(), request.id())
                                < scoring.share());
    }

    /**
     * Scores one answer.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return completes by the deadline with the answer, which has a score if the scorer of its SLA
     *     had something to say, and succeeded in time
     */
    public CompletableFuture<Answer> score(
            PromptRequest request, Answer answer, long deadlineNanos) {
        if (!answer.ok()) {
            return CompletableFuture.completedFuture(answer);
        }
        NamedScorer scorer = scorer(config.of(request.sla()).scorer());
        AnsweredRequest answered =
                new AnsweredRequest(
                        request,
                        answer.model(),
                        answer.completion().output(),
                        answer.completion().textToScore());
        CompletableFuture<Answer> result = new CompletableFuture<>();
        if (scorer.isQuick(answered)) {
            score(scorer, answered, answer, deadlineNanos, result);
            return result;
        }
        try {
            executor.execute(() -> score(scorer, answered, answer, deadlineNanos, result));
        } catch (RuntimeException | OutOfMemoryError e) {
            // No thread could be started, or the job is stopping.
            LOG.warn("Could not score {}'s answer to {}", answer.model(), request.id(), e);
            result.complete(answer);
        }
        if (!result.isDone()) {
            Deadline deadline = deadlines.at(deadlineNanos, () -> result.complete(answer));
            Futures.whenComplete(result, (done, bug) -> deadline.cancel());
        }
        return result;
    }

    private static void score(
            NamedScorer scorer,
            AnsweredRequest answered,
            Answer answer,
            long deadlineNanos,
            CompletableFuture<Answer> result) {
        if (result.isDone()) {
            return;
        }
        try {
            Futures.whenComplete(
                    scorer.score(answered, deadlineNanos),
                    (score, failure) -> result.complete(scored(answer, score, failure)));
        } catch (Error e) {
            result.completeExceptionally(e);
        }
    }

    private static Answer scored(Answer answer, Score score, Throwable failure) {
        if (failure == null) {
            return answer.scored(score.value(), score.charges());
        }
        return failure instanceof ScoringException e
                ? answer.scored(Double.NaN, e.charges())
                : answer;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(scorers.values());
    }
}
