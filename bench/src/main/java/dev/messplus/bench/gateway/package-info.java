/** Gateways that people use in front of model servers, and a load on them. */
package dev.messplus.bench.gateway;
