/** The topics of the job, as a door uses them. */
package dev.messplus.serve.kafka;
