/** A client of a Flink cluster's REST: starts jobs there, asks how they do, and stops them. */
package dev.messplus.cli.rest;
