/**
 * A run of {@code mess local}: starts broker, cluster and zoo, sends prompts, awaits answers, and
 * hands what came back to the report.
 */
package dev.messplus.local.run;
