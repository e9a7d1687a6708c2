package dev.messplus.core.algorithm;

import java.util.SplittableRandom;

/** Judges that people had better not believe, of answers that people score 0 or 1. */
enum HostileJudge {
    TOSSES_COINS {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return random.nextInt(2);
        }

        @Override
        double forecast(JudgedCall call, double people) {
            return 0.5;
        }
    },
    ALWAYS_SAYS_1 {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return 1;
        }
    },
    ALWAYS_SAYS_0 {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return 0;
        }
    },
    SAYS_THE_OPPOSITE {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return 1 - people;
        }
    },
    /** The cheaper a model, the higher it scores it. */
    FAVOURS_THE_CHEAP {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return 0.5 * people + 0.5 * (1 - call.dearness());
        }
    },
    BECOMES_LENIENT {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return call.progress() < 0.5 ? people : 0.5 + 0.5 * people;
        }
    },
    /** As the opposite of an honest one, from the middle on. */
    BECOMES_A_LIAR {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            return call.progress() < 0.5 ? people : 1 - people;
        }
    },
    /** It is honest, but mostly says nothing of a bad answer. */
    KEEPS_SILENT_ON_THE_BAD {
        @Override
        double score(JudgedCall call, double people, SplittableRandom random) {
            double silence = people == 1 ? 0.05 : 0.3;
            return random.nextDouble() < silence ? Double.NaN : people;
        }

        @Override
        double forecast(JudgedCall call, double people) {
            return people * 0.95 / (people * 0.95 + (1 - people) * 0.7);
        }
    };

    /**
     * What is judged.
     *
     * @param dearness from 0, of the cheapest model, to 1, of the most expensive one
     * @param progress from 0, at the beginning of the run, to 1
     */
    record JudgedCall(double dearness, double progress) {}

    /** What it says of an answer that people score 0 or 1; {@code NaN} if it says nothing. */
    abstract double score(JudgedCall call, double people, SplittableRandom random);

    /** What it says on average, of an answer that people score 1 with this probability. */
    double forecast(JudgedCall call, double people) {
        return people * score(call, 1, null) + (1 - people) * score(call, 0, null);
    }
}
