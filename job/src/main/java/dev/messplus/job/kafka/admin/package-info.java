/** What is asked of the brokers: above all, before the job starts, whether its topics are there. */
package dev.messplus.job.kafka.admin;
