/** The routes of the API. They run on one event loop; what waits has threads of its own. */
package dev.messplus.serve.http;
