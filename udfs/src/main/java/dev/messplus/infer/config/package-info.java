/** What the job sets for the operator {@code infer}: models, limits, deadlines, backlogs. */
package dev.messplus.infer.config;
