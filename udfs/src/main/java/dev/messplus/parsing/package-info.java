/**
 * From Kafka records to the records of the job. What cannot be used becomes a dead letter that
 * names the field, its value and the fix.
 */
package dev.messplus.parsing;
