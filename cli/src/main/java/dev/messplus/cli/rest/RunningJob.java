package dev.messplus.cli.rest;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/** A MESS+ job that has not reached a terminal state. */
public record RunningJob(JobID id, String name, JobStatus state) {}
