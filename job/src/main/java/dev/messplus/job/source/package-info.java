/**
 * What the sources of the job have in common, whatever they read from: a source that reads as many
 * requests as the models have places for, and one whose readers end together.
 */
package dev.messplus.job.source;
