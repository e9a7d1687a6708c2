package dev.messplus.local.questions;

import java.util.Random;

/** Asks questions of one kind. */
interface QuestionSource {

    /** Another question, drawn with {@code random}. */
    ChoiceQuestion next(Random random);
}
