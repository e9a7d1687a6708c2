/**
 * Records as the commands show them, and as files hold them: requests, responses and dead letters.
 * Knows Kafka's records, but opens no connection.
 */
package dev.messplus.cli.records;
