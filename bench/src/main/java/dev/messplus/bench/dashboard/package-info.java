/** A picture of the Grafana dashboard with the data of a running job, for who changes it. */
package dev.messplus.bench.dashboard;
