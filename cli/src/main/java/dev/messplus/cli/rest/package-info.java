/**
 * A client of a Flink cluster's REST API. Submits and stops jobs, and turns the state and the
 * metrics of jobs into views and tables.
 */
package dev.messplus.cli.rest;
