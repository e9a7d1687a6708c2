package dev.messplus.cli.rest;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/** A MESS+ job, which may have ended. */
public record ListedJob(JobID id, String name, JobStatus state) {}
