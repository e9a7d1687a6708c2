/** The topics of the job and those of doors, as a door uses them. */
package dev.messplus.serve.kafka;
