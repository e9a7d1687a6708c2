/**
 * HTTP clients: response bodies of bounded size, keys, and TLS with certificates from a file.
 * Shared by everything that calls model servers or reads pages of metrics.
 */
package dev.messplus.http;
