package dev.messplus.local.zoo;

import dev.messplus.local.questions.MultipleChoice;

/** Says how well each option answers a question. Not thread safe. */
interface OptionScorer extends AutoCloseable {

    /** A score for each option, higher for better ones; all equal if it has no opinion. */
    double[] score(MultipleChoice question);

    @Override
    default void close() {}
}
