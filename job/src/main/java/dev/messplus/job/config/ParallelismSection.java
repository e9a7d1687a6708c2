package dev.messplus.job.config;

/**
 * Section {@code parallelism}: subtasks of the operators that need not have the job's parallelism.
 * {@code null} stands for the job's parallelism.
 *
 * @param sources of what reads and parses requests and feedback
 * @param embed of what computes features of prompts
 * @param route of what decides
 * @param infer of what calls the model servers and writes the results
 */
public record ParallelismSection(Integer sources, Integer embed, Integer route, Integer infer) {}
