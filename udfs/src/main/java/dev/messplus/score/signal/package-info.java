/**
 * Signals: what an answer shows of itself, without anybody who judges it. They say little of single
 * answers, and only audits say how much, as of a judge.
 */
package dev.messplus.score.signal;
