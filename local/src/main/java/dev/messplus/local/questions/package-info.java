/**
 * The prompts of {@code mess local}: multiple-choice questions of many kinds, whose right answers
 * are known by construction. They come from WordNet, from sums, units and the calendar.
 */
package dev.messplus.local.questions;
