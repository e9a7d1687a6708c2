/** What everything that speaks HTTP here shares: bounded bodies and trust. */
package dev.messplus.http;
