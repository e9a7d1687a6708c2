/**
 * The ends of the job that are no topics: files, or what classes of users connect to; and how
 * classes of users are found.
 */
package dev.messplus.job.ends;
