/**
 * Parses Kafka records: raw records in, requests, feedback and measurements out. An invalid record
 * becomes a dead letter that names the field, its value and the fix.
 */
package dev.messplus.parse;
