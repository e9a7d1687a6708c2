/**
 * Checks: what an answer must be like, whatever it says. A score is 1 or 0, or none where the check
 * does not apply.
 */
package dev.messplus.score.check;
