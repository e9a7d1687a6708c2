/** The brokers before the job starts: which topics there are, and what they permit. */
package dev.messplus.job.kafka.admin;
