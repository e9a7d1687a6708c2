/** The routes of the API. All of it runs on one event loop, and nothing of it waits. */
package dev.messplus.serve.http;
