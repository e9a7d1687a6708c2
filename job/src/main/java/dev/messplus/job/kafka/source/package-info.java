/**
 * The sources of the job on Kafka: the connector's, each decorated with what the job needs of it.
 *
 * <pre>
 *   requests                PendingRecordsSource: knows how many are left
 *                           CreditedSource: reads as many as the models have places for
 *   feedback, measurements  LabelTimeSource: with watermarks by what has been read
 *   in a bounded run        JointEndSource, MarkerFollowingSource: which end together
 * </pre>
 */
package dev.messplus.job.kafka.source;
