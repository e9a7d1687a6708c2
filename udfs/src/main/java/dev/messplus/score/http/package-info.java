/** A scorer that a user runs as a service of HTTP. */
package dev.messplus.score.http;
