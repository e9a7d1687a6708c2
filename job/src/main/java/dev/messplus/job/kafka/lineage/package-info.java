/** What Flink reports of the job's topics to those who listen for the lineage of its jobs. */
package dev.messplus.job.kafka.lineage;
