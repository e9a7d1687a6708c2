package dev.messplus.core.algorithm;

import dev.messplus.core.Decision;
import dev.messplus.core.JudgeReading;
import dev.messplus.core.LabelSource;
import dev.messplus.core.Observation;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;
import dev.messplus.core.Sla;
import dev.messplus.core.account.ConfidenceSequence;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.core.algorithm.HostileJudge.JudgedCall;
import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.core.cost.WorkModels;
import dev.messplus.core.stream.StreamRule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The rule at work where a {@link HostileJudge} scores the answers, and people audit some: what Q
 * counts, what people say of all answers, and by how much the two may differ.
 *
 * <p>No bound of Q and no window has an effect, so Q is the sum of alpha less what answers count
 * as. Judges score answers up to 30 requests late, and people up to 300, in any order, so also
 * before the judge.
 */
final class JudgeRun {

    private static final int JUDGE_DELAY = 30;
    private static final int AUDIT_DELAY = 300;

    /** What is forecast of the judge is off by at most this. */
    private static final double FORECAST_ERROR = 0.05;

    /** Requests of the window, and of the credit: far more than there are. */
    private static final int MANY = 1_000_000_000;

    private final HostileJudge judge;
    private final double answeredShare;
    private final double[] joules;
    private final double[] quality;
    private final List<String> models;
    private final Sla sla;
    private final AlgorithmState state;
    private final MessPlus rule;
    private final SplittableRandom random;
    private final List<List<Runnable>> due;
    private final List<Answer> answers = new ArrayList<>();
    private final int requests;
    private int now;

    /** A request, and what is known of the answer to it. */
    private final class Answer {

        private final PendingRequest pending;
        private final List<String> asked;
        private final double[] people;
        private final double[] judged;
        private final JudgeReading reading;
        private int served;
        private boolean rated;

        /** By how much more it counts as than by the weights at the time it was given up. */
        private double stale;

        Answer(PendingRequest pending, JudgeReading reading) {
            this.pending = pending;
            this.reading = reading;
            asked = pending.models();
            people = new double[asked.size()];
            judged = new double[asked.size()];
        }

        double score() {
            return people[served];
        }

        boolean isJudged() {
            return !Double.isNaN(judged[served]);
        }

        int model() {
            return models.indexOf(asked.get(served));
        }

        /** The weights' regressors; b and b_m count against the score. */
        double[] regressors() {
            double[] x = new double[3 + models.size()];
            x[0] = -1;
            x[1] = pending.judged.forecast - 0.5;
            x[2] = judged[served] - pending.judged.forecast;
            x[3 + model()] = -1;
            return x;
        }

        /** g by the weights of now; what was forecast where the judge says nothing. */
        double expected() {
            if (!isJudged()) {
                return pending.judged.expected;
            }
            double[] x = regressors();
            double g = pending.judged.forecast;
            for (int i = 0; i < x.length; i++) {
                g += calibration().weights[i] * x[i];
            }
            return g;
        }
    }

    /**
     * @param labels what the owner declares of the judge, before or after serving, by lot
     * @param answeredShare share of the audits that people answer
     */
    JudgeRun(
            HostileJudge judge, LabelSource labels, double answeredShare, int requests, long seed) {
        this.judge = judge;
        this.answeredShare = answeredShare;
        this.requests = requests;
        random = new SplittableRandom(seed);
        int count = random.nextInt(2, 6);
        double spread = Math.exp(random.nextDouble(Math.log(200)));
        double alpha = random.nextDouble(0.55, 0.75);
        joules = new double[count];
        quality = new double[count];
        for (int m = 0; m < count; m++) {
            double dearness = m / (count - 1.0);
            joules[m] = Math.pow(spread, dearness);
            quality[m] = 0.3 + (alpha + 0.15 - 0.3) * dearness;
        }
        models = IntStream.range(0, count).mapToObj(m -> "m" + m).toList();
        boolean beforeServing = random.nextBoolean();
        sla =
                Sla.custom(alpha)
                        .labels(
                                new LabelSource(
                                        labels.kind(),
                                        "",
                                        labels.ratedGood(),
                                        labels.ratedBad(),
                                        beforeServing))
                        .window(MANY)
                        .tolerance(1)
                        .seed(seed)
                        .build();
        state = AlgorithmState.initial(count);
        for (int m = 0; m < count; m++) {
            WorkModels.observe(state.models()[m].energy, 10, 0, joules[m]);
        }
        var config = new StreamRule.Config(MANY, Priors.MARGIN_SIGMAS, Priors.EXPLORATION_BUDGET);
        rule = new MessPlus(sla, config, models, state, GuaranteeWorld.told(state));
        due =
                IntStream.range(0, requests + AUDIT_DELAY + 1)
                        .<List<Runnable>>mapToObj(i -> new ArrayList<>())
                        .toList();
    }

    JudgeRun play() {
        for (now = 0; now < due.size(); now++) {
            due.get(now).forEach(Runnable::run);
            if (now < requests) {
                decide();
            }
        }
        return this;
    }

    private void decide() {
        double progress = now / (double) requests;
        double hardness = random.nextDouble(-0.1, 0.1);
        float[] forecasts = new float[joules.length];
        for (int m = 0; m < forecasts.length; m++) {
            double error = random.nextDouble(-FORECAST_ERROR, FORECAST_ERROR);
            double forecast = judge.forecast(call(m, progress), quality[m] + hardness);
            forecasts[m] = (float) Math.max(0, Math.min(1, forecast + error));
        }
        var prompt = new Prompt(forecasts, 10, 0);
        Decision decision = rule.decide("r" + now, prompt, 0);
        JudgeReading reading = decision.reading;
        var answer = new Answer(rule.admit(decision, prompt, 0), reading);
        answers.add(answer);
        for (int place = 0; place < answer.asked.size(); place++) {
            int m = models.indexOf(answer.asked.get(place));
            answer.people[place] = random.nextDouble() < quality[m] + hardness ? 1 : 0;
            answer.judged[place] = judge.score(call(m, progress), answer.people[place], random);
        }
        if (sla.labels().beforeServing()) {
            answer.served = best(answer);
        } else {
            serve(answer, false);
        }
        later(JUDGE_DELAY, () -> judge(answer));
        if (answer.pending.judged.drawn && random.nextDouble() < answeredShare) {
            answer.rated = true;
            later(AUDIT_DELAY, () -> audit(answer));
        }
        due.get(now + AUDIT_DELAY).add(() -> expire(answer));
    }

    private JudgedCall call(int m, double progress) {
        return new JudgedCall(m / (joules.length - 1.0), progress);
    }

    private void later(int mostDelay, Runnable what) {
        due.get(now + random.nextInt(1, mostDelay)).add(what);
    }

    /** The answer that people are expected to like best. */
    private static int best(Answer answer) {
        int best = 0;
        for (int place = 1; place < answer.judged.length; place++) {
            double score = answer.reading.expectedScore(place, answer.judged[place]);
            double most = answer.reading.expectedScore(best, answer.judged[best]);
            best = score > most || Double.isNaN(most) ? place : best;
        }
        return best;
    }

    /** What is served is reported last. */
    private void serve(Answer answer, boolean withScores) {
        for (int place = 0; place < answer.asked.size(); place++) {
            if (place != answer.served) {
                answered(answer, place, withScores);
            }
        }
        answered(answer, answer.served, withScores);
    }

    private void answered(Answer answer, int place, boolean withScores) {
        String model = answer.asked.get(place);
        double score = withScores ? answer.judged[place] : Double.NaN;
        double itsJoules = joules[models.indexOf(model)];
        rule.observe(
                answer.pending,
                Observation.answered(model, score, itsJoules, place == answer.served));
    }

    private void judge(Answer answer) {
        if (sla.labels().beforeServing()) {
            serve(answer, true);
            return;
        }
        for (int place = 0; place < answer.asked.size(); place++) {
            if (!Double.isNaN(answer.judged[place])) {
                String model = answer.asked.get(place);
                rule.observe(answer.pending, Observation.scored(model, answer.judged[place]));
            }
        }
    }

    private void audit(Answer answer) {
        String model = answer.asked.get(answer.served);
        rule.observe(answer.pending, Observation.rated(model, answer.score()));
    }

    private void expire(Answer answer) {
        rule.expire(answer.pending);
        if (answer.pending.judged.drawn && !answer.rated) {
            answer.stale = answer.pending.judged.expected - answer.expected();
        }
    }

    private JudgeCalibration calibration() {
        return state.shared().judge;
    }

    /** The sum that Q counts. */
    double counted() {
        return sla.alpha() * requests - state.sla().queue.q;
    }

    /** What it is to be: an audited answer counts as people say, another one as g now. */
    double toBeCounted() {
        return answers.stream()
                .mapToDouble(answer -> answer.rated ? answer.score() : answer.expected())
                .sum();
    }

    /** What people say of all answers, whether anybody asks them or not. */
    double people() {
        return answers.stream().mapToDouble(Answer::score).sum();
    }

    /** Sum of g - A of the audited answers, by the weights of now. */
    double auditedError() {
        return answers.stream()
                .filter(answer -> answer.rated && answer.isJudged())
                .mapToDouble(answer -> answer.expected() - answer.score())
                .sum();
    }

    /**
     * By how much the sum that Q counts may differ from people's: what the audits show, chance, and
     * what audits say nothing of.
     *
     * @param failure probability that it differs by more
     */
    double allowed(double failure) {
        double share = sla.labels().ratedGood() * answeredShare;
        double l = Math.log(2 * (models.size() + 4) / failure) / 2;
        double chance = weights() * Math.sqrt(requests * l) / share;
        return (1 - share) / share * Math.abs(auditedError())
                + chance
                + Math.abs(ofSilence())
                + Math.abs(answers.stream().mapToDouble(answer -> answer.stale).sum());
    }

    /** 1, and how far the weights are from where they began, each times its largest regressor. */
    private double weights() {
        double[] w = calibration().weights;
        double sum = 1 + Math.abs(w[1]) / 2 + Math.abs(w[2] - Priors.JUDGE_ANSWER_SLOPE);
        sum += Math.abs(w[0]);
        for (int m = 0; m < models.size(); m++) {
            sum += Math.abs(w[3 + m]);
        }
        return sum;
    }

    /** What forecasts are off by of answers of which nobody says anything. */
    private double ofSilence() {
        return answers.stream()
                .filter(answer -> !answer.isJudged() && !answer.rated)
                .mapToDouble(answer -> answer.pending.judged.expected - answer.score())
                .sum();
    }

    /** Q at the end, in requests. */
    double queue() {
        return state.sla().queue.q;
    }

    /** U as the defaults have it, in requests: a window of 10,000 and a tolerance of .01. */
    double maxQueueByDefault() {
        return Priors.WINDOW_REQUESTS * Priors.TOLERANCE
                + Priors.MAX_QUEUE_SIGMAS
                        * state.sla().price.queueDeviation()
                        * Math.sqrt(Priors.WINDOW_REQUESTS);
    }

    /** What people say of all answers at least, where Q is at most U. */
    double least(double failure) {
        return sla.alpha() * requests - maxQueueByDefault() - allowed(failure);
    }

    ConfidenceSequence.Interval interval() {
        return rule.scoreInterval();
    }

    @Override
    public String toString() {
        return "%s: counted %.1f, to be %.1f; people %.1f, allowed %.1f; Q %.1f, alpha %.3f, %s"
                .formatted(
                        judge,
                        counted(),
                        toBeCounted(),
                        people(),
                        allowed(0.01),
                        queue(),
                        sla.alpha(),
                        interval());
    }
}
